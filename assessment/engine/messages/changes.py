"""Why a score or a rank changed between two runs: code → (Chinese, English)."""

from __future__ import annotations

CHANGES = {
    "change_score": (
        "得分由 {before} 变为 {after}（{change}）。",
        "score {before} → {after} ({change}).",
    ),
    "change_score_split": (
        "得分由 {before} 变为 {after}（{change}）：自身数据 {own}，评估方法 {method}，"
        "其他地区 {peers}。",
        "score {before} → {after} ({change}): own data {own}, method {method}, other localities "
        "{peers}.",
    ),
    "change_rank_up": (
        "排名由第 {before} 位升至第 {after} 位，上升 {places} 位",
        "Rank {before} → {after}, up {places}",
    ),
    "change_rank_down": (
        "排名由第 {before} 位降至第 {after} 位，下降 {places} 位",
        "Rank {before} → {after}, down {places}",
    ),
    "change_rank_same": (
        "排名仍为第 {after} 位",
        "Rank {after} as before",
    ),
    "change_rank_parts": (
        "：自身数据 {own}，评估方法 {method}，其他地区 {peers}。",
        ": own data {own}, method {method}, other localities {peers}.",
    ),
    "change_not_split": (
        "变化原因无法拆分：{cause}",
        "The change cannot be split: {cause}",
    ),
    "change_not_split_unscored": (
        "变化原因无法拆分：前后数据与方法交叉计算时没有得分。",
        "The change cannot be split: one run's data have no score under the other's method.",
    ),
    "change_only_before": (
        "后一次评估中没有该地区，此前得分 {before}。",
        "not in the later run; score {before} before.",
    ),
    "change_only_after": (
        "前一次评估中没有该地区，现得分 {after}。",
        "not in the earlier run; score {after} now.",
    ),
    "change_node_only_before": (
        "后一次评估已取消此项，此前得分 {before}。",
        "no longer part of the framework; score {before} before.",
    ),
    "change_node_only_after": (
        "此项为新增，现得分 {after}。",
        "new in the framework; score {after} now.",
    ),
    "change_scored_only_before": (
        "后一次评估未计分，此前得分 {before}。",
        "no score in the later run; {before} before.",
    ),
    "change_scored_only_after": (
        "前一次评估未计分，现得分 {after}。",
        "no score in the earlier run; {after} now.",
    ),
    "change_not_scored": (
        "两次评估均未计分。",
        "no score in either run.",
    ),
}
