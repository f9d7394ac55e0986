"""The sentences of charts in Chinese and English."""

from __future__ import annotations

from typing import Final

from assessment.engine.texts import inner_quotes, is_chinese

_TEXTS: Final = {
    "ranking_of_one": (
        "{name}得 {score} 分，在 {count} 个有得分的地区中列第 {rank} 位",
        "{name} scores {score} and ranks {rank} of {count} ranked localities",
    ),
    "ranking_of_none": (
        "{name}未计分，不参加排名",
        "{name} has no score and is not ranked",
    ),
    "ranking_leader": (
        "{name}以 {score} 分居首，{count} 个地区得分的中位数为 {median}",
        "{name} leads with {score}; the median of {count} localities is {median}",
    ),
    "ranking_leaders": (
        "{name}以 {score} 分并列居首，{count} 个地区得分的中位数为 {median}",
        "{name} lead with {score}; the median of {count} localities is {median}",
    ),
    "ranking_empty": (
        "没有可排名的地区",
        "No locality could be ranked",
    ),
    "profile": (
        "{name}在 {count} 个维度中有 {above} 个高于中位数，“{best}”得分最高，“{worst}”最低",
        "{name} is above the median in {above} of {count} dimensions; "
        "strongest: {best}; weakest: {worst}",
    ),
    "profile_of_one": (
        "{name}“{best}”得 {score} 分",
        "{name} scores {score} in {best}",
    ),
    "profile_of_none": (
        "{name}各维度均未计分",
        "{name} has no score in any dimension",
    ),
    "distribution": (
        "{name}“{indicator}”为 {value}，各地区中位数为 {median}",
        "{name}: {indicator} {value}; the median of all localities is {median}",
    ),
    "distribution_of_none": (
        "{name}“{indicator}”没有数值，各地区中位数为 {median}",
        "{name} has no value for {indicator}; the median of all localities is {median}",
    ),
    "distribution_plain": (
        "“{indicator}”各地区中位数为 {median}，最低 {low}，最高 {high}",
        "{indicator}: the median of all localities is {median}, from {low} to {high}",
    ),
    "distribution_empty": (
        "“{indicator}”没有数值",
        "There is no value for {indicator}",
    ),
    "heat_map_of": (
        "“{best}”的中位数最高，为 {high}；“{worst}”最低，为 {low}",
        "The median is highest in {best} ({high}) and lowest in {worst} ({low})",
    ),
    "means_and_limit": (
        "{name} {year} 年 {pollutant} 年均浓度为 {mean} {unit}，限值为 {limit} {unit}",
        "{name}: {pollutant} {mean} {unit} in {year}; the limit is {limit} {unit}",
    ),
    "means": (
        "{name} {year} 年 {pollutant} 年均浓度为 {mean} {unit}",
        "{name}: {pollutant} {mean} {unit} in {year}",
    ),
    "mean_of": ("{year} 年：{mean}", "{year}: {mean}"),
    "means_of": ("{pollutant} {means}", "{pollutant} {means}"),
    "means_of_limited": ("{pollutant}（{limit}）{means}", "{pollutant} {means} ({limit})"),
    "means_of_none": (
        "{name} {year} 年没有有效的年均浓度",
        "{name}: no valid annual mean in {year}",
    ),
    "limit": ("限值", "limit"),
    "not_available": ("无数据", "not available"),
    "map_of": (
        "地图上 {count} 个地区的等级：{grades}",
        "Localities on the map by grade: {grades}",
    ),
    "map_empty": ("没有已知坐标的地区", "No locality has coordinates"),
    "map": ("地图，上北下南。{title}。{rows}。", "Map, north up. {title}. {rows}."),
    "map_row": (
        "{name}（{latitude}，{longitude}）{result}",
        "{name} ({latitude}, {longitude}) {result}",
    ),
    "latitude": ("纬度", "Latitude"),
    "longitude": ("经度", "Longitude"),
    "result": ("结果", "Result"),
    "north": ("北", "N"),
    "heat_map": ("热力图。{title}。{rows}。", "Heat map. {title}. {rows}."),
    "heat_row": ("{name}：{scores}", "{name}: {scores}"),
    "bar_chart": ("条形图。{title}。{rows}。", "Bar chart. {title}. {rows}."),
    "dot_chart": ("点图。{title}。{rows}。", "Dot chart. {title}. {rows}."),
    "ranked": ("第 {rank} 位 {name} {score}", "{rank}. {name} {score}"),
    "unranked": ("{name}未计分", "{name}: no score"),
    "against_median": (
        "{name} {score}，中位数 {median}",
        "{name} {score}, median {median}",
    ),
    "value_of": ("{name} {score}", "{name} {score}"),
    "no_score": ("未计分", "No score"),
    "this_locality": ("本地区", "This locality"),
    "median": ("中位数", "Median"),
    "before": ("上一周期", "Cycle before"),
    "and_before": ("，上一周期 {score}", ", cycle before {score}"),
    "others": ("其他地区", "Other localities"),
    "locality": ("地区", "Locality"),
    "dimension": ("维度", "Dimension"),
    "rank": ("名次", "Rank"),
    "score": ("得分", "Score"),
    "separator": ("；", "; "),
    "and": ("、", ", "),
}


def chart_text(code: str, language: str, **params: object) -> str:
    """The sentence in the language of the tag (any ``zh…`` is Chinese, all else English)."""
    chinese, english = _TEXTS[code]
    sentence = chinese if is_chinese(language) else english
    inside = [name for name in params if f"“{{{name}}}”" in sentence]
    return sentence.format(**params | {name: inner_quotes(str(params[name])) for name in inside})
