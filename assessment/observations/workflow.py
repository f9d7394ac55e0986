"""When observations may change."""

from assessment.cycles.workflow import NotAllowedNow, Stage

# After the preliminary publication objections may still correct a value; the run is then
# computed again. Final results never change.
RECORDING_STAGES = frozenset({Stage.COLLECTING, Stage.REVIEWING, Stage.PRELIMINARY})


def is_recording_stage(stage: Stage | str) -> bool:
    """Whether values may be recorded in the stage."""
    return stage in RECORDING_STAGES


def require_recording_stage(stage: Stage | str) -> None:
    """Raise ``NotAllowedNow`` in a stage in which observations are closed."""
    if not is_recording_stage(stage):
        raise NotAllowedNow(str(stage), "record observations")
