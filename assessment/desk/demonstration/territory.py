"""The region and its localities; codes and names as in GB/T 2260.

Coordinates are those of GeoNames (see localities.md beside the table).
"""

import csv
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from accounts.models import Locality, Region
from accounts.services import create_department, create_locality, create_region

REGION_CODE = "jjj-surroundings"
DEPARTMENTS = (
    ("environment", "生态环境局", "Ecology and environment bureau"),
    ("industry", "工业和信息化局", "Industry and information technology bureau"),
)
# Cities whose form two departments fill in.
DIVIDED = frozenset({"130100", "130200"})
SOURCE = Path(__file__).with_name("localities.csv")


def load_territory(*, at: datetime) -> Region:
    """Create the region 京津冀及周边 with the provinces and the 28 cities of 2+26."""
    made: dict[str, Locality] = {}
    cities = []
    with SOURCE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            made[row["code"]] = create_locality(
                code=row["code"],
                name_zh=row["name_zh"],
                name_en=row["name_en"],
                parent=made.get(row["parent"]),
                latitude=Decimal(row["latitude"]) if row["latitude"] else None,
                longitude=Decimal(row["longitude"]) if row["longitude"] else None,
                by=None,
                at=at,
            )
            if row["parent"] or row["code"] in {"110000", "120000"}:
                cities.append(made[row["code"]])
    region = create_region(
        code=REGION_CODE,
        name_zh="京津冀及周边地区",
        name_en="Beijing–Tianjin–Hebei and surroundings",
        body_name_zh="京津冀及周边地区大气污染防治协作小组办公室",
        body_name_en="Coordination office for air pollution control, "
        "Beijing–Tianjin–Hebei and surroundings",
        contact="office@demo.example",
        localities=cities,
        by=None,
        at=at,
    )
    for city in cities:
        for code, name_zh, name_en in DEPARTMENTS:
            if code == "environment" or city.code in DIVIDED:
                create_department(
                    locality=city, code=code, name_zh=name_zh, name_en=name_en, by=None, at=at
                )
    return region
