"""Which runs and bundles this engine can compute anew: those of the same arithmetic (ADR 17)."""

from __future__ import annotations

import re
from typing import Final

from assessment.engine.problems import EngineVersionError, Problem
from assessment.engine.version import ENGINE_VERSION, SAME_ARITHMETIC

_VERSION: Final = re.compile(r"[0-9]{1,4}\.[0-9]{1,4}\.[0-9]{1,4}", re.ASCII)
_SHOWN: Final = 40


def has_same_arithmetic(version: object) -> bool:
    """Whether what this version of the engine scored can be computed anew."""
    return version in SAME_ARITHMETIC


def require_same_arithmetic(version: object) -> None:
    """Raise EngineVersionError, which names the version to use, for any other arithmetic."""
    if has_same_arithmetic(version):
        return
    own = {"own": ENGINE_VERSION, "known": ", ".join(SAME_ARITHMETIC)}
    if isinstance(version, str) and _VERSION.fullmatch(version):
        raise EngineVersionError([Problem("engine_other", params={**own, "version": version})])
    shown = "—" if version is None else repr(version)[:_SHOWN]
    raise EngineVersionError([Problem("engine_unstated", params={**own, "version": shown})])
