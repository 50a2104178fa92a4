"""A panel's archive, or Plesk's XML, as a stream into an inventory."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import BinaryIO, NoReturn, cast

from core.ground.messages import FieldError, InputError, Message
from core.inventory.archive_stream import Counted, Entry, entries
from core.inventory.compressed import Bounds, Handed, Window, chunks_of, unpacked
from core.inventory.file_kinds import HEAD, PACKINGS, Kind, kind_of, packing_of
from core.inventory.inventory import Finding, Inventory
from core.inventory.nested import place_of
from core.inventory.notes import Notes, UnreadableError
from core.inventory.panel import Member, Panel
from core.inventory.plesk import read_xml
from core.inventory.readers import PANELS
from core.inventory.recognition import Recognition

Progress = Callable[[float, str], object]
"""Told now and then: which part of the file has been read (0 to 1), and the path of the member being read."""

DEPTH_MAX = 2
"""Archives within each other, the outer one counted."""
_TOLD = 4 * 1024 * 1024
"""Bytes of the file between two words of progress."""

_REFUSED = {
    "empty": "error.archive_empty",
    "zip": "error.archive_zip",
    "packed": "error.archive_packed",
    "spreadsheet": "error.archive_spreadsheet",
    "encrypted": "error.archive_encrypted",
    "sql": "error.archive_sql",
    "text": "error.archive_text",
    "unknown": "error.archive_unknown",
    "twice_packed": "error.archive_twice_packed",
    "panel": "error.archive_panel",
    "broken": "error.archive_broken",
    "memory": "error.archive_memory",
}
"""What is said of what is no archive, by what it is, and of one that shows nothing."""


def read(
    file: BinaryIO,
    size: int,
    progress: Progress = lambda share, name: None,
    panels: Sequence[Callable[[], Panel]] = PANELS,
    zone_errors: Collection[str] = (),
) -> Inventory:
    """Return what an archive says; `size`: its bytes, for the progress; `panels`: the readers that are asked.

    `zone_errors`: the tags of findings beside which a zone is not all there (`Severities.errors` of core.zonefile).
    Raises InputError on "archive" where it is no archive of a panel that is known, is protected by a password, or is
    more than can be read. One that is broken off is read as far as it goes (`whole` is False then, with a finding).
    """
    notes = Notes()
    bounds = Bounds(_progress(size, progress, notes))
    window = Window(chunks_of(file, bounds))
    try:
        window, kind = _opened(window, bounds, notes)
    except UnreadableError as error:
        _refuse("memory" if error.tag == "memory" else "broken")
    if kind == "xml":
        found, trouble = _xml(window, size)
        if trouble:
            notes.note(trouble.tag)
        return _with_notes(found, notes, zone_errors)
    if kind != "tar":
        _refuse("twice_packed" if kind in PACKINGS.values() else kind)
    walk = _Walk(Recognition([panel() for panel in panels], notes), notes, bounds)
    try:
        walk.through(window, "", 1)
    except UnreadableError as error:
        notes.note(error.tag)
    said = walk.inventory or walk.recognition.found()
    if said is None:
        _refuse("panel" if notes.whole else "broken")
    return _with_notes(said, notes, zone_errors)


class _Walk:
    """A way through a tar and the tars in it. `inventory`: what Plesk's own file in it says, where there is one."""

    def __init__(self, recognition: Recognition, notes: Notes, bounds: Bounds) -> None:
        self.recognition, self.inventory = recognition, cast(Inventory | None, None)
        self._notes, self._bounds, self._counted = notes, bounds, Counted()

    def through(self, window: Window, place: str, depth: int) -> None:
        """Give each member on; `place`: before what its path goes. Raises UnreadableError where it cannot go on."""
        for entry in entries(window, self._notes, self._counted):
            path = self._notes.here = place + entry.path
            self.recognition.see(path)
            inner = place_of(path) if entry.kind == "file" and depth < DEPTH_MAX else None
            if inner is not None:
                self._nested(window, entry.size, inner, depth)
                continue
            if "/" not in path and path.lower().endswith(".xml") and self._plesk(window, entry):
                continue
            member = Member(path, entry.size, entry.changed, entry.kind)
            wanted = entry.kind == "file" and self.recognition.wants(member)
            if wanted:
                self.recognition.take(member, window.read(entry.size))
            else:
                # First, so that a file that is not all there does not count.
                window.skip(entry.size)
                self.recognition.take(member, None)

    def _nested(self, window: Window, size: int, place: str, depth: int) -> None:
        path, end, broken = self._notes.here, window.position + size, False
        inner = Window(window.part(size))
        try:
            inner, kind = _opened(inner, self._bounds, self._notes)
            if kind == "tar":
                self.through(inner, place, depth + 1)
            else:
                broken = kind != "empty" or not size
        except UnreadableError as error:
            if error.final:
                raise
            broken = True
        # Where the outer one is broken off, that is what is told.
        window.skip(end - window.position)
        if broken:
            self._notes.note("nested_unreadable", path)

    def _plesk(self, window: Window, entry: Entry) -> bool:
        """Read a member where it is Plesk's file that says what is in its backup; say whether it is."""
        if b"<migration-dump" not in window.peek(min(entry.size, HEAD)):
            return False
        if self.inventory:
            self._notes.note("further_dump")
            return False
        end = window.position + entry.size
        # What troubles it is the archive's own trouble: told by whoever reads on.
        self.inventory, _ = _xml(Window(window.part(entry.size)), entry.size)
        window.skip(end - window.position)
        return True


def _opened(window: Window, bounds: Bounds, notes: Notes) -> tuple[Window, Kind]:
    """Return a file's bytes, unpacked where they are packed, and what kind of file they are then."""
    if packing := packing_of(window.peek(HEAD)):
        window = Window(unpacked(window.rest(), packing, bounds, notes))
    return window, kind_of(window.peek(HEAD))


def _xml(window: Window, size: int) -> tuple[Inventory, UnreadableError | None]:
    handed = Handed(window)
    return read_xml(cast(BinaryIO, handed), size, lambda share, name: None), handed.trouble


def _progress(size: int, progress: Progress, notes: Notes) -> Callable[[int], None]:
    told = 0

    def tell(read: int) -> None:
        nonlocal told
        if read - told >= _TOLD or read >= size:
            told = read
            progress(min(1.0, read / size) if size > 0 else 1.0, notes.here)

    return tell


def _with_notes(found: Inventory, notes: Notes, zone_errors: Collection[str]) -> Inventory:
    grave = {
        name: number
        for name, zone in found.zones.items()
        if (number := sum(one.tag in zone_errors for one in zone.findings))
    }
    zones = [Finding("zone_not_all", "", {"domain": name, "number": number}) for name, number in grave.items()]
    whole = found.whole and notes.whole
    return replace(found, whole=whole, findings=(*notes.findings(), *found.findings, *zones))


def _refuse(why: str) -> NoReturn:
    raise InputError(FieldError("archive", "", Message(_REFUSED[why])))
