"""What verification of a bundle reports: code → (Chinese, English)."""

from __future__ import annotations

VERIFICATION = {
    "bundle_unreadable": (
        "无法读取数据包：{reason}。",
        "The bundle cannot be read: {reason}.",
    ),
    "bundle_not_zip": (
        "不是有效的 ZIP 文件。",
        "This is not a valid ZIP file.",
    ),
    "bundle_stray_bytes": (
        "ZIP 文件的前后或文件之间有不属于任何文件的内容。",
        "The ZIP file holds bytes before, between or behind its files.",
    ),
    "bundle_unsafe_name": (
        "数据包内的文件名不安全：{name}。",
        "The bundle holds an unsafe file name: {name}.",
    ),
    "bundle_duplicate_name": (
        "数据包内文件重名：{name}。",
        "The bundle holds {name} twice.",
    ),
    "bundle_too_large": (
        "数据包解压后超过 {limit}。",
        "The bundle unpacks to more than {limit}.",
    ),
    "bundle_too_many_files": (
        "数据包内文件超过 {limit} 个。",
        "The bundle holds more than {limit} files.",
    ),
    "bundle_encrypted": (
        "文件 {name} 已加密。",
        "The file {name} is encrypted.",
    ),
    "bundle_damaged": (
        "文件 {name} 已损坏。",
        "The file {name} is damaged.",
    ),
    "bundle_too_much_work": (
        "{name} 内容过多，此处不予复算，请改用命令行验证（上限 {limit}）。",
        "{name} holds too much to be recomputed here (limit {limit}); verify with the command.",
    ),
    "document_too_large": (
        "指标体系文件的 JSON 值超过 {limit} 个。",
        "The framework document holds more than {limit} JSON values.",
    ),
    "bundle_nested_too_deeply": (
        "数据包内的 JSON 嵌套过深。",
        "JSON in the bundle is nested too deeply.",
    ),
    "bundle_missing_file": (
        "缺少文件 {name}。",
        "The file {name} is missing.",
    ),
    "engine_other": (
        "由引擎 {version} 版计算；当前为 {own} 版，只复算 {known} 版的结果。请改用 {version} 版。",
        "Scored by engine {version}. This is engine {own}, which recomputes results of {known} "
        "only. Use engine {version}.",
    ),
    "engine_unstated": (
        "未注明有效的引擎版本（{version}）；当前为 {own} 版，只复算 {known} 版的结果。"
        "请改用当时所用的版本。",
        "No version of the engine is stated ({version}). This is engine {own}, which recomputes "
        "results of {known} only. Use the version that scored them.",
    ),
    "module_missing": (
        "此命令需要 Python 包 {module}，本机未安装。",
        "This command needs the Python package {module}, which is not installed here.",
    ),
    "verification_failed": (
        "复算未能完成（{reason}），无法判断是否一致。",
        "The recomputation could not be completed ({reason}); whether anything differs is open.",
    ),
    "manifest_invalid": (
        "清单 manifest.json 无效：{reason}。",
        "manifest.json is not usable: {reason}.",
    ),
    "file_invalid": (
        "{name} 无效：{reason}。",
        "{name} is not usable: {reason}.",
    ),
    "hash_differs": (
        "{name} 的 SHA-256 与清单不符：清单 {published}，实际 {recomputed}。",
        "The SHA-256 of {name} differs: manifest {published}, file {recomputed}.",
    ),
    "size_differs": (
        "{name} 的大小与清单不符：清单 {published}，实际 {recomputed}。",
        "The size of {name} differs: manifest {published}, file {recomputed}.",
    ),
    "fact_differs": (
        "清单 manifest.json 的 {field} 为 {published}，README.txt 中为 {recomputed}。",
        "manifest.json says {field} is {published}, README.txt says {recomputed}.",
    ),
    "file_unlisted": (
        "{name} 不在清单中。",
        "{name} is not listed in the manifest.",
    ),
    "result_differs": (
        "results.csv 的 {column} 列公布为 {published}，重算为 {recomputed}。",
        "results.csv, column {column}: published as {published}, recomputed as {recomputed}.",
    ),
    "result_missing": (
        "results.csv 缺少该行。",
        "This row is missing from results.csv.",
    ),
    "result_unexpected": (
        "results.csv 多出该行。",
        "This row of results.csv is not among the recomputed.",
    ),
    "trace_differs": (
        "trace.json 的 {path} 公布值为 {published}，重算为 {recomputed}。",
        "trace.json at {path} holds {published}, recomputed {recomputed}.",
    ),
    "verified": (
        "一致：{count} 个结果全部重算相符。",
        "Verified: all {count} results were recomputed and agree.",
    ),
}
