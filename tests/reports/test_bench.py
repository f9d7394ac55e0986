"""The benchmark builds a report's contents by hand: it must follow what a report holds."""

import pytest
from django.utils import translation

from bench.reports import LOCALITIES, frozen_results, in_memory


@pytest.mark.django_db
def test_the_benchmark_s_report_is_a_whole_report() -> None:
    with translation.override("zh-hans"):
        contents = in_memory(frozen_results())
    assert contents.overall.is_ranked
    assert contents.overall.assessed == LOCALITIES
    assert set(contents.pictures) == {"profile.svg", "ranking-1.svg", "code.svg"}
