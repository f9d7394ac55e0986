"""How the cells of a workbook look, and how its sheets are printed."""

import unicodedata
from math import ceil

from django.utils.translation import gettext as _
from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from accounts.text import is_chinese
from assessment.cycles.demonstration import notice_of
from assessment.cycles.models import Cycle
from assessment.submissions.models import Submission

# Widths in characters of the standard face; a Chinese sign takes two.
WIDTHS = {
    "indicator": 14,
    "mark": 24,
    "code": 23,
    "title": 30,
    "unit": 8,
    "expected": 24,
    "guidance": 46,
    "status": 16,
    "value": 16,
    "reason": 28,
    "note": 28,
    "taken": 28,
}
INK, MUTED, LINE, BRAND, GROUND, ENTRY = (
    "#1B2430",
    "#55606E",
    "#D9DEE5",
    "#1F4E8C",
    "#F6F8FA",
    "#FFF9E5",
)
_PAPER_A4 = 9


class Styles:
    """The formats of one workbook; each is made once."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        # Programs without this face take their own for the script.
        self._base = {
            "font_name": "Microsoft YaHei" if is_chinese() else "Calibri",
            "font_size": 11,
            "font_color": INK,
            "valign": "top",
        }
        grid = {"border": 1, "border_color": LINE, "text_wrap": True}
        self.title = self._format({"bold": True, "font_size": 14, "font_color": BRAND})
        self.warning = self._format({"bold": True, "font_color": "#B42318"})
        self.text = self._format({**grid})
        self.label = self._format({**grid, "bold": True, "bg_color": GROUND})
        self.step = self._format({**grid, "align": "center", "font_color": MUTED})
        self.head = self._format(
            {**grid, "bold": True, "bg_color": BRAND, "font_color": "#FFFFFF", "valign": "vcenter"}
        )
        muted = self._format({**grid, "font_size": 10, "font_color": MUTED})
        self.labels = {
            "code": muted,
            "title": self._format({**grid, "bold": True}),
            "expected": muted,
            "guidance": muted,
        }
        self._grid = grid
        self._entries: dict[tuple[str, bool | None], Format] = {}

    def words(self, *, locked: bool) -> Format:
        """A cell for words. What is typed into it stays text, whatever it begins with."""
        return self._entry("@", locked=locked)

    def figure(self, number_format: str | None, *, locked: bool) -> Format:
        """A cell for a figure, or for one entry of a list where there is no format."""
        return self._entry(number_format or "General", locked=locked)

    def read_figure(self, number_format: str) -> Format:
        """A figure to read, among others of its column."""
        key = (number_format, None)
        if key not in self._entries:
            self._entries[key] = self._format({**self._grid, "num_format": number_format})
        return self._entries[key]

    def _entry(self, number_format: str, *, locked: bool) -> Format:
        key = (number_format, locked)
        if key not in self._entries:
            colour = GROUND if locked else ENTRY
            self._entries[key] = self._format(
                {
                    **self._grid,
                    "num_format": number_format,
                    "locked": locked,
                    "bg_color": colour,
                }
            )
        return self._entries[key]

    def _format(self, more: dict[str, object]) -> Format:
        return self._workbook.add_format({**self._base, **more})


def height_of(lines: int) -> float:
    """Points so many lines take; faces with Chinese signs stand farther apart."""
    return lines * (15 if is_chinese() else 13.5) + 3


def lines_of(text: str, width: int) -> int:
    """How many lines the text takes in a column so wide; Chinese signs count double."""
    return sum(max(1, ceil(_width(line) / width)) for line in text.split("\n")) if text else 1


def set_up_print(sheet: Worksheet, submission: Submission, *, landscape: bool) -> None:
    """A4, as wide as the page, with the form's name and page numbers."""
    set_up_pages(sheet, submission.cycle, str(submission), landscape=landscape)


def set_up_pages(sheet: Worksheet, cycle: Cycle, name: str, *, landscape: bool) -> None:
    """A4, as wide as the page; the name, the mark of a demonstration and page numbers below."""
    sheet.set_paper(_PAPER_A4)
    if landscape:
        sheet.set_landscape()
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    notice = f" · {notice_of(cycle)}" if notice_of(cycle) else ""
    # “&” begins a code in a footer.
    said = f"{name}{notice}".replace("&", "&&")[:200]
    page = _("Page %(page)s of %(pages)s") % {"page": "&P", "pages": "&N"}
    sheet.set_footer(f"&L{said}&R{page}")


def _width(line: str) -> float:
    """In digits of the face: most letters are narrower than one."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 0.9 for sign in line)
