"""A kind of contract for import-linter: through which modules one room may reach another."""

from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class DoorsContract(Contract):
    """A room imports of another room nothing but its doors.

    Options: ``container``, the package whose direct children are the rooms; ``doors``, the
    modules of a room that others may import; ``open``, rooms that are libraries, all of whose
    modules may be imported.
    """

    type_name = "doors"

    # import-linter's fields are descriptors: on an instance they are what was configured.
    container: Any = fields.StringField()
    doors: Any = fields.ListField(subfield=fields.StringField())
    open: Any = fields.ListField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Look at every import from one room into another."""
        doors, libraries = set(self.doors), set(self.open or ())
        illegal = [
            f"{importer} imports {imported}"
            for importer in sorted(graph.find_descendants(self.container))
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if self._is_illegal(importer, imported, doors, libraries)
        ]
        return ContractCheck(kept=not illegal, metadata={"illegal": illegal})

    def _is_illegal(
        self, importer: str, imported: str, doors: set[str], libraries: set[str]
    ) -> bool:
        prefix = f"{self.container}."
        if not imported.startswith(prefix):
            return False
        own_room = importer.removeprefix(prefix).partition(".")[0]
        room, _dot, module = imported.removeprefix(prefix).partition(".")
        if room == own_room or room in libraries:
            return False
        return module.partition(".")[0] not in doors

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Name each import that goes past the doors."""
        illegal: list[Any] = check.metadata["illegal"]
        for found in illegal:
            output.print_error(found)
