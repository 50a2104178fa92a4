"""The migrations as a spreadsheet: a row a domain, every date, so that importing it again changes nothing."""

import csv
import io
from collections.abc import Iterable, Iterator

from core.files.formula_safe import neutral
from core.files.workbook import Sheet, workbook
from core.importing.export_cells import text_of
from core.importing.proof import version
from core.importing.row import DATES_OF_DOMAIN, DATES_OF_MIGRATION
from core.importing.statuses import status_of
from core.migration.cell_values import STATUS_WRITTEN
from core.migration.event import moment
from core.migration.import_columns import COLUMNS, Kind
from core.migration.migration import Domain, Migration, happened_at
from core.migration.people import Team

_SHEET = "migracje"
_WIDTHS: dict[Kind, int] = {
    "domains": 30,
    "count": 10,
    "yes_no": 10,
    "date": 17,
    "yes_or_date": 17,
    "waits": 12,
    "names": 32,
    "notes": 60,
}
"""Characters of a workbook's columns, by what they hold; others have the usual."""
_USUAL_WIDTH = 22


def as_csv(migrations: Iterable[Migration], team: Team) -> bytes:
    """Return migrations as CSV: UTF-8 with a byte order mark, `;`, Polish headers, moments in Warsaw.

    Columns that an import kept come after ours. Cells that a spreadsheet would run are neutralised.
    """
    file = io.StringIO(newline="")
    write = csv.writer(file, delimiter=";").writerow
    for row in _rows(migrations, team):
        write([neutral(text_of(value)) for value in row])
    return file.getvalue().encode("utf-8-sig")


def as_xlsx(migrations: Iterable[Migration], team: Team) -> bytes:
    """Return the same as a workbook: days and moments in Warsaw are dates, counts are numbers, no text is a formula."""
    rows = _rows(migrations, team)
    header = next(rows)
    widths = [_WIDTHS.get(column.kind, _USUAL_WIDTH) for column in COLUMNS]
    widths += [_USUAL_WIDTH] * (len(header) - len(COLUMNS))
    # Our own words, which an import reads again.
    said = ([text_of(value) if isinstance(value, bool) else value for value in row] for row in rows)
    return workbook([Sheet(_SHEET, list(map(str, header)), widths, said)])


def _rows(migrations: Iterable[Migration], team: Team) -> Iterator[list[object]]:
    """Return the headers, then a row for each domain."""
    rows = [(m, d) for m in migrations for d in m.domains.values()]
    kept = list(dict.fromkeys(header for _, d in rows for header in d.extra))
    yield [*(column.header for column in COLUMNS), *kept]
    for m, d in rows:
        said = _said(m, d, team)
        yield [*(said[column.id] for column in COLUMNS), *(d.extra.get(name, "") for name in kept)]


def _said(m: Migration, d: Domain, team: Team) -> dict[str, object]:
    # Once is enough: all rows of a migration together say what is noted of it.
    first = next(iter(m.domains.values()))
    dates: dict[str, object] = {id: happened_at(m, item) for id, item in DATES_OF_MIGRATION.items()}
    dates |= {id: happened_at(d, item) for id, item in DATES_OF_DOMAIN.items()}
    if "password_changed" in m.checks and dates["password_changed"] is None:
        # It was declared, nobody knows when.
        dates["password_changed"] = True
    if m.cancelled is not None:
        dates["closed_at"] = moment(m.cancelled["since"])
    dates["planned_at"] = m.planned_at
    return {
        "ref": m.ref,
        "client": m.client,
        "domain": d.display,
        "status": STATUS_WRITTEN[status_of(m, d)],
        "package": m.package,
        "source_host": m.source_host,
        "target_host": m.target_host,
        "owner": team.name(m.owner),
        "deputy": team.name(m.deputy),
        "waiting_on": _side(m.waiting_on) if m.open else None,
        "contact_name": m.contact_name,
        "contact_phone": m.contact_phone,
        "no_phone": m.no_phone,
        "mailboxes": d.mailboxes,
        "websites": d.websites,
        "nonstandard": m.nonstandard,
        "fee_applies": m.fee_applies,
        **dates,
        "old_hosting_until": m.old_hosting_until,
        "hold_by": _side(m.hold["by"]) if m.hold and m.open else None,
        "hold_reason": m.hold["reason"] if m.hold and m.open else None,
        "cancel_reason": m.cancelled["reason"] if m.cancelled else None,
        "old_ns": d.old_ns,
        "new_ns": d.new_ns,
        "old_addresses": d.old_addresses,
        "new_addresses": d.new_addresses,
        "registered_until": d.registered_until,
        "notes": "\n\n".join(note.text for note in m.notes) if d is first else "",
        "version": version(m.seq, m.token, m.ref, d.name, status_of(m, d), dates),
    }


def _side(side: str | None) -> str:
    return {"us": "nas", "client": "klienta"}.get(side or "", "")
