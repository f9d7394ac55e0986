"""When adjustments may be made and runs computed."""

from assessment.cycles.workflow import NotAllowedNow, Stage

# Runs are of use from the first values on; what is final is never computed again.
SCORING_STAGES = frozenset({Stage.COLLECTING, Stage.REVIEWING, Stage.PRELIMINARY})
ADJUSTING_STAGES = frozenset({Stage.REVIEWING, Stage.PRELIMINARY})


def require_scoring_stage(stage: Stage | str) -> None:
    """Raise ``NotAllowedNow`` in a stage without score runs."""
    if stage not in SCORING_STAGES:
        raise NotAllowedNow(str(stage), "compute scores")


def require_adjusting_stage(stage: Stage | str) -> None:
    """Raise ``NotAllowedNow`` in a stage in which adjustments are closed."""
    if stage not in ADJUSTING_STAGES:
        raise NotAllowedNow(str(stage), "adjust scores")
