"""What a manifest says of a publication, line by line, so that README.txt can repeat it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

BEGIN: Final = "----- manifest -----"
END: Final = "----- end -----"
ABSENT: Final = "—"


def facts_of(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Every fact but the list of files by its field (``cycle.period.end``), as one-line JSON."""
    own = {key: value for key, value in manifest.items() if key != "files"}
    return dict(_flat(own, ""))


def facts_text(facts: Mapping[str, str]) -> str:
    """The facts as the block of lines that ``read_facts`` reads."""
    return "\n".join([BEGIN, *(f"{field}: {value}" for field, value in facts.items()), END])


def read_facts(readme: str) -> dict[str, str]:
    """The facts of the README's one block; none where there is no block."""
    _before, begin, after = readme.partition(f"{BEGIN}\n")
    block, end, _rest = after.partition(f"\n{END}")
    if not begin or not end:
        return {}
    pairs = (line.partition(": ") for line in block.split("\n"))
    return {field: value for field, _colon, value in pairs}


def _flat(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from _flat(item, f"{path}.{key}" if path else str(key))
    else:
        yield path, json.dumps(value, ensure_ascii=False)
