"""Importing OBSERVATIONS.csv: what people send, what is said, all or none."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.utils import translation

from assessment.audit.models import Event
from assessment.cycles.workflow import Stage
from assessment.observations.models import Observation
from assessment.observations.queries import as_csv, cells_csv, check_import, matrix
from assessment.observations.services import ImportRefusedError, RecordOutcome, import_csv
from tests.cast import Cast
from tests.factories import NOW
from tests.observations.scene import at_stage, record

HEAD = "locality,indicator,value,status\n"


def bring(cast: Cast, content: bytes, state: str | None = None) -> RecordOutcome:
    with translation.override("en"):
        return import_csv(
            cycle=cast.cycle,
            upload=ContentFile(content, name="values.csv"),
            by=cast.coordinator,
            at=NOW,
            expected_state=state,
        )


def problems(cast: Cast, text: str | bytes) -> list[tuple[int, str, str, str]]:
    content = text if isinstance(text, bytes) else text.encode()
    at_stage(cast.cycle, Stage.COLLECTING)
    with pytest.raises(ImportRefusedError) as caught:
        bring(cast, content)
    assert not Observation.objects.exists()
    found = caught.value.problems
    assert all(problem.remedy for problem in found)
    return [(p.row, p.column, p.found, p.expected) for p in found]


def test_import_records_with_file_hash_and_row(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.COLLECTING)
    text = (
        f"{HEAD}{cast.locality.code},S1,87.5,value\n{cast.neighbour.code},S2,,nothing_to_report\n"
    )
    assert bring(cast, text.encode()) == RecordOutcome(2, 0, 0)
    observation = Observation.objects.get(indicator="S1")
    assert (observation.value, observation.source) == (Decimal("87.5"), "import")
    assert observation.provenance["file"] == "values.csv"
    assert observation.provenance["row"] == 2
    assert len(observation.provenance["sha256"]) == 64
    actions = Event.objects.filter(action__startswith="observations.")
    assert [event.action for event in actions] == ["observations.import"]


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("８７．５", "87.5"),
        (" 12 ", "12"),
        ("１２", "12"),
        ("85 %", "85"),
    ],
)
def test_import_reads_numbers_as_typed(cast: Cast, typed: str, value: str) -> None:
    text = f"{HEAD}{cast.locality.code},S1,{typed},value\n"
    at_stage(cast.cycle, Stage.COLLECTING)
    bring(cast, text.encode())
    assert Observation.objects.get().value == Decimal(value)


@pytest.mark.parametrize("typed", ["1,0.5", "9.0E1", "5²", "①", "0,050", "00,100", "0 050"])
def test_import_refuses_what_could_mean_something_else(cast: Cast, typed: str) -> None:
    """5² is not 52, nor a decimal comma a thousand."""
    text = f'{HEAD}{cast.locality.code},S1,"{typed}",value\n'
    expected = "a number from 0 to 100, at most 1 decimal"
    assert problems(cast, text) == [(2, "value", f"“{typed}”", expected)]


def test_import_keeps_to_the_decimals_of_the_indicator(cast: Cast) -> None:
    text = f"{HEAD}{cast.locality.code},S1,87.55,value\n"
    assert problems(cast, text) == [
        (2, "value", "“87.55” with 2 decimals", "at most 1 decimal"),
    ]


def test_import_thousands_separator_and_typographic_minus(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.COLLECTING)
    code = cast.locality.code
    bring(cast, f'{HEAD}{code},PM25_CHANGE,"−1,234.5",value\n'.encode())
    assert Observation.objects.get().value == Decimal("-1234.5")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_import_encodings(cast: Cast, encoding: str) -> None:
    at_stage(cast.cycle, Stage.COLLECTING)
    head = "ｌｏｃａｌｉｔｙ,indicator,value,status,备注"
    text = f"{head}\r\n{cast.locality.code},S1,５０,value,核对\r\n"
    bring(cast, text.encode(encoding))
    assert Observation.objects.get().value == 50


def test_import_names_every_problem_of_every_row(cast: Cast) -> None:
    code = cast.locality.code
    text = (
        f"{HEAD}"
        "999999,S1,1,value\n"
        f"{code},S9,1,value\n"
        f"{code},S1,101,value\n"
        f"{code},S1,50,value\n"
        f"{code},S3,85‰,value\n"
        f"{code},S3,1,done\n"
        f"{code},S2,,value\n"
        f"{code},S1,1\n"
    )
    assert problems(cast, text) == [
        (2, "locality", "999999", "the code of a locality of this cycle"),
        (3, "indicator", "S9", "the code of an indicator of the framework"),
        (4, "value", "“101”", "a number from 0 to 100"),
        (5, "locality, indicator", f"{code} S1", "each locality and indicator once"),
        (6, "value", "“85‰”", "a number from 0 to 100, at most 1 decimal"),
        (7, "locality, indicator", f"{code} S3", "each locality and indicator once"),
        (
            7,
            "status",
            "done",
            "value, nothing_to_report, not_applicable, missing, excluded",
        ),
        (8, "value", "no value", "a number"),
        (9, "", "3 cells", "4 cells"),
    ]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "an empty file"),
        (b"\xef\xbb\xbf", "an empty file"),
        (b" \r\n", "an empty file"),
        (b"PK\x03\x04rest", "an Excel workbook or zip archive"),
        (b"%PDF-1.7", "a PDF"),
        (b"\xff\xfel\x00o\x00", "bytes that are not text"),
        (HEAD.encode(), "only a header"),
        (b"a" * (2 * 1024 * 1024 + 1), "2.0 MB"),
    ],
)
def test_import_whole_file_unusable(cast: Cast, content: bytes, found: str) -> None:
    ((row, column, said, _expected),) = problems(cast, content)
    assert (row, column, said) == (0, "", found)


def test_import_header_names_missing_and_repeated_columns(cast: Cast) -> None:
    assert problems(cast, "locality,indicator,wert\n1,2,3\n") == [
        (1, "value, status", "locality, indicator, wert", "locality, indicator, value, status")
    ]
    assert problems(cast, "locality,indicator,value,status,value\n1,2,3,4,5\n")[0][1] == "value"


def test_import_broken_quotes(cast: Cast) -> None:
    ((row, _column, _found, expected),) = problems(cast, f'{HEAD}1,"2"x,3,4\n')
    assert (row, expected) == (2, "cells separated by commas")


def test_export_then_import_changes_nothing(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.COLLECTING)
    record(cast.cycle, cast.locality, {"S1": "87.5", "PM25_CHANGE": "-12.00000001"})
    exported = as_csv(cast.cycle)
    assert bring(cast, exported.encode()) == RecordOutcome(0, 0, 8)
    kept = Observation.objects.get(indicator="S1")
    assert (kept.source, kept.provenance) == ("submissions", {"version": 1})


def test_check_says_what_would_change_and_writes_nothing(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.COLLECTING)
    record(cast.cycle, cast.locality, {"S1": "80"}, source="coordinator")
    code = cast.locality.code
    text = f"{HEAD}{code},S1,81,value\n{code},S3,5,value\n{code},S2,,missing\n"
    checked = check_import(cast.cycle, text.encode())
    assert [(c.cell.node.code, c.value, c.is_new) for c in checked.changes] == [
        ("S1", Decimal(81), False),
        ("S3", Decimal(5), True),
    ]
    assert checked.unchanged == 1
    assert Observation.objects.count() == 1


def test_import_after_somebody_else_changed_a_value(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.COLLECTING)
    text = f"{HEAD}{cast.locality.code},S1,81,value\n".encode()
    state = check_import(cast.cycle, text).state
    record(cast.cycle, cast.locality, {"S1": "79"}, source="coordinator")
    with pytest.raises(ValidationError) as caught:
        bring(cast, text, state)
    assert caught.value.messages == [
        "Observations were changed since the file was checked. Check it again."
    ]
    assert Observation.objects.get().value == 79


def test_import_by_auditor_is_refused(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.COLLECTING)
    with pytest.raises(PermissionDenied):
        import_csv(
            cycle=cast.cycle,
            upload=ContentFile(HEAD.encode(), name="values.csv"),
            by=cast.auditor,
            at=NOW,
        )


@pytest.mark.parametrize("source", ["submissions", "airquality", "reviews"])
def test_import_does_not_overrule_what_was_signed_monitored_or_judged(
    cast: Cast, source: str
) -> None:
    at_stage(cast.cycle, Stage.REVIEWING)
    record(cast.cycle, cast.locality, {"S1": "82.3"}, source=source)
    row = f"{cast.locality.code},S1,50,value\n"
    with pytest.raises(ImportRefusedError) as caught:
        bring(cast, (HEAD + row).encode())
    (problem,) = caught.value.problems
    assert (problem.row, problem.found) == (2, "50")
    assert problem.expected == "82.3, as signed, monitored or judged"
    assert Observation.objects.get().value == Decimal("82.3")


def test_import_may_leave_a_signed_value_out_and_put_back_nothing_but_that(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.REVIEWING)
    record(cast.cycle, cast.locality, {"S1": "82.3"})
    left_out = (HEAD + f"{cast.locality.code},S1,,excluded\n").encode()
    bring(cast, left_out)
    assert Observation.objects.get().status == "excluded"
    assert bring(cast, left_out).unchanged == 1
    for other in (f"{cast.locality.code},S1,50,value\n", f"{cast.locality.code},S1,,missing\n"):
        with pytest.raises(ImportRefusedError) as caught:
            bring(cast, (HEAD + other).encode())
        (problem,) = caught.value.problems
        assert problem.expected == "82.3, as signed, monitored or judged"
    bring(cast, (HEAD + f"{cast.locality.code},S1,82.30,value\n").encode())
    back = Observation.objects.get()
    assert (back.status, back.value, back.source) == ("value", Decimal("82.3"), "submissions")
    assert back.provenance == {"version": 1}
    assert back.left_out is None


def test_what_is_left_out_stays_so_when_it_is_settled_anew(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.REVIEWING)
    record(cast.cycle, cast.locality, {"S1": "82.3"})
    bring(cast, (HEAD + f"{cast.locality.code},S1,,excluded\n").encode())
    record(cast.cycle, cast.locality, {"S1": "90"})
    kept = Observation.objects.get()
    assert (kept.status, kept.value, kept.source) == ("excluded", None, "import")
    assert kept.settled is not None
    assert kept.settled.value == 90
    event = Event.objects.latest("sequence")
    place = f"{cast.locality.code} S1"
    assert event.before == {place: "excluded (import) [82.3 (submissions)]"}
    assert event.after == {place: "excluded (import) [90 (submissions)]"}
    bring(cast, (HEAD + f"{cast.locality.code},S1,90,value\n").encode())
    assert Observation.objects.get().value == 90


def test_what_was_only_imported_and_excluded_may_be_imported_anew(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.REVIEWING)
    for row in ("S1,40,value", "S1,,excluded", "S1,50,value"):
        bring(cast, (HEAD + f"{cast.locality.code},{row}\n").encode())
    assert Observation.objects.get().value == 50


def test_a_file_with_a_byte_order_mark_or_a_notice_is_read(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.COLLECTING)
    marked = cells_csv(matrix(cast.cycle).cells, notice="演示数据 / Demonstration data")
    assert marked.splitlines()[0] == "locality,indicator,value,status,notice"
    for content in (marked.encode(), b"\xef\xbb\xbf" + marked.encode()):
        assert check_import(cast.cycle, content).problems == []


@pytest.mark.parametrize("line", ["x", "x,y,,z", "x,y,q,z"])
def test_a_file_that_is_no_table_is_read_no_further_than_anybody_corrects(
    cast: Cast, line: str
) -> None:
    at_stage(cast.cycle, Stage.COLLECTING)
    checked = check_import(cast.cycle, (HEAD + f"{line}\n" * 100_000).encode())
    assert len(checked.problems) == 200
    assert checked.problems[-1].row <= 201


def test_rows_before_a_broken_one_are_told_too(cast: Cast) -> None:
    found = problems(cast, f'{HEAD}999999,S1,1,value\n"{cast.locality.code},S1,1,value\n')
    assert [(row, column) for row, column, _found, _expected in found] == [(2, "locality"), (3, "")]
