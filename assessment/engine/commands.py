"""Commands that study runs: coherence of one, change between two, several periods."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from typing import Any

from assessment.engine.coherence import coherence
from assessment.engine.comparison import compare
from assessment.engine.run import score
from assessment.engine.stored import load_run

Commands = Any  # argparse names no public type for what add_subparsers returns
AddInputs = Callable[[argparse.ArgumentParser], None]


def add_studies(commands: Commands, add_inputs: AddInputs) -> Iterator[argparse.ArgumentParser]:
    """Add the commands; yields the parser of each."""
    cohering = commands.add_parser("coherence", help="write coherence.json")
    add_inputs(cohering)
    cohering.set_defaults(run=_coherence)
    yield cohering
    comparing = commands.add_parser(
        "compare", help="say why scores and ranks changed; write comparison.csv and .json"
    )
    for name in ("before", "after"):
        comparing.add_argument(
            name, metavar=name.upper(), help="a bundle, or a folder that holds a bundle's files"
        )
    comparing.add_argument("--out", metavar="DIR", required=True)
    comparing.set_defaults(run=_compare)
    yield comparing


def _coherence(options: argparse.Namespace) -> int:
    results = score(
        options.framework,
        options.observations,
        options.localities,
        options.adjustments,
        options.on,
    )
    coherence(results).write(options.out)
    return 0


def _compare(options: argparse.Namespace) -> int:
    compare(load_run(options.before), load_run(options.after)).write(options.out)
    return 0
