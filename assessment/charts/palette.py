"""Colours and fonts of charts: the product's tokens, written out because SVG has none."""

from typing import Final

INK: Final = "#1b2430"
MUTED: Final = "#55606e"
LINE: Final = "#d9dee5"
TRACK: Final = "#eef1f5"
BRAND: Final = "#1f4e8c"
OTHERS: Final = "#a9bdd6"
MEDIAN: Final = "#b45309"
PAPER: Final = "#ffffff"

# From the lowest scores to the highest; ink stays legible on all of them.
HEAT: Final = ("#f6f8fb", "#7ea3cf")

GRADES: Final = {
    "excellent": "#1a7f4b",
    "good": "#1f6fb2",
    "pass": "#9a6700",
    "fail": "#b42318",
}

# The same signs as beside the words of grades (components/grade_shape.html).
SHAPES: Final = {
    "excellent": "triangle",
    "good": "circle",
    "pass": "diamond",
    "fail": "rect",
}

# Colour and shape of further grades, for scales with codes of their own.
MORE_GRADES: Final = (
    ("#6941a5", "path://M0.5 1h11L6 11z"),
    ("#0e7490", "path://M4.2 0.5h3.6v3.7h3.7v3.6H7.8v3.7H4.2V7.8H0.5V4.2h3.7z"),
    ("#a3386c", "path://M3.2 1h5.6L11.7 6 8.8 11H3.2L0.3 6z"),
    ("#4b5563", "path://M1 4h10v4H1z"),
)

SCREEN_FONTS: Final = "'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',system-ui,sans-serif"
PRINT_FONTS: Final = "'Noto Sans CJK SC'"
FONT_SIZE: Final = 12
