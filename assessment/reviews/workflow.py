"""When experts score and coordinators remark."""

from assessment.cycles.workflow import NotAllowedNow, Stage

RUBRIC_STAGES = frozenset({Stage.COLLECTING, Stage.REVIEWING})
REMARK_STAGES = frozenset({Stage.COLLECTING, Stage.REVIEWING, Stage.PRELIMINARY})


def require_rubric_stage(stage: Stage | str) -> None:
    """Raise ``NotAllowedNow`` in a stage in which experts' scores are closed."""
    if stage not in RUBRIC_STAGES:
        raise NotAllowedNow(str(stage), "score rubrics")
