"""The pictures of the README: the demonstration as its first visitors see it.

They are written to ``docs/screenshots`` only when ``LIANPING_SCREENSHOTS=1`` is set; the
pages themselves are looked at on every run.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from assessment.submissions.models import Submission
from tests.browser.pages import PUBLISHED, REVIEWING

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
RETURNED_CITY = "130100"
MOST_BYTES = 300_000


@dataclass(frozen=True)
class Picture:
    """One picture: whose page, where, in which language and size, what must be on it."""

    name: str
    user: str
    address: str
    language: str
    width: int
    height: int
    shows: str


PICTURES = [
    Picture("portal-ranking-en", "", f"/cycles/{PUBLISHED}/", "en-GB", 1440, 1000, "Beijing"),
    Picture("form-zh", "contributor", "form", "zh-CN", 1440, 1000, "共享数据完整率"),
    Picture(
        "verification-zh",
        "coordinator",
        f"/desk/cycles/{REVIEWING}/reviews/110000/",
        "zh-CN",
        1440,
        1000,
        "北京",
    ),
    Picture("form-phone-zh", "contributor", "form", "zh-CN", 390, 844, "共享数据完整率"),
    Picture("ranking-phone-zh", "", f"/cycles/{PUBLISHED}/#ranking", "zh-CN", 390, 844, "北京"),
]


def keep(picture: Picture, content: bytes) -> None:
    """Write the picture where it was asked for."""
    if os.environ.get("LIANPING_SCREENSHOTS") == "1":
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / f"{picture.name}.png").write_bytes(content)


def address_of(picture: Picture) -> str:
    """Where the page of the picture is."""
    if picture.address != "form":
        return picture.address
    form = Submission.objects.get(cycle__code=REVIEWING, locality__code=RETURNED_CITY)
    return f"/desk/submissions/{form.pk}/"
