"""A contract for import-linter: what others import of a room is named in the `__all__` of its `__init__.py`."""

import ast
from pathlib import Path

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, output


class FrontDoors(Contract):
    """Every package with an `__all__` is a room; whoever is not in it imports only those of its modules."""

    type_name = "front_doors"

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Return whether every import from outside goes through the door, and every door leads somewhere."""
        doors = {room: door for room in graph.modules if (door := _door(room)) is not None}
        wrong = [
            f"{room}: __all__ names {name}, which is not there"
            for room, door in doors.items()
            for name in door
            if f"{room}.{name}" not in graph.modules
        ]
        for importer in graph.modules:
            for imported in graph.find_modules_directly_imported_by(importer):
                for room, door in doors.items():
                    inside = imported.removeprefix(f"{room}.")
                    outsider = not f"{importer}.".startswith(f"{room}.")
                    if inside != imported and outsider and inside.split(".")[0] not in door:
                        wrong.append(f"{importer} imports {imported}, which {room} keeps to itself")
        return ContractCheck(kept=not wrong, metadata={"wrong": sorted(wrong)})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print what went past a door."""
        for line in check.metadata["wrong"]:
            output.print_error(line)


def _door(room: str) -> tuple[str, ...] | None:
    """Return what a package names in its `__all__`; None for what is no package or names nothing."""
    file = Path(*room.split("."), "__init__.py")
    if not file.exists():
        return None
    for statement in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.Assign) and getattr(statement.targets[0], "id", "") == "__all__":
            return tuple(ast.literal_eval(statement.value))
    return None
