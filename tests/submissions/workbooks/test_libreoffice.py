"""A file that LibreOffice opened, computed and saved, in each format it writes."""

import shutil
import subprocess
from pathlib import Path

import pytest
from django.utils import translation
from openpyxl import Workbook

from assessment.submissions.models import Submission
from tests.cast import Cast
from tests.submissions.conftest import fill
from tests.submissions.workbooks.books import cell, dry_run, edited, exported, said


def saved_by_libreoffice(content: bytes, folder: Path) -> bytes:
    """The workbook opened and saved again, formulas computed."""
    program = shutil.which("soffice")
    assert program, "libreoffice-calc-nogui is missing: scripts/debian_packages.sh test"
    before, after = folder / "before.xlsx", folder / "after"
    before.write_bytes(content)
    command = [program, "--headless", f"-env:UserInstallation={(folder / 'home').as_uri()}"]
    command += ["--convert-to", "xlsx", "--outdir", str(after), str(before)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return (after / "before.xlsx").read_bytes()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_workbook_saved_by_libreoffice(
    submission: Submission, cast: Cast, tmp_path: Path, language: str
) -> None:
    fill(submission, cast.contributor)

    def edit(book: Workbook) -> None:
        cell(book, "S1", "value").value = "=ROUND(100*(0.1+0.2)+50,1)"
        cell(book, "S2", "value").value = "=1/0"
        cell(book, "S3", "note").value = '=CONCATENATE("by ","hand")'

    with translation.override(language):
        content = saved_by_libreoffice(edited(exported(submission), edit), tmp_path)
    with translation.override("en"):
        run = dry_run(submission, content, cast.contributor)
    assert {
        code: [(old, new) for _place, old, new in cells] for code, cells in said(run).items()
    } == {
        "S1": [("81.5", "80")],
        "S3": [("", "by hand")],
    }
    assert [each.cells[0].is_formula for each in run.proposals] == [True, True]
    assert [(p.code, p.text) for p in run.problems] == [
        (
            "S2",
            "Found the error #DIV/0!; expected a figure or text. "
            "Correct the formula, or write the figure itself.",
        )
    ]
    assert (run.absent, run.passed_over) == ([], [])
