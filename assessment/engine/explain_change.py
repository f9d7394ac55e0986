"""Why a score and a rank changed, as readable sentences in Chinese and English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessment.engine.explain import quoted
from assessment.engine.figures import signed_number
from assessment.engine.messages import render
from assessment.engine.texts import is_chinese

if TYPE_CHECKING:
    from assessment.engine.comparison import Change, Parts


def explain_change(change: Change, name: str, title: str, language: str) -> str:
    """Return one paragraph on a change of the locality called ``name``, the node by its title."""
    chinese = is_chinese(language)
    sentences = [f"{name}{quoted(title, language)}：" if chinese else f"{name}, {title}:"]
    sentences += [_score(change, language), _rank(change, language)]
    if change.cause is not None:
        sentences.append(
            render("change_not_split", {"cause": change.cause.text(language)}, language)
        )
    elif change.change is not None and change.parts is None:
        sentences.append(render("change_not_split_unscored", {}, language))
    return ("" if chinese else " ").join(part for part in sentences if part)


def _score(change: Change, language: str) -> str:
    sides = (change.before, change.after)
    before, after = (row.published if row and row.score is not None else "—" for row in sides)
    params = {
        "before": before,
        "after": after,
        "change": "" if change.change is None else signed_number(change.change),
        **_part_texts(change.parts),
    }
    if change.change is None:
        return render(f"change_{change.status}", params, language)
    code = "change_score" if change.parts is None else "change_score_split"
    return render(code, params, language)


def _rank(change: Change, language: str) -> str:
    if change.rank_change is None or change.before is None or change.after is None:
        return ""
    params: dict[str, object] = {
        "before": change.before.rank,
        "after": change.after.rank,
        "places": abs(change.rank_change),
        **_part_texts(change.rank_parts),
    }
    if change.rank_change == 0:
        moved = "change_rank_same"
    else:
        moved = "change_rank_up" if change.rank_change > 0 else "change_rank_down"
    sentence = render(moved, params, language)
    if change.rank_parts is None or (change.rank_change == 0 and not any(change.rank_parts)):
        return sentence + ("。" if is_chinese(language) else ".")
    return sentence + render("change_rank_parts", params, language)


def _part_texts(parts: Parts | None) -> dict[str, object]:
    return {} if parts is None else {k: signed_number(v) for k, v in parts._asdict().items()}
