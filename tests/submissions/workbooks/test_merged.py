"""Merged ranges of a sheet are found by cell, however many there are."""

import pytest

from assessment.submissions.workbooks.reading import MergedRange, MergedRanges

# Name, top, left, bottom, right.
RANGES = [
    MergedRange("B2:C3", 2, 2, 3, 3),
    MergedRange("B5:B9", 5, 2, 9, 2),
    MergedRange("A4:D4", 4, 1, 4, 4),
    MergedRange("D1:D3", 1, 4, 3, 4),
]


def test_each_cell_is_hidden_by_the_range_it_lies_in_but_for_its_first_cell() -> None:
    merged = MergedRanges(RANGES)
    for row in range(1, 12):
        for column in range(1, 6):
            expected = next((each for each in RANGES if each.hides(row, column)), None)
            assert merged.hiding(row, column) == expected, (row, column)


def test_a_cell_is_compared_with_one_range_of_many(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    hides = MergedRange.hides

    def counted(self: MergedRange, row: int, column: int) -> bool:
        asked.append(self.name)
        return hides(self, row, column)

    monkeypatch.setattr(MergedRange, "hides", counted)
    merged = MergedRanges(
        [MergedRange(f"I{n}:I{n + 1}", n, 9, n + 1, 9) for n in range(2, 2000, 2)]
    )
    hidden = [row for row in range(1, 2001) if merged.hiding(row, 9) is not None]
    assert hidden == list(range(3, 2000, 2))
    assert len(asked) <= 2000
