"""Where the parts of a workbook of Office stand in its file: its own, and those of its sheets by their ids."""

from collections.abc import Callable
from pathlib import PurePosixPath

from core.spreadsheet.packed import Packed
from core.spreadsheet.untrusted_xml import local, parse


def workbook_part(packed: Packed) -> str:
    """Return where the workbook of an XLSX stands, "" where it has none."""
    found = ""

    def relation(name: str, given: dict[str, str]) -> None:
        nonlocal found
        if local(name) == "Relationship" and given.get("Type", "").endswith("/officeDocument"):
            found = given.get("Target", "").lstrip("/")

    parse(packed.parts("_rels/.rels"), relation)
    return next((name for name in (found, "xl/workbook.xml") if name.startswith("xl/") and name in packed), "")


def part_of_id(packed: Packed, workbook: str) -> Callable[[str], str]:
    """Return what tells the part that a workbook knows by an id; one that there is not holds nothing."""
    folder = PurePosixPath(workbook).parent
    targets: dict[str, str] = {}

    def relation(name: str, given: dict[str, str]) -> None:
        if local(name) == "Relationship":
            targets[given.get("Id", "")] = given.get("Target", "")

    def part(id: str) -> str:
        target = targets.get(id, "")
        return target.lstrip("/") if target.startswith("/") else f"{folder}/{target}"

    parse(packed.parts(f"{folder}/_rels/{PurePosixPath(workbook).name}.rels"), relation)
    return part
