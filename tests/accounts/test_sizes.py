"""Sizes of files beside their limits."""

from django.utils import translation

from accounts.sizes import told_apart

MB = 1024 * 1024


def test_sizes_are_rounded_where_that_tells_them_apart_and_else_in_bytes() -> None:
    with translation.override("en"):
        found = [
            told_apart(20 * MB, 100 * MB),
            told_apart(20 * MB, 20 * MB + 1),
            told_apart(200 * MB, MB, 199 * MB + 1),
        ]
    assert [[text.replace("\xa0", " ") for text in texts] for texts in found] == [
        ["20.0 MB", "100.0 MB"],
        ["20,971,520 bytes", "20,971,521 bytes"],
        ["209,715,200 bytes", "1,048,576 bytes", "208,666,625 bytes"],
    ]
