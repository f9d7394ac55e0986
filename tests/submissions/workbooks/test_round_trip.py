"""Export and import without an edit change nothing: every field, every framework, any answer."""

import copy
import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import assessment.frameworks.library
from assessment.audit.models import Event
from assessment.cycles.models import Cycle
from assessment.engine.document import Level, Node, ValueSpec
from assessment.engine.texts import LocalizedText
from assessment.observations.numbers import allowed_decimals
from assessment.observations.statuses import Status
from assessment.observations.validity import fits
from assessment.submissions.answers import AnswerState, allowed_statuses, reported_nodes, state_of
from assessment.submissions.models import Answer, Submission
from assessment.submissions.queries import document_of
from assessment.submissions.services import AnswerInput, save_answers
from assessment.submissions.workbooks.comparison import read_file, take_over
from assessment.submissions.workbooks.layout import value_number
from assessment.submissions.workbooks.table import form_table
from tests.cast import Cast
from tests.factories import NOW, FrameworkVersionFactory, tiny_framework
from tests.submissions.workbooks.books import dry_run, exported, fresh, typed

LIBRARY = Path(assessment.frameworks.library.__file__).parent
BUILT_IN = sorted(path.stem for path in LIBRARY.glob("*.json"))
UNITS = [{"zh-Hans": "%", "en": "%"}, {"zh-Hans": "吨", "en": "t"}]
LANGUAGES = ("zh-hans", "en")
TEXTS = [
    "",
    "见附件",
    "first line\nsecond line",
    "=1+1",
    "'=1+1",
    "-5 % less than planned",
    "@everybody",
    "００８",
    "  in between  two  ",
    "\tтекст 🙂 “quoted”",
    "TRUE",
    "1e5",
    "#N/A",
]


def follow(submission: Submission, document: Mapping[str, Any]) -> Submission:
    """The form under another framework."""
    framework = submission.cycle.framework_version.framework
    version = FrameworkVersionFactory(
        framework=framework, number=framework.versions.count() + 1, document=document
    )
    Cycle.objects.filter(pk=submission.cycle_id).update(framework_version=version)
    return fresh(submission)


def states_of(submission: Submission) -> dict[str, AnswerState]:
    return {answer.indicator: state_of(answer) for answer in submission.answers.all()}


def store(submission: Submission, states: Mapping[str, AnswerState]) -> None:
    """The answers as they are, past every check: a form may hold what was in order once."""
    Answer.objects.filter(submission=submission).delete()
    Answer.objects.bulk_create(
        Answer(
            submission=submission,
            indicator=code,
            status=state.status,
            value=state.value,
            reason=state.reason,
            note=state.note,
            revision=number,
            updated_at=NOW,
        )
        for number, (code, state) in enumerate(states.items(), start=1)
    )


def everything(submission: Submission) -> list[dict[str, AnswerState]]:
    """Sets of answers that together say everything each field can say."""
    nodes = reported_nodes(document_of(submission))
    sets: list[dict[str, AnswerState]] = []
    for turn in range(6):
        states = {}
        for number, (code, node) in enumerate(nodes.items()):
            statuses = allowed_statuses(node)
            status = statuses[(turn + number) % len(statuses)]
            text = TEXTS[(turn * 5 + number) % len(TEXTS)].strip()
            value = values_of(node)[turn % 3] if status == Status.VALUE else None
            reason = "" if status == Status.VALUE else text or "not here"
            states[code] = AnswerState(str(status), value, reason, text)
        sets.append(states)
    return [*sets, {}]


def values_of(node: Node) -> list[Decimal]:
    spec = node.value
    if spec is not None and spec.type == "boolean":
        return [Decimal(0), Decimal(1), Decimal(0)]
    if spec is not None and spec.levels:
        levels = [Decimal(str(level.value)) for level in spec.levels]
        return [levels[0], levels[-1], levels[len(levels) // 2]]
    step = Decimal(1).scaleb(-allowed_decimals(spec))
    return [Decimal(0), Decimal("99") + step, Decimal("81.5") if step < 1 else Decimal(7)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("name", BUILT_IN)
def test_nothing_changes_without_an_edit_for_every_field_of_every_framework(
    submission: Submission, cast: Cast, name: str, kind: str, language: str
) -> None:
    document = json.loads((LIBRARY / f"{name}.json").read_text(encoding="utf-8"))
    submission = follow(submission, document)
    events = Event.objects.count()
    for states in everything(submission):
        store(submission, states)
        with translation.override(language):
            form = fresh(submission)
            content = exported(form) if kind == "xlsx" else form_table(form).encode()
            run = dry_run(form, content, cast.contributor, name=f"form.{kind}")
        assert (run.proposals, run.problems, run.absent) == ([], [], [])
        assert run.unchanged == len(reported_nodes(document_of(form)))
        assert states_of(form) == states
    assert Event.objects.count() == events


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize(("written", "opened"), [LANGUAGES, LANGUAGES[::-1]])
def test_file_of_one_language_is_read_in_the_other(
    submission: Submission, cast: Cast, kind: str, written: str, opened: str
) -> None:
    """Every row sent on, as without a mark: labels of one language mean the other's codes."""
    document = json.loads((LIBRARY / "national-2014.json").read_text(encoding="utf-8"))
    submission = follow(submission, document)
    for states in everything(submission):
        store(submission, states)
        with translation.override(written):
            form = fresh(submission)
            content = exported(form) if kind == "xlsx" else form_table(form).encode()
        store(submission, {})
        with translation.override(opened):
            found = read_file(form, f"form.{kind}", content)
            found = replace(found, rows=[replace(row, mark="") for row in found.rows])
            again = take_over(
                form,
                found,
                chosen=states,
                overwritten=dict.fromkeys(states, 0),
                by=cast.contributor,
                at=NOW,
            )
        assert (dict(again.problems), dict(again.conflicts)) == ({}, {})
        assert states_of(form) == states


def test_leaves_one_event_for_all_answers_taken_over(submission: Submission, cast: Cast) -> None:
    content = exported(submission)

    found = read_file(submission, "form.xlsx", typed(content, S1__value=81.5, S3__value=0.1 + 0.2))
    before = Event.objects.count()
    outcome = take_over(
        submission, found, chosen=["S1", "S3"], overwritten={}, by=cast.contributor, at=NOW
    )
    assert outcome.saved == ("S1", "S3")
    assert Event.objects.count() == before + 1
    assert Event.objects.latest("sequence").after == {
        "S1": {"status": "value", "value": "81.5"},
        "S3": {"status": "value", "value": "0.3"},
    }


# What one can type into the page and the database keeps: no surrogates, no NUL.
WORDS = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=60
).map(str.strip)


@st.composite
def frameworks(draw: st.DrawFn) -> dict[str, Any]:
    """The tiny framework with one to five indicators of any kind and any names."""
    document = copy.deepcopy(tiny_framework())
    kept = [node for node in document["nodes"] if node.get("source") != "submissions"]
    text = st.fixed_dictionaries({"zh-Hans": WORDS, "en": WORDS}).map(
        lambda names: {language: name or "—" for language, name in names.items()}
    )
    count = draw(st.integers(1, 5))
    for number in range(count):
        kind = draw(st.sampled_from(["number", "integer", "percent", "boolean", "level"]))
        value: dict[str, Any] = {"type": kind}
        if kind in {"number", "percent"}:
            decimals = draw(st.none() | st.integers(0, 8))
            value |= {} if decimals is None else {"decimals": decimals}
        if kind == "level":
            value["levels"] = [
                {"value": level, "score": 40 * level, "title": draw(text)} for level in (0, 1, 2.5)
            ]
        value["allow"] = draw(
            st.sampled_from([[], ["not_applicable"], ["nothing_to_report", "not_applicable"]])
        )
        kept.append(
            {
                "code": f"X{number}",
                "parent": "sharing",
                "kind": "indicator",
                "weight": 60 // count,
                "title": draw(text),
                "definition": draw(text),
                "unit": draw(
                    st.sampled_from([{"zh-Hans": "%", "en": "%"}, {"zh-Hans": "吨", "en": "t"}])
                ),
                "source": "submissions",
                "direction": "positive",
                "value": value,
                "normalisation": {"method": "goalposts", "lower": 0, "upper": 100},
            }
        )
    kept[-count - 1]["weight"] = 40
    return document | {"nodes": kept}


@st.composite
def answered(draw: st.DrawFn, document: dict[str, Any]) -> dict[str, AnswerState]:
    """Any answers such a framework takes, some left out."""
    states = {}
    for node in document["nodes"]:
        if node.get("source") != "submissions" or draw(st.booleans()):
            continue
        spec = node["value"]
        status = draw(st.sampled_from(["value", *spec["allow"]]))
        note = draw(WORDS)
        if status != "value":
            states[node["code"]] = AnswerState(status, None, draw(WORDS) or "because", note)
            continue
        places = 0 if spec["type"] == "integer" else spec.get("decimals", 8)
        value = {
            "boolean": st.sampled_from([Decimal(0), Decimal(1)]),
            "level": st.sampled_from([Decimal(0), Decimal(1), Decimal("2.5")]),
        }.get(
            spec["type"],
            st.decimals(-(10**15) + 1, 10**15 - 1, places=places, allow_nan=False).filter(fits),
        )
        states[node["code"]] = AnswerState(status, draw(value), "", note)
    return states


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data(), language=st.sampled_from(LANGUAGES), kind=st.sampled_from(["xlsx", "csv"]))
def test_nothing_changes_without_an_edit_whatever_is_asked_and_answered(
    submission: Submission, cast: Cast, data: st.DataObject, language: str, kind: str
) -> None:
    document = data.draw(frameworks())
    form = follow(submission, document)
    states = data.draw(answered(document))
    store(form, states)
    with translation.override(language):
        content = exported(form) if kind == "xlsx" else form_table(form).encode()
        run = dry_run(form, content, cast.contributor, name=f"form.{kind}")
    assert (run.proposals, run.problems, run.absent) == ([], [], [])
    assert run.unchanged == len(reported_nodes(document_of(form)))


def test_an_empty_cell_is_no_level_whose_title_shows_nothing() -> None:
    unseen = LocalizedText("\N{SOFT HYPHEN}", "\N{SOFT HYPHEN}")
    spec = ValueSpec("level", levels=(Level(0, 0, unseen), Level(1, 100, unseen)))
    node = Node("X", "index", "indicator", unseen, value=spec)
    assert value_number(node, "") == ""
    assert value_number(node, "1") == "1"


def test_two_people_and_two_files_lose_nothing(
    submission: Submission, cast: Cast, colleague: Any
) -> None:
    """What one filled in and the other did not touch stays, whichever file comes first."""
    mine, theirs = exported(submission), exported(submission)
    save_answers(
        submission=submission, answers={"S1": AnswerInput(value="70")}, by=colleague, at=NOW
    )
    run = dry_run(submission, mine, cast.contributor)
    assert (run.proposals, run.problems, run.unchanged) == ([], [], 3)
    assert mine == theirs
