"""The built-in framework documents a coordinating body can start from."""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from assessment.engine import FrameworkDocument, load_framework


@dataclass(frozen=True)
class Template:
    """One built-in document, as the page that offers it shows it."""

    code: str
    document: FrameworkDocument


@cache
def list_templates() -> tuple[Template, ...]:
    """Every built-in template, checked by the engine, in the order of their codes."""
    return tuple(Template(code, load_framework(read_template(code))) for code in template_codes())


@cache
def template_codes() -> tuple[str, ...]:
    """The codes of the built-in templates."""
    names = [entry.name for entry in resources.files(__package__).iterdir()]
    return tuple(sorted(name[: -len(".json")] for name in names if name.endswith(".json")))


def read_template(code: str) -> dict[str, Any]:
    """A fresh copy of a template's document; ``KeyError`` if there is none of this code."""
    if code not in template_codes():
        raise KeyError(code)
    text = resources.files(__package__).joinpath(f"{code}.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document
