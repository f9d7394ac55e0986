"""The README of a bundle: what it holds and how to verify it, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from assessment.engine.facts import facts_text
from assessment.engine.texts import LocalizedText

_CHINESE = """\
{title}
{line}
{notice}{gaps}
本数据包包含复算全部公布结果所需的一切：

manifest.json     清单：考核周期、发布次序、各文件的 SHA-256
framework.json    指标体系
observations.csv  指标值（地区、指标、值、状态）
localities.csv    地区
adjustments.csv   调整（加分项、扣分项）的依据和理由，列名带 _en 的为英文
results.csv       结果：得分、公布值、名次、等次
trace.json        计分过程：原始值、标准化、加权、规则、取整

验证方法（需要 Python 3.11 及以上和 {packages}，以及本产品源代码中的
assessment/engine 目录，版本见文末 engine.version）：

    python -m assessment.engine verify 数据包.zip

返回 0 表示全部复算一致，1 表示有差异并指出第一处，2 表示数据包无法使用。
一致说明结果由包内输入得出，不能说明输入未被连同结果、校验值和本文件一起改写：
请将本文件包的 SHA-256 与公布的比对。文末重复清单内容，验证时逐项核对。
取整采用四舍六入五成双（GB/T 8170），名次按公布值排列，并列者名次相同。
"""

_ENGLISH = """\
{title}
{line}
{notice}{gaps}
This bundle holds all that is needed to recompute every published result:

manifest.json     cycle, publication number, SHA-256 of each file
framework.json    the indicator framework
observations.csv  observations (locality, indicator, value, status)
localities.csv    localities
adjustments.csv   adjustments with article and reason (…_en: in English)
results.csv       results: score, published value, rank, grade
trace.json        every step: raw, normalised, weighted, rules, rounded

To verify (Python 3.11 or later with {packages}, and the folder
assessment/engine of the product's source in the version of engine.version below):

    python -m assessment.engine verify BUNDLE.zip

Exit status 0: everything was recomputed and agrees; 1: something differs, and
the first difference is named; 2: the bundle cannot be used. Rounding is half
to even (GB/T 8170); ranks are taken on published values and ties share a rank.
Agreement shows that the results follow from the inputs in the bundle. It does
not show that nobody rewrote inputs, results, digests and this file together:
compare the SHA-256 of the bundle with the published one. What the manifest says
is repeated below, and verification compares each line.
"""


# What verification needs, without and with weights by benefit of the doubt.
_PACKAGES: Final = {
    False: {"zh-Hans": "NumPy、jsonschema", "en": "NumPy and jsonschema"},
    True: {"zh-Hans": "NumPy、SciPy、jsonschema", "en": "NumPy, SciPy and jsonschema"},
}

# Heading of the known gaps, and the coordinating body's reason.
_GAPS: Final = {
    "zh-Hans": ("发布时已知的缺漏：", "协调机构说明的理由：“{reason}”"),
    "en": (
        "Published in spite of these known gaps:",
        "The coordinating body's reason: “{reason}”",
    ),
}


def bundle_readme(
    title: LocalizedText,
    notice: LocalizedText | None,
    facts: Mapping[str, str],
    gaps: Sequence[LocalizedText] = (),
    reason: LocalizedText | None = None,
    *,
    needs_scipy: bool = False,
) -> str:
    """Return the text of README.txt; ``facts`` are the manifest's own, by field.

    ``gaps`` are what was known to be missing when the results were published, ``reason`` why
    they were published all the same.
    """
    parts = [
        template.format(
            title=title.text(language),
            line="=" * 60,
            notice=f"\n【{notice.text(language)}】\n" if notice else "",
            gaps=_gaps_text(gaps, reason, language),
            packages=_PACKAGES[needs_scipy][language],
        )
        for language, template in (("zh-Hans", _CHINESE), ("en", _ENGLISH))
    ]
    return "\n".join([*parts, facts_text(facts), ""])


def _gaps_text(gaps: Sequence[LocalizedText], reason: LocalizedText | None, language: str) -> str:
    if not gaps:
        return ""
    heading, because = _GAPS[language]
    lines = [heading, *(f"- {gap.text(language)}" for gap in gaps)]
    if reason is not None:
        lines.append(because.format(reason=reason.text(language)))
    # One line each, and none that ends as somebody wrote it: nothing must look like the facts.
    return "\n" + "\n".join(" ".join(line.split()) for line in lines) + "\n"
