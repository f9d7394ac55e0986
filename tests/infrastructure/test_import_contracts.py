"""The contract that a room reaches another through its doors alone."""

import grimp
import pytest

from scripts.import_contracts import DoorsContract


def contract() -> DoorsContract:
    options = {"container": "rooms", "doors": ["services", "models"], "open": ["engine"]}
    return DoorsContract(name="doors", session_options={}, contract_options=options)


def graph_of(importer: str, imported: str) -> grimp.ImportGraph:
    graph = grimp.ImportGraph()
    for module in ("rooms", importer, imported):
        graph.add_module(module)
    graph.add_import(importer=importer, imported=imported)
    return graph


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("rooms.scores.views", "rooms.cycles.services"),
        ("rooms.scores.views", "rooms.cycles.models.cycle"),
        ("rooms.scores.views.runs", "rooms.scores.forms"),
        ("rooms.scores.views", "rooms.engine.anything"),
        ("rooms.scores.views", "accounts.forms"),
    ],
)
def test_doors_the_own_room_and_libraries_are_open(importer: str, imported: str) -> None:
    assert contract().check(graph_of(importer, imported), verbose=False).kept


@pytest.mark.parametrize("module", ["views", "views.listing", "forms", "tasks", "api"])
def test_everything_else_of_another_room_is_closed(module: str) -> None:
    found = contract().check(graph_of("rooms.scores.views", f"rooms.cycles.{module}"), False)
    assert not found.kept
    assert found.metadata["illegal"] == [f"rooms.scores.views imports rooms.cycles.{module}"]
