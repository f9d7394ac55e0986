"""The localities of a run as they were when it was made: codes, names, provinces, positions."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import get_language

from assessment.engine.localities import Locality as EngineLocality
from assessment.engine.localities import load_localities
from assessment.engine.texts import is_chinese

GROUP_COLUMN = "province"
# Columns that begin with ``name`` label and group nothing; see the engine's localities.
GROUP_CODE, GROUP_NAME_EN = "name_province_code", "name_province_en"
# Degrees of WGS 84. The columns are there where any of the localities has a position; numbers
# group nobody, so that they touch no figure.
LATITUDE, LONGITUDE = "latitude", "longitude"


@dataclass(frozen=True)
class Place:
    """A locality or province under the names it had; ``code`` never changes."""

    code: str
    name_zh: str
    name_en: str

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        chosen = self.name_zh if is_chinese(get_language() or "zh-hans") else self.name_en
        return chosen or self.name_zh

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Position:
    """A point on the ground in degrees of WGS 84, north and east positive."""

    latitude: Decimal
    longitude: Decimal


@dataclass(frozen=True)
class AssessedPlace(Place):
    """A locality of a run; a municipality or province is its own ``group``.

    ``position`` is the one the locality had when the run was made.
    """

    group: Place
    position: Position | None = None


def read_places(localities_csv: str) -> dict[str, AssessedPlace]:
    """The localities of a run's own table by code, in its order."""
    return {item.code: _place(item) for item in load_localities(localities_csv).items}


def _place(item: EngineLocality) -> AssessedPlace:
    province = item.cells.get(GROUP_COLUMN, "")
    return AssessedPlace(
        code=item.code,
        name_zh=item.name,
        name_en=item.cells.get("name_en", ""),
        group=Place(
            code=item.cells.get(GROUP_CODE) or province,
            name_zh=province,
            name_en=item.cells.get(GROUP_NAME_EN) or province,
        ),
        position=_position(item),
    )


def _position(item: EngineLocality) -> Position | None:
    latitude, longitude = item.cells.get(LATITUDE, ""), item.cells.get(LONGITUDE, "")
    if not latitude or not longitude:
        return None
    return Position(Decimal(latitude), Decimal(longitude))
