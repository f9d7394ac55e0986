"""Every action that the code records has words, and every word an action."""

import ast
from collections.abc import Iterator
from pathlib import Path

from assessment.audit.actions import ACTIONS
from assessment.cycles.workflow import StageAction

ROOT = Path(__file__).parents[2]
# Actions made of a prefix and what a transition table calls the step.
MEMBERS = {"StageAction": [str(action) for action in StageAction]}
Function = ast.FunctionDef


def functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            yield node.func.id if isinstance(node.func, ast.Name) else node.func.attr, node


def parameters(function: Function) -> list[ast.arg]:
    return [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]


def given_action(call: ast.Call, position: int) -> ast.expr | None:
    named = next((k.value for k in call.keywords if k.arg == "action"), None)
    return named or (call.args[position] if position < len(call.args) else None)


def recorded_actions() -> set[str]:
    """The codes handed to the log, through however many functions with ``action``."""
    folders = [ROOT / "accounts", ROOT / "assessment"]
    trees = [ast.parse(f.read_text("utf-8")) for folder in folders for f in folder.rglob("*.py")]
    # Where a function takes the action, and what it puts before it.
    positions: dict[str, int] = {"record_event": 0, "Change": 0}
    prefixes: dict[str, str] = {}
    found: set[str] = set()
    for function in (each for tree in trees for each in functions(tree)):
        for place, parameter in enumerate(parameters(function)):
            if parameter.arg != "action":
                continue
            kind = parameter.annotation.id if isinstance(parameter.annotation, ast.Name) else ""
            if kind == "str":
                positions[function.name] = place
            default = (function.args.kw_defaults or [None])[-1]
            if isinstance(default, ast.Constant) and isinstance(default.value, str):
                found.add(default.value)
            for name, call in calls(function):
                value = given_action(call, 0) if name == "record_event" else None
                if isinstance(value, ast.JoinedStr) and isinstance(value.values[0], ast.Constant):
                    prefix = str(value.values[0].value)
                    found |= {f"{prefix}{member}" for member in MEMBERS.get(kind, [])}
                    prefixes[function.name] = prefix
    for name, call in (each for tree in trees for each in calls(tree)):
        value = given_action(call, positions[name]) if name in positions else None
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            found.add(prefixes.get(name, "") + value.value)
    return {action for action in found if "." in action}


def test_every_recorded_action_has_words_and_the_other_way_round() -> None:
    assert recorded_actions() == set(ACTIONS)
