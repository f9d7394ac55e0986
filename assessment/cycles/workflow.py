"""Stages of a cycle and what moves it between them."""

from enum import StrEnum

from assessment.frameworks.workflow import NotAllowedNow

__all__ = ["TRANSITIONS", "NotAllowedNow", "Stage", "StageAction", "next_stage"]


class Stage(StrEnum):
    """Where a cycle stands; 公示 is ``preliminary``."""

    DRAFT = "draft"
    COLLECTING = "collecting"
    REVIEWING = "reviewing"
    PRELIMINARY = "preliminary"
    FINAL = "final"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class StageAction(StrEnum):
    """What a coordinator does to a cycle."""

    OPEN_COLLECTION = "open_collection"
    START_REVIEW = "start_review"
    REOPEN_COLLECTION = "reopen_collection"
    PUBLISH_PRELIMINARY = "publish_preliminary"
    WITHDRAW_PRELIMINARY = "withdraw_preliminary"
    FINALISE = "finalise"
    REOPEN_PRELIMINARY = "reopen_preliminary"
    PUBLISH = "publish"
    ARCHIVE = "archive"


TRANSITIONS: dict[tuple[Stage, StageAction], Stage] = {
    (Stage.DRAFT, StageAction.OPEN_COLLECTION): Stage.COLLECTING,
    (Stage.COLLECTING, StageAction.START_REVIEW): Stage.REVIEWING,
    (Stage.REVIEWING, StageAction.REOPEN_COLLECTION): Stage.COLLECTING,
    (Stage.REVIEWING, StageAction.PUBLISH_PRELIMINARY): Stage.PRELIMINARY,
    (Stage.PRELIMINARY, StageAction.WITHDRAW_PRELIMINARY): Stage.REVIEWING,
    (Stage.PRELIMINARY, StageAction.FINALISE): Stage.FINAL,
    (Stage.FINAL, StageAction.REOPEN_PRELIMINARY): Stage.PRELIMINARY,
    (Stage.FINAL, StageAction.PUBLISH): Stage.PUBLISHED,
    (Stage.PUBLISHED, StageAction.ARCHIVE): Stage.ARCHIVED,
}


def next_stage(stage: Stage, action: StageAction) -> Stage:
    """The stage after the action; ``NotAllowedNow`` where the table has no such step."""
    try:
        return TRANSITIONS[(stage, action)]
    except KeyError:
        raise NotAllowedNow(stage, action) from None
