"""Every change of a cycle, and of the calendar it is counted by, goes through here."""

from assessment.cycles.services.changing import (
    REASONED,
    CycleChanges,
    create_cycle,
    hold_cycle,
    hold_stage,
    lock_cycle,
    move_stage,
    save_cycle,
    set_participants,
    update_cycle,
)
from assessment.cycles.services.holidays import enter_holidays, take_back_holidays

__all__ = [
    "REASONED",
    "CycleChanges",
    "create_cycle",
    "enter_holidays",
    "hold_cycle",
    "hold_stage",
    "lock_cycle",
    "move_stage",
    "save_cycle",
    "set_participants",
    "take_back_holidays",
    "update_cycle",
]
