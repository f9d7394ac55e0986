"""The command line: score a framework, study and compare runs, verify a published bundle."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date

from assessment.engine.commands import add_studies, all_problems, inputs_of
from assessment.engine.messages import render
from assessment.engine.problems import EngineError, Problem
from assessment.engine.run import score
from assessment.engine.sensitivity import sensitivity
from assessment.engine.uncertainty import uncertainty
from assessment.engine.variation import (
    AGGREGATIONS,
    IMPUTATIONS,
    NORMALISATIONS,
    TREATMENTS,
    Variation,
)
from assessment.engine.verification import UNUSABLE, verify
from assessment.engine.version import ENGINE_VERSION


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns 0 for success, 1 when a bundle differs, 2 for unusable input."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
    except EngineError as error:
        print(all_problems(options, error).text(options.lang), file=sys.stderr)
        return UNUSABLE
    except ImportError as error:
        needed = {"module": error.name or error}
        print(render("module_missing", needed, options.lang), file=sys.stderr)
        return UNUSABLE
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return UNUSABLE
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m assessment.engine", description=__doc__)
    parser.add_argument("--version", action="version", version=ENGINE_VERSION)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    scoring = commands.add_parser("score", help="write results.csv and trace.json")
    _add_inputs(scoring)
    scoring.set_defaults(run=_score)
    varying = commands.add_parser("uncertainty", help="write uncertainty.csv and .json")
    _add_inputs(varying)
    varying.add_argument("--draws", type=int, default=1000)
    varying.add_argument("--seed", type=int, default=0)
    _add_variation(varying)
    varying.set_defaults(run=_uncertainty)
    splitting = commands.add_parser("sensitivity", help="write sensitivity.json")
    _add_inputs(splitting)
    splitting.add_argument("--base", type=int, default=1024, help="a power of two")
    splitting.add_argument("--seed", type=int, default=0)
    _add_variation(splitting)
    splitting.set_defaults(run=_sensitivity)
    verifying = commands.add_parser("verify", help="recompute a bundle and compare every digit")
    verifying.add_argument("bundle", metavar="BUNDLE.zip")
    verifying.set_defaults(run=_verify)
    studies = add_studies(commands, _add_inputs)
    for command in (scoring, varying, splitting, verifying, *studies):
        command.add_argument("--lang", choices=("en", "zh-Hans"), default="en")
    return parser


def _add_inputs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("framework", metavar="FRAMEWORK.json")
    parser.add_argument("observations", metavar="OBSERVATIONS.csv")
    parser.add_argument("--localities", metavar="LOCALITIES.csv")
    parser.add_argument("--adjustments", metavar="ADJUSTMENTS.csv")
    parser.add_argument("--history", metavar="HISTORY.csv", help="values of other periods")
    parser.add_argument(
        "--on",
        metavar="YYYY-MM-DD",
        type=date.fromisoformat,
        help="last day of the period, which chooses dated rules and parameters",
    )
    parser.add_argument("--out", metavar="DIR", required=True)


def _add_variation(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--weight-range", metavar="SHARE", type=float, default=0.25)
    parser.add_argument(
        "--concentration", type=float, help="draw weights from a Dirichlet distribution instead"
    )
    for name, known, usual in (
        ("normalisations", NORMALISATIONS, ("as_stated", "min_max")),
        ("aggregations", AGGREGATIONS, ("as_stated",)),
        ("imputations", IMPUTATIONS, ("as_stated",)),
        ("treatments", TREATMENTS, ("as_stated",)),
    ):
        parser.add_argument(f"--{name}", nargs="+", choices=known, default=usual)
    parser.add_argument("--measurement-error", metavar="DEVIATIONS", type=float, default=0.0)
    parser.add_argument("--leave-out", action="store_true", help="one indicator in each draw")


def _score(options: argparse.Namespace) -> int:
    score(*inputs_of(options)).write(options.out)
    return 0


def _variation(options: argparse.Namespace) -> Variation:
    return Variation(
        weight_range=options.weight_range,
        concentration=options.concentration,
        normalisations=tuple(options.normalisations),
        aggregations=tuple(options.aggregations),
        imputations=tuple(options.imputations),
        treatments=tuple(options.treatments),
        measurement_error=options.measurement_error,
        leave_out=options.leave_out,
    )


def _uncertainty(options: argparse.Namespace) -> int:
    found = uncertainty(
        *inputs_of(options),
        draws=options.draws,
        seed=options.seed,
        variation=_variation(options),
    )
    found.write(options.out)
    return _noted(found.notes, options)


def _sensitivity(options: argparse.Namespace) -> int:
    found = sensitivity(
        *inputs_of(options),
        base=options.base,
        seed=options.seed,
        variation=_variation(options),
    )
    found.write(options.out)
    return _noted(found.notes, options)


def _noted(notes: Sequence[Problem], options: argparse.Namespace) -> int:
    """Print what of the variation has no effect; a study with such choices is one all the same."""
    for item in notes:
        print(item.text(options.lang))
    return 0


def _verify(options: argparse.Namespace) -> int:
    report = verify(options.bundle)
    stream = sys.stdout if report.is_ok else sys.stderr
    print(report.text(options.lang), file=stream)
    return report.exit_status


if __name__ == "__main__":
    sys.exit(main())
