"""Generated answers and ratings: fixed seed, plausible ranges, marked as generated."""

import io
import random
from datetime import timedelta
from decimal import Decimal

import pydyf

from assessment.engine.document import FrameworkDocument, Node
from assessment.observations.statuses import Status
from assessment.submissions.services import AnswerInput

SEED = 20161231
NOTE = "演示数据：由固定种子生成，并非真实填报。"
# indicator → (lowest, highest) of what the generator draws
RANGES: dict[str, tuple[float, float]] = {
    "SHARING_ON_TIME": (82, 100),
    "SHARING_COMPLETE": (87, 100),
    "SHARING_VALID": (88, 100),
    "SHARING_ALERT_HOURS": (0.3, 4),
    "WARNING_LEAD": (78, 100),
    "RESPONSE_ON_TIME": (80, 100),
    "ORANGE_REDUCTION": (15, 24),
    "ONE_PLAN_SHARE": (80, 100),
    "JOINT_MEASURES": (78, 100),
    "RATING_OVERALL": (74, 97),
    "RATING_AIR": (68, 96),
    "RATING_TRUST": (74, 98),
}
# Localities without a warning in that year, and those without an orange one: fixed, so that
# both answers that are no number are seen on form, verification, public page and report.
WITHOUT_WARNING = {2015: {"140300"}, 2016: {"140300", "371600"}}
WITHOUT_ORANGE = {2015: {"140300", "140400"}, 2016: {"140300", "140400", "371600"}}
_ON_WARNINGS = {"SHARING_ALERT_HOURS", "WARNING_LEAD", "RESPONSE_ON_TIME"}
NO_ORANGE = "考核期内未发布橙色预警，不涉及本指标。（演示数据）"


def generator(*parts: object) -> random.Random:
    """A generator that depends on the seed and the parts alone, not on the order of calls."""
    return random.Random(f"{SEED}:" + ":".join(map(str, parts)))  # noqa: S311 - not a secret


def generated_value(year: int, locality: str, node: Node) -> Decimal:
    """One value within the range of its indicator, at the indicator's decimals."""
    low, high = RANGES[node.code]
    # A locality tends to be good or weak throughout: half of the draw is its own level.
    level = generator("level", locality).random()
    draw = generator(year, locality, node.code).random()
    share = (level + draw) / 2
    if node.code == "SHARING_ALERT_HOURS":
        share = 1 - share
    step = Decimal(1).scaleb(-((node.value.decimals or 0) if node.value else 0))
    return Decimal(low + (high - low) * share).quantize(step)


def generated_answer(year: int, locality: str, node: Node) -> AnswerInput:
    """What a locality reports: mostly a number, of matters that did not arise none."""
    if node.code in _ON_WARNINGS and locality in WITHOUT_WARNING[year]:
        return AnswerInput(status=Status.NOTHING_TO_REPORT, note=NOTE)
    if node.code == "ORANGE_REDUCTION" and locality in WITHOUT_ORANGE[year]:
        return AnswerInput(status=Status.NOT_APPLICABLE, reason=NO_ORANGE, note=NOTE)
    value = str(generated_value(year, locality, node))
    return AnswerInput(status=Status.VALUE, value=value, note=NOTE)


def reported_indicators(framework: FrameworkDocument) -> list[Node]:
    """What localities fill in."""
    return [node for node in framework.observed if node.source == "submissions"]


def generated_level(year: int, locality: str, reviewer: str) -> int:
    """The level an expert gives: most see moderate cooperation."""
    pick = generator(year, locality, "depth").random()
    doubt = generator(year, locality, reviewer).random()
    level = 1 if pick < 0.25 else 2 if pick < 0.75 else 3
    return max(0, level - 1) if doubt < 0.2 else level


def pause(*parts: object) -> timedelta:
    """The minutes until somebody attaches the next file."""
    return timedelta(minutes=generator("pause", *parts).choice((1, 1, 2, 2)))


def evidence_file(title: str) -> bytes:
    """A one-page PDF that says what it stands for."""
    document = pydyf.PDF()
    font = pydyf.Dictionary(
        {"Type": "/Font", "Subtype": "/Type1", "BaseFont": "/Helvetica", "Name": "/F1"}
    )
    document.add_object(font)
    stream = pydyf.Stream()
    stream.begin_text()
    stream.set_font_size("F1", 14)
    stream.set_text_matrix(1, 0, 0, 1, 72, 740)
    stream.show_text_string(title)
    stream.set_text_matrix(1, 0, 0, 1, 72, 710)
    stream.show_text_string("Lianping demonstration data - generated, not a real document")
    stream.end_text()
    document.add_object(stream)
    document.add_page(
        pydyf.Dictionary(
            {
                "Type": "/Page",
                "Parent": document.pages.reference,
                "MediaBox": pydyf.Array([0, 0, 595, 842]),
                "Contents": stream.reference,
                "Resources": pydyf.Dictionary({"Font": pydyf.Dictionary({"F1": font.reference})}),
            }
        )
    )
    output = io.BytesIO()
    document.write(output)
    return output.getvalue()
