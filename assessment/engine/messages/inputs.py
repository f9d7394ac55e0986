"""What can be wrong with observations, localities and adjustments: code → (Chinese, English)."""

from __future__ import annotations

INPUT = {
    "table_not_utf8": (
        "{file} 不是 UTF-8 编码（第 {position} 字节）。",
        "{file} is not UTF-8 (byte {position}).",
    ),
    "empty_file": (
        "{file} 是空文件。",
        "{file} is empty.",
    ),
    "missing_columns": (
        "{file} 的表头缺少：{columns}。",
        "The header of {file} lacks: {columns}.",
    ),
    "unexpected_columns": (
        "{file} 有规定以外的列：{columns}。",
        "{file} has columns it must not have: {columns}.",
    ),
    "duplicate_columns": (
        "{file} 的表头重复：{columns}。",
        "The header of {file} repeats: {columns}.",
    ),
    "wrong_cell_count": (
        "{file} 第 {row} 行有 {actual} 格，应为 {expected} 格。",
        "Row {row} of {file} has {actual} cells, not {expected}.",
    ),
    "broken_csv": (
        "{file} 第 {row} 行无法解析：{reason}。",
        "Row {row} of {file} cannot be parsed: {reason}.",
    ),
    "bad_code": (
        "{file} 第 {row} 行的编码“{value}”无效。",
        "The code “{value}” in row {row} of {file} is not valid.",
    ),
    "bad_period": (
        "{file} 第 {row} 行的时期“{value}”无效。",
        "The period “{value}” in row {row} of {file} is not valid.",
    ),
    "bad_period_file": (
        "“{value}”应写成“时期=文件”。",
        "Write “{value}” as PERIOD=FILE.",
    ),
    "unknown_period": (
        "时期“{value}”没有观测值。",
        "The period “{value}” has no observations.",
    ),
    "duplicate_locality": (
        "{file} 第 {row} 行的地区重复。",
        "The locality in row {row} of {file} is listed twice.",
    ),
    "not_a_number": (
        "{file} 第 {row} 行的值“{value}”不是数字。",
        "The value “{value}” in row {row} of {file} is not a number.",
    ),
    "infinite_value": (
        "{file} 第 {row} 行的值“{value}”不是有限数。",
        "The value “{value}” in row {row} of {file} is not finite.",
    ),
    "vanishing_value": (
        "{file} 第 {row} 行的值“{value}”过小，会被当作零。",
        "The value “{value}” in row {row} of {file} is so small that it would be read as zero.",
    ),
    "unknown_status": (
        "{file} 第 {row} 行的状态“{status}”未定义。",
        "The status “{status}” in row {row} of {file} is not known.",
    ),
    "value_missing": (
        "{file} 第 {row} 行状态为 value，但没有值。",
        "Row {row} of {file} has the status value but no value.",
    ),
    "value_with_status": (
        "{file} 第 {row} 行状态为 {status}，不应有值。",
        "Row {row} of {file} has the status {status} and should have no value.",
    ),
    "bad_past_period": (
        "{file} 第 {row} 行的时期“{value}”无效，应为年份或日期。",
        "The period “{value}” in row {row} of {file} is neither a year nor a date.",
    ),
    "duplicate_observation": (
        "{file} 第 {row} 行重复（首见于第 {first} 行）。",
        "Row {row} of {file} repeats row {first}.",
    ),
    "unknown_indicator": (
        "{file} 第 {row} 行的指标 {indicator} 不在指标体系中。",
        "The indicator {indicator} in row {row} of {file} is not in the framework.",
    ),
    "unknown_locality": (
        "{file} 第 {row} 行的地区不在地区表中。",
        "The locality in row {row} of {file} is not in the list of localities.",
    ),
    "unknown_node": (
        "{file} 第 {row} 行的节点 {node} 不存在或不计分。",
        "The node {node} in row {row} of {file} is not a scored node.",
    ),
    "not_an_integer": (
        "{file} 第 {row} 行的值 {value} 应为整数。",
        "The value {value} in row {row} of {file} should be a whole number.",
    ),
    "not_a_level": (
        "{file} 第 {row} 行的值 {value} 不是规定的等级（{levels}）。",
        "The value {value} in row {row} of {file} is not one of the levels ({levels}).",
    ),
    "not_a_boolean": (
        "{file} 第 {row} 行的值 {value} 应为 0 或 1。",
        "The value {value} in row {row} of {file} should be 0 or 1.",
    ),
    "below_minimum": (
        "{file} 第 {row} 行的值 {value} 小于下限 {bound}。",
        "The value {value} in row {row} of {file} is below the minimum {bound}.",
    ),
    "above_maximum": (
        "{file} 第 {row} 行的值 {value} 大于上限 {bound}。",
        "The value {value} in row {row} of {file} is above the maximum {bound}.",
    ),
    "not_applicable_not_allowed": (
        "{file} 第 {row} 行填报“不适用”，但该指标不允许。",
        "Row {row} of {file} says not applicable, which this indicator does not allow.",
    ),
    "no_localities": (
        "没有可计分的地区。",
        "There are no localities to score.",
    ),
}
