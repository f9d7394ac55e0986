"""What Debian must provide is checked at start-up."""

import subprocess

import pytest
from django.core.checks import run_checks

from assessment.reports import checks


def test_this_machine_can_make_reports() -> None:
    assert run_checks(tags=["reports"]) == []


def test_missing_subsetter_is_told_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "find_library", lambda _name: None)
    [warning] = run_checks(tags=["reports"])
    assert warning.id == "reports.W001"
    assert warning.hint == "apt-get install --yes libharfbuzz-subset0"


@pytest.mark.parametrize("listed", ["DejaVu Sans\n", "Noto Sans CJK SC\n", ""])
def test_missing_fonts_are_told_with_the_command(
    monkeypatch: pytest.MonkeyPatch, listed: str
) -> None:
    done = subprocess.CompletedProcess([], 0, stdout=listed)
    monkeypatch.setattr(checks.subprocess, "run", lambda *_args, **_options: done)
    [warning] = run_checks(tags=["reports"])
    assert warning.id == "reports.W002"
    assert warning.hint == "apt-get install --yes fonts-noto-cjk"


def test_without_fontconfig_there_are_no_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks.shutil, "which", lambda _name: None)
    assert not checks.has_chinese_fonts()
