"""Fields the designer's forms share: numbers as people type them, small tables."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.typed_numbers import fold_signs, plain_digits
from assessment.frameworks.wording import plain_number

Number = int | float
Rows = list[dict[str, Any]]
LARGEST = 10**12
_THOUSANDS = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d*)?")
_TOO_LARGE = gettext_noop("%(number)s is too large: at most %(most)s.")


def read_number(text: str) -> Number:
    """A number as it may be typed in any form; ``ValueError`` for anything else.

    ``OverflowError`` for a number too large for a framework.
    """
    digits = plain_digits(fold_signs(text))
    if not digits:
        raise ValueError(text)
    number = Decimal(digits)
    if abs(number) > LARGEST:
        raise OverflowError(text)
    return int(number) if number == number.to_integral_value() else float(number)


class NumberField(forms.CharField):
    """A number of a framework document; empty is ``None``."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(
        self,
        *,
        least: Number | None = None,
        most: Number | None = None,
        is_whole: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.least, self.most, self.is_whole = least, most, is_whole

    def prepare_value(self, value: Any) -> Any:
        """Show numbers without exponent; leave what was typed alone."""
        return value if isinstance(value, str) else plain_number(value)

    def to_python(self, value: Any) -> Any:
        """The number, within its bounds."""
        text = str(super().to_python(value) or "")
        if not text:
            return None
        try:
            number = read_number(text)
        except OverflowError:
            found = {"number": text[:40], "most": plain_number(LARGEST)}
            raise ValidationError(_(_TOO_LARGE) % found) from None
        except ValueError:
            message = _("“%(text)s” is not a number. Write digits, such as 12.5.")
            raise ValidationError(message % {"text": text[:40]}) from None
        self._check(number)
        return number

    def _check(self, number: Number) -> None:
        found = {"number": plain_number(number)}
        if self.is_whole and not isinstance(number, int):
            raise ValidationError(_("%(number)s is not a whole number.") % found)
        if self.least is not None and number < self.least:
            found["least"] = plain_number(self.least)
            raise ValidationError(_("%(number)s is too small: at least %(least)s.") % found)
        if self.most is not None and number > self.most:
            found["most"] = plain_number(self.most)
            raise ValidationError(_(_TOO_LARGE) % found)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare as numbers."""
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True


def _two_of(line: str) -> list[str]:
    """Value and score: a space stands between them, or a comma where there is none.

    A comma inside a number separates thousands, and alone it could be either: refused.
    """
    parts = [part.rstrip(",") for part in line.split()]
    if len(parts) == 1 and not _THOUSANDS.fullmatch(line.strip()):
        parts = line.split(",")
    if len(parts) != 2:
        raise ValueError(line)
    return parts


class TableField(forms.CharField):
    """A table of two columns typed one row per line: a value, then the score it earns."""

    widget = forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocomplete": "off"})

    def __init__(self, *, key: str, **options: Any) -> None:
        super().__init__(**options)
        self.key = key  # "from" for bands, whose first start is open; "value" for points

    def prepare_value(self, value: Any) -> Any:
        """Rows as lines; leave what was typed alone."""
        if not isinstance(value, list):
            return value
        return "\n".join(
            f"{'-' if row[self.key] is None else plain_number(row[self.key])} "
            f"{plain_number(row['score'])}"
            for row in value
        )

    def to_python(self, value: Any) -> Any:
        """The rows, every unreadable line named."""
        lines = str(super().to_python(value) or "").splitlines()
        rows: Rows = []
        faults: list[str | Promise] = []
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                rows.append(self._row(line))
            except (ValueError, OverflowError):
                message = _(
                    "Line %(number)s, “%(line)s”: write a value and a score, such as 60 80."
                )
                faults.append(message % {"number": number, "line": line.strip()[:40]})
        if faults:
            raise ValidationError(faults)
        return rows

    def _row(self, line: str) -> dict[str, Any]:
        start, score = _two_of(fold_signs(line))
        is_open = self.key == "from" and start == "-"
        return {self.key: None if is_open else read_number(start), "score": read_number(score)}


def choices(labels: dict[str, Any], only: Iterable[str] | None = None) -> list[tuple[str, Any]]:
    """The labels as choices, all or only some of them."""
    wanted = labels.keys() if only is None else only
    return [(code, labels[code]) for code in wanted]
