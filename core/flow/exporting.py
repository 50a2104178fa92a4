"""What the figures are made of, as a spreadsheet: a row a migration."""

import csv
import datetime as dt
import io
from collections.abc import Iterable

from core.files.formula_safe import neutral
from core.flow.history import WORKED, Item
from core.flow.waiting import waiting
from core.ground.clock import WARSAW
from core.migration.cell_values import STATUS_WRITTEN
from core.migration.people import Team

_HEADERS = (
    *("nr zlecenia", "klient", "opiekun", "liczba domen", "grupa", "etap", "zgłoszenie", "komplet danych"),
    *("wszystkie widoczne", "zakończenie", "anulowanie", "dni kalendarzowe", "dni od zgłoszenia", "dni w toku"),
    *("godziny: czekało na nas", "godziny: czekało na klienta", "godziny: wstrzymane", "godziny: nieznane", "poprawki"),
    *(f"koniec etapu: {STATUS_WRITTEN[stage]}" for stage in WORKED),
)
_HOUR = dt.timedelta(hours=1)


def as_csv(items: Iterable[Item], team: Team, now: dt.datetime) -> bytes:
    """Return items as CSV: UTF-8 with a byte order mark, `;`, Polish headers, days in Warsaw; unknown ones are blank.

    Cells that a spreadsheet would run are neutralised.
    """
    file = io.StringIO(newline="")
    write = csv.writer(file, delimiter=";").writerow
    write(_HEADERS)
    for i in items:
        write([neutral(_text(value)) for value in _row(i, team, now)])
    return file.getvalue().encode("utf-8-sig")


def _row(i: Item, team: Team, now: dt.datetime) -> list[object]:
    found = waiting(i, now)
    hours = (found.us, found.client, found.hold, found.unknown)
    return [
        *(i.ref, i.client, team.name(i.owner), i.domains, i.group),
        "anulowana" if i.dropped else STATUS_WRITTEN[i.stage],
        *(i.enquired, i.started, i.finished, i.closed, i.cancelled),
        *(i.cycle_time, i.lead_time, i.age(now.astimezone(WARSAW).date())),
        *((time + _HOUR / 2) // _HOUR for time in hours),
        i.reworks,
        *(i.left.get(stage) for stage in WORKED),
    ]


def _text(value: object) -> str:
    return "" if value is None else f"{value:%d.%m.%Y}" if isinstance(value, dt.date) else str(value)
