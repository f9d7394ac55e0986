"""The stages of a cycle: every stage with every action."""

import itertools

import pytest

from assessment.cycles.workflow import NotAllowedNow, Stage, StageAction, next_stage

ALLOWED = {
    ("draft", "open_collection"): "collecting",
    ("collecting", "start_review"): "reviewing",
    ("reviewing", "reopen_collection"): "collecting",
    ("reviewing", "publish_preliminary"): "preliminary",
    ("preliminary", "withdraw_preliminary"): "reviewing",
    ("preliminary", "finalise"): "final",
    ("final", "reopen_preliminary"): "preliminary",
    ("final", "publish"): "published",
    ("published", "archive"): "archived",
}


@pytest.mark.parametrize(("stage", "action"), list(itertools.product(Stage, StageAction)))
def test_grid(stage: Stage, action: StageAction) -> None:
    expected = ALLOWED.get((stage.value, action.value))
    if expected is None:
        with pytest.raises(NotAllowedNow) as refused:
            next_stage(stage, action)
        assert (refused.value.state, refused.value.action) == (stage, action)
    else:
        assert next_stage(stage, action) == expected
