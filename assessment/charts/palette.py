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

SCREEN_FONTS: Final = "'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',system-ui,sans-serif"
PRINT_FONTS: Final = "'Noto Sans CJK SC'"
FONT_SIZE: Final = 12
