"""Makes things for tests: territories, people, cycles. Services are used where they matter."""

from datetime import UTC, date, datetime
from typing import Any

import factory
from factory.django import DjangoModelFactory

from accounts.models import Department, Locality, Membership, Region, User
from accounts.roles import Role
from assessment.cycles.models import Cycle, Participant
from assessment.frameworks.models import Framework, FrameworkVersion
from assessment.frameworks.workflow import VersionState

NOW = datetime(2017, 3, 1, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai


class LocalityFactory(DjangoModelFactory[Locality]):
    class Meta:
        model = Locality

    # Five digits, so that no name is part of a code: a search looks in both.
    code = factory.Sequence(lambda n: f"{990100 + n:06d}")
    name_zh = factory.Sequence(lambda n: f"测试市{n:05d}")
    name_en = factory.Sequence(lambda n: f"Test city {n:05d}")


class RegionFactory(DjangoModelFactory[Region]):
    class Meta:
        model = Region

    code = factory.Sequence(lambda n: f"region-{n}")
    name_zh = factory.Sequence(lambda n: f"区域{n}")
    name_en = factory.Sequence(lambda n: f"Region {n}")
    body_name_zh = "区域协作小组办公室"
    body_name_en = "Regional coordination office"


class DepartmentFactory(DjangoModelFactory[Department]):
    class Meta:
        model = Department

    locality = factory.SubFactory(LocalityFactory)
    code = factory.Sequence(lambda n: f"department-{n}")
    name_zh = "生态环境局"
    name_en = "Ecology and environment bureau"


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    email = factory.LazyAttribute(lambda o: f"{o.username}@example.org")
    full_name = factory.LazyAttribute(lambda o: f"Person {o.username}")
    password = factory.django.Password("pass-word-1234")


def member(
    role: Role,
    *,
    region: Region | None = None,
    locality: Locality | None = None,
    username: str | None = None,
) -> User:
    """A user who holds the role in the place."""
    fields: dict[str, Any] = {"username": username} if username else {}
    user: User = UserFactory(**fields)
    Membership.objects.create(
        user=user, role=role, region=region, locality=locality, created_at=NOW
    )
    return user


def tiny_framework() -> dict[str, Any]:
    """A small valid framework: two dimensions, three reported indicators, one measured."""

    def text(zh: str, en: str) -> dict[str, str]:
        return {"zh-Hans": zh, "en": en}

    def indicator(code: str, parent: str, weight: int, source: str, **more: Any) -> dict[str, Any]:
        return {
            "code": code,
            "parent": parent,
            "kind": "indicator",
            "weight": weight,
            "title": text(f"指标{code}", f"Indicator {code}"),
            "definition": text("定义", "Definition"),
            "unit": text("%", "%"),
            "source": source,
            "direction": "positive",
            "value": {"type": "number", "min": 0, "max": 100, "decimals": 1},
            "normalisation": {"method": "goalposts", "lower": 0, "upper": 100, "truncate": True},
            **more,
        }

    return {
        "format": "lianping-framework/1",
        "code": "tiny",
        "version": "1.0",
        "title": text("小体系", "Tiny framework"),
        "scale": {"min": 0, "max": 100},
        "decimals": 2,
        "grades": [
            {"code": "excellent", "title": text("优秀", "Excellent"), "from": 90},
            {"code": "good", "title": text("良好", "Good"), "from": 70},
            {"code": "pass", "title": text("合格", "Pass"), "from": 60},
            {"code": "fail", "title": text("不合格", "Fail"), "from": 0},
        ],
        "nodes": [
            {
                "code": "index",
                "parent": None,
                "kind": "index",
                "weight": 100,
                "title": text("总分", "Overall"),
                "aggregation": {"method": "arithmetic"},
                "missing": {
                    "policy": "redistribute",
                    "not_applicable": "redistribute",
                    "availability": 0.75,
                },
            },
            {
                "code": "sharing",
                "parent": "index",
                "kind": "dimension",
                "weight": 60,
                "title": text("信息共享", "Data sharing"),
                "aggregation": {"method": "arithmetic"},
                "missing": {"policy": "error", "not_applicable": "redistribute"},
            },
            indicator(
                "S1",
                "sharing",
                40,
                "submissions",
                evidence={"required": True, "text": text("台账", "Ledger")},
            ),
            indicator(
                "S2",
                "sharing",
                20,
                "submissions",
                value={
                    "type": "number",
                    "min": 0,
                    "max": 100,
                    "decimals": 1,
                    "allow": ["nothing_to_report", "not_applicable"],
                    "nothing_to_report_score": 100,
                },
            ),
            {
                "code": "effort",
                "parent": "index",
                "kind": "dimension",
                "weight": 40,
                "title": text("减排贡献", "Reduction contribution"),
                "aggregation": {"method": "arithmetic"},
                "missing": {
                    "policy": "redistribute",
                    "not_applicable": "redistribute",
                    "availability": 0.5,
                },
            },
            indicator("PM25_CHANGE", "effort", 30, "airquality", value={"type": "number"}),
            indicator("S3", "effort", 10, "submissions"),
        ],
        "rules": [],
    }


def wide_framework(count: int, dimensions: int = 3) -> dict[str, Any]:
    """The small framework with ``count`` reported indicators ``N001`` … in equal dimensions."""
    document = tiny_framework()
    index, dimension, _s1, indicator = document["nodes"][:4]
    plain = {key: value for key, value in indicator.items() if key not in {"value", "evidence"}}
    value = {"type": "number", "min": 0, "max": 100000, "decimals": 1}
    goalposts = {"method": "goalposts", "lower": 0, "upper": 100000, "truncate": True}
    nodes = [{**index, "weight": count}]
    per_dimension = -(-count // dimensions)
    for number in range(count):
        parent = f"part-{number // per_dimension + 1}"
        if number % per_dimension == 0:
            weight = min(per_dimension, count - number)
            nodes.append({**dimension, "code": parent, "weight": weight})
        code = f"N{number + 1:03d}"
        title = {"zh-Hans": f"指标{code}", "en": f"Indicator {code}"}
        own = {"code": code, "parent": parent, "title": title, "weight": 1}
        nodes.append({**plain, **own, "value": value, "normalisation": goalposts})
    return {**document, "code": "wide", "nodes": nodes}


class FrameworkFactory(DjangoModelFactory[Framework]):
    class Meta:
        model = Framework

    region = factory.SubFactory(RegionFactory)
    code = factory.Sequence(lambda n: f"framework-{n}")
    name_zh = "小体系"
    name_en = "Tiny framework"


class FrameworkVersionFactory(DjangoModelFactory[FrameworkVersion]):
    class Meta:
        model = FrameworkVersion

    framework = factory.SubFactory(FrameworkFactory)
    number = 1
    state = VersionState.FROZEN
    document = factory.LazyFunction(tiny_framework)
    created_at = NOW
    updated_at = NOW
    frozen_at = NOW


class CycleFactory(DjangoModelFactory[Cycle]):
    """A cycle of 2016 whose forms are due on 2017-03-15; ``NOW`` lies inside."""

    class Meta:
        model = Cycle

    region = factory.SubFactory(RegionFactory)
    framework_version = factory.SubFactory(
        FrameworkVersionFactory, framework__region=factory.SelfAttribute("...region")
    )
    code = factory.Sequence(lambda n: f"cycle-{n}")
    name_zh = "2016 年度考核"
    name_en = "Assessment 2016"
    period_start_date = date(2016, 1, 1)
    period_end_date = date(2016, 12, 31)
    collection_start_date = date(2017, 2, 1)
    collection_end_date = date(2017, 3, 15)
    review_end_date = date(2017, 4, 15)
    objection_end_date = date(2017, 4, 30)
    created_at = NOW


def participants(cycle: Cycle, count: int = 1) -> list[Locality]:
    """Add ``count`` new localities of the cycle's region to the cycle."""
    localities = [LocalityFactory() for _ in range(count)]
    cycle.region.localities.add(*localities)
    Participant.objects.bulk_create(
        [Participant(cycle=cycle, locality=locality) for locality in localities]
    )
    return localities
