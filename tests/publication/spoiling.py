"""A bundle in which one digit is not the one that was published."""

import re
from collections.abc import Mapping

# Where in each file a digit stands that means something: the group of the expression.
DIGITS = {
    "README.txt": rb"\nnumber: (\d)",
    "adjustments.csv": rb"\n[^,]+,[^,]+,-?\d*(\d)",
    "framework.json": rb'"weight": \d*(\d)',
    "localities.csv": rb"\n\d*(\d),",
    "manifest.json": rb'"number": (\d)',
    "observations.csv": rb",\d*(\d)(?:\.\d+)?,value",
    # The published score, before the rank: the last digits of the other are float noise.
    "results.csv": rb"\.\d*(\d),\d+,",
    "trace.json": rb'"raw": -?\d*(\d)',
}


def spoiled(files: Mapping[str, bytes], name: str) -> dict[str, bytes]:
    """The files with one digit of the one named changed."""
    content = files[name]
    found = re.search(DIGITS[name], content)
    assert found is not None, name
    at = found.start(1)
    other = b"1" if content[at : at + 1] != b"1" else b"2"
    return {**files, name: content[:at] + other + content[at + 1 :]}
