"""Commands that check inputs and study runs: coherence, change between two, panels."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from assessment.engine.coherence import coherence
from assessment.engine.comparison import compare
from assessment.engine.inspection import Report, inspect
from assessment.engine.panel import NORMALISATIONS, PER_PERIOD, score_panel
from assessment.engine.periods import has_periods, split_periods
from assessment.engine.problems import EngineError, InputError, Problem
from assessment.engine.run import score
from assessment.engine.stored import load_run
from assessment.engine.tables import Table
from assessment.engine.verification import OK, UNUSABLE

Commands = Any  # argparse names no public type for what add_subparsers returns
AddInputs = Callable[[argparse.ArgumentParser], None]


def add_studies(commands: Commands, add_inputs: AddInputs) -> Iterator[argparse.ArgumentParser]:
    """Add the commands; yields the parser of each."""
    checking = commands.add_parser(
        "check", help="list all problems with their remedies; write check.json, availability.csv"
    )
    add_inputs(checking)
    checking.set_defaults(run=_check)
    yield checking
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
    yield _panel_parser(commands)


def _panel_parser(commands: Commands) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        "panel", help="score several periods; write panel.csv and trends.csv"
    )
    parser.add_argument("framework", metavar="FRAMEWORK.json")
    parser.add_argument(
        "observations",
        metavar="OBSERVATIONS",
        nargs="+",
        help="one CSV file with a column period, or PERIOD=FILE for each period in their order",
    )
    parser.add_argument("--localities", metavar="LOCALITIES.csv", help="may have a column period")
    parser.add_argument(
        "--adjustments", metavar="ADJUSTMENTS.csv", help="must have a column period"
    )
    parser.add_argument(
        "--on",
        metavar="PERIOD=YYYY-MM-DD",
        type=_dated,
        action="append",
        default=[],
        help="last day of a period, which chooses dated rules and parameters; repeatable",
    )
    parser.add_argument("--history", metavar="HISTORY.csv", help="values of other periods")
    parser.add_argument("--normalisation", choices=NORMALISATIONS, default=PER_PERIOD)
    parser.add_argument(
        "--base", metavar="PERIOD", help="whose limits are frozen; the first unless stated"
    )
    parser.add_argument("--out", metavar="DIR", required=True)
    parser.set_defaults(run=_panel)
    return parser


def _dated(text: str) -> tuple[str, date]:
    period, separator, day = text.partition("=")
    if not separator:
        raise argparse.ArgumentTypeError("write PERIOD=YYYY-MM-DD")
    return period, date.fromisoformat(day)


def _panel(options: argparse.Namespace) -> int:
    observations = _observations(options.observations)
    named = [*dict(options.on), *([options.base] if options.base else [])]
    unknown = [name for name in named if name not in observations]
    if unknown:
        raise InputError(
            [Problem("unknown_period", params={"value": name}) for name in dict.fromkeys(unknown)]
        )
    score_panel(
        options.framework,
        observations,
        _localities(options.localities),
        None
        if options.adjustments is None
        else split_periods(options.adjustments, file="adjustments.csv"),
        dict(options.on),
        options.history,
        normalisation=options.normalisation,
        base=options.base,
    ).write(options.out)
    return 0


def _observations(given: Sequence[str]) -> Mapping[str, str | Table]:
    if len(given) == 1 and "=" not in given[0]:
        return split_periods(given[0], file="observations.csv")
    pairs = [text.partition("=") for text in given]
    wrong = [text for text, (_, sign, _) in zip(given, pairs, strict=True) if not sign]
    if wrong:
        raise InputError([Problem("bad_period_file", params={"value": text}) for text in wrong])
    return {period: path for period, _, path in pairs}


def _localities(path: str | None) -> str | Mapping[str, Table] | None:
    if path is None or not has_periods(path, file="localities.csv"):
        return path
    return split_periods(path, file="localities.csv")


def all_problems(options: argparse.Namespace, error: EngineError) -> EngineError:
    """Return the error of a command that scores with the problems of all its inputs."""
    if not hasattr(options, "adjustments") or not isinstance(options.observations, str):
        return error
    found = _inspected(options).problems
    return EngineError([*found, *(item for item in error.problems if item not in found)])


def _inspected(options: argparse.Namespace) -> Report:
    return inspect(*inputs_of(options))


def inputs_of(options: argparse.Namespace) -> tuple[Any, ...]:
    """The inputs of a run in the order in which every study takes them."""
    return (
        options.framework,
        options.observations,
        options.localities,
        options.adjustments,
        options.on,
        options.history,
    )


def _check(options: argparse.Namespace) -> int:
    report = _inspected(options)
    report.write(options.out)
    stream = sys.stdout if report.is_ok else sys.stderr
    stream.write(report.text(options.lang) + "\n")
    return OK if report.is_ok else UNUSABLE


def _coherence(options: argparse.Namespace) -> int:
    coherence(score(*inputs_of(options))).write(options.out)
    return 0


def _compare(options: argparse.Namespace) -> int:
    compare(load_run(options.before), load_run(options.after)).write(options.out)
    return 0
