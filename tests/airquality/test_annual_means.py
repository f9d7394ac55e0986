"""The table derived from daily values: the script, the committed figures, the import."""

import csv
import gzip
import hashlib
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.utils import translation

from accounts.models import Locality
from assessment.airquality.models import AnnualMean
from assessment.airquality.services import import_annual_means
from assessment.airquality.table_file import OBSERVED_TABLE
from assessment.audit.models import Event
from scripts.derive_annual_means import CITIES, annual_means, is_valid_year, main, read_daily
from tests.cast import Cast
from tests.factories import NOW

# µg/m³, PM2.5 means of 2014, 2015, 2016 as published beside the daily file.
CHECK_VALUES = {
    "110000": ("84.5", "80.1", "72.6"),
    "120000": ("86.5", "69.8", "68.6"),
    "130100": ("123.0", "88.1", "98.5"),
    "130200": ("100.2", "84.2", "73.8"),
}
WITHOUT_2014 = {"140500", "410600", "410700", "410900"}


def committed() -> list[dict[str, str]]:
    with OBSERVED_TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(("code", "expected"), CHECK_VALUES.items())
def test_committed_means_equal_the_check_values(code: str, expected: tuple[str, ...]) -> None:
    found = {
        r["year"]: r["mean"]
        for r in committed()
        if (r["locality"], r["pollutant"]) == (code, "pm25")
    }
    assert found == dict(zip(("2014", "2015", "2016"), expected, strict=True))


def test_committed_heavy_days_are_those_above_150() -> None:
    found = {
        r["year"]: r["heavy_days"]
        for r in committed()
        if (r["locality"], r["pollutant"]) == ("110000", "pm25")
    }
    # Counted apart from the script; near the days of an AQI above 200 that the stations of
    # Beijing give (48, 47, 39), which other pollutants can cause, too.
    assert found == {"2014": "48", "2015": "45", "2016": "39"}


def test_committed_table_has_every_city_year_and_pollutant_once() -> None:
    rows = committed()
    keys = {(r["locality"], r["year"], r["pollutant"]) for r in rows}
    assert len(rows) == len(keys) == 28 * 3 * 4
    assert {r["locality"] for r in rows} == set(CITIES)
    assert len(CITIES) == 28


def test_committed_table_says_what_is_not_available() -> None:
    empty = {(r["locality"], r["year"]) for r in committed() if not r["mean"]}
    assert empty == {(code, "2014") for code in WITHOUT_2014}
    assert empty == {(r["locality"], r["year"]) for r in committed() if not r["heavy_days"]}
    assert all(int(r["days"]) >= 324 for r in committed() if r["mean"])


def daily_rows(values: dict[date, str], code: str = "110000") -> list[dict[str, str]]:
    return [
        {"city_code": code, "date": day.isoformat(), "pm25": v, "pm10": v, "so2": v, "no2": v}
        for day, v in values.items()
    ]


def year_of(value: str, year: int = 2015) -> dict[date, str]:
    first = date(year, 1, 1)
    return {first + timedelta(days=n): value for n in range(365)}


def test_mean_is_rounded_half_even_once() -> None:
    days = list(year_of("0"))
    # 364 days of 0.25 and one of 0.25: exactly 0.25, a tie, goes to the even digit.
    rows = daily_rows(dict.fromkeys(days, "0.25"))
    assert next(annual_means(rows, ["110000"], [2015])).mean == Decimal("0.2")
    rows = daily_rows(dict.fromkeys(days, "0.35"))
    assert next(annual_means(rows, ["110000"], [2015])).mean == Decimal("0.4")


def test_heavy_days_lie_above_the_mean_of_an_iaqi_of_200() -> None:
    values = year_of("150") | {date(2015, 1, day): "150.1" for day in (1, 2, 3)}
    pm25, pm10, *_others = annual_means(daily_rows(values), ["110000"], [2015])
    assert (pm25.heavy_days, pm10.heavy_days) == (3, 0)
    values = dict(list(values.items())[:300])
    assert next(annual_means(daily_rows(values), ["110000"], [2015])).heavy_days is None


def test_empty_cells_are_not_days_and_not_zeros() -> None:
    values = year_of("10")
    values[date(2015, 6, 1)] = ""
    mean = next(annual_means(daily_rows(values), ["110000"], [2015]))
    assert (mean.mean, mean.days) == (Decimal("10.0"), 364)


def test_city_without_a_day_is_in_the_table_without_a_mean() -> None:
    rows = list(annual_means([], ["110000"], [2015]))
    assert [(r.mean, r.days) for r in rows] == [(None, 0)] * 4


@pytest.mark.parametrize(
    ("missing", "is_valid"),
    [
        ({}, True),
        ({1: 4, 2: 3, 3: 4, 4: 3, 5: 4, 6: 3, 7: 4, 8: 4, 9: 3, 10: 4, 11: 3, 12: 2}, True),
        ({1: 4, 2: 3, 3: 4, 4: 3, 5: 4, 6: 3, 7: 4, 8: 4, 9: 3, 10: 4, 11: 3, 12: 3}, False),
        ({1: 5}, False),
        ({2: 3}, True),
        ({2: 4}, False),
    ],
)
def test_validity_of_a_year(missing: dict[int, int], is_valid: bool) -> None:
    lengths = {
        1: 31,
        2: 28,
        3: 31,
        4: 30,
        5: 31,
        6: 30,
        7: 31,
        8: 31,
        9: 30,
        10: 31,
        11: 30,
        12: 31,
    }
    days = {month: length - missing.get(month, 0) for month, length in lengths.items()}
    assert sum(days.values()) == 365 - sum(missing.values())
    assert is_valid_year(days) is is_valid


def test_script_reads_the_gzipped_file_and_writes_the_same_bytes_twice(tmp_path: Path) -> None:
    daily, out = tmp_path / "daily.csv.gz", tmp_path / "out.csv"
    with gzip.open(daily, "wt", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["city_code", "date", "pm25", "pm10", "so2", "no2"])
        writer.writeheader()
        writer.writerows(daily_rows(year_of("80.14")))
    assert main([str(daily), str(out)]) == 0
    first = hashlib.sha256(out.read_bytes()).hexdigest()
    assert main([str(daily), str(out)]) == 0
    assert hashlib.sha256(out.read_bytes()).hexdigest() == first
    assert "110000,2015,pm25,80.1,365,0" in out.read_text(encoding="utf-8").splitlines()
    assert len(list(read_daily(daily))) == 365
    assert main([]) == 2


def cities() -> None:
    Locality.objects.bulk_create(Locality(code=code, name_zh=code, name_en=code) for code in CITIES)


def test_import_of_the_committed_table(db: None) -> None:
    cities()
    assert import_annual_means(by=None, at=NOW) == 336
    beijing = AnnualMean.objects.get(locality__code="110000", year=2016, pollutant="pm25")
    assert (beijing.mean, beijing.days, beijing.heavy_days) == (Decimal("72.6"), 366, 39)
    assert beijing.source == "aqistudy"
    without = AnnualMean.objects.filter(mean__isnull=True)
    assert {(m.locality.code, m.year) for m in without} == {(c, 2014) for c in WITHOUT_2014}
    assert import_annual_means(by=None, at=NOW) == 0
    assert Event.objects.filter(action="airquality.import_annual_means").count() == 1


def refusal(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "means.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValidationError) as caught, translation.override("en"):
        import_annual_means(path=path, source="test", by=None, at=NOW)
    assert not AnnualMean.objects.exists()
    return list(caught.value.message_dict["path"])


def test_import_names_every_fault(cast: Cast, tmp_path: Path) -> None:
    code = cast.locality.code
    text = (
        "locality,year,pollutant,mean,days\n"
        "000000,2015,pm25,80.1,365\n"
        f"{code},15,pm25,80.1,365\n"
        f"{code},2015,o3,80.1,365\n"
        f"{code},2015,pm25,80.1,323\n"
        f"{code},2015,pm10,80.12,365\n"
        f"{code},2015,so2,-1,365\n"
        f"{code},2015,no2,80.1,400\n"
        f"{code},2016,no2,80.1,366\n"
        f"{code},2016,no2,80.1,366\n"
    )
    assert refusal(tmp_path, text) == [
        "Row 2: unknown locality 000000",
        "Row 3: 15 is not a year",
        "Row 4: o3 is not one of pm25, pm10, so2, no2",
        "Row 5: a mean of 323 days is not valid: HJ 663 asks for 324; leave it empty",
        "Row 6: the mean 80.12 must lie above 0 and have one decimal",
        "Row 7: -1 is not a mean in µg/m³",
        "Row 8: 400 is not a number of days",
        "Row 10: repeats an earlier row",
    ]
    assert refusal(tmp_path, "city,mean\n") == [
        "The first row must read: locality,year,pollutant,mean,days[,heavy_days]"
    ]
    heavy = f"locality,year,pollutant,mean,days,heavy_days\n{code},2015,pm25,80.1,365,366\n"
    assert refusal(tmp_path, heavy) == ["Row 2: 366 is not a number of days among 365"]


def test_import_reads_what_chinese_excel_writes_and_refuses_what_is_no_text(
    cast: Cast, tmp_path: Path
) -> None:
    path = tmp_path / "means.csv"
    path.write_bytes("城市,年".encode("gb18030"))
    with pytest.raises(ValidationError, match="locality,year,pollutant,mean,days"):
        import_annual_means(path=path, by=None, at=NOW)
    path.write_bytes(b"\xff\xff\xff")
    with pytest.raises(ValidationError, match="CSV"):
        import_annual_means(path=path, by=None, at=NOW)


def test_import_by_coordinator_of_the_region_only(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "means.csv"
    path.write_text(
        f"locality,year,pollutant,mean,days\n{cast.locality.code},2015,pm25,80.1,365\n",
        encoding="utf-8",
    )
    for name in ("other_coordinator", "auditor", "contributor"):
        with pytest.raises(PermissionDenied):
            import_annual_means(path=path, source="test", by=getattr(cast, name), at=NOW)
    assert import_annual_means(path=path, source="test", by=cast.coordinator, at=NOW) == 1


def test_command_imports_or_says_why_not(db: None, tmp_path: Path) -> None:
    cities()
    call_command("import_annual_means")
    assert AnnualMean.objects.count() == 336
    path = tmp_path / "means.csv"
    path.write_text("locality,year,pollutant,mean,days\n1,2015,pm25,1,1\n", encoding="utf-8")
    with translation.override("en"), pytest.raises(CommandError, match="Row 2"):
        call_command("import_annual_means", str(path), "--source", "test")
