"""`python -m core inventory FILE`: what a panel's backup says of the old hosting; with --ref it goes to a migration."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress as Bar
from rich.table import Table
from rich.text import Text

from core import datafiles
from core.commands.terminal import (
    DONE,
    NOT_WORKING,
    SOME_REFUSED,
    USAGE,
    AsJson,
    Lang,
    open_desk,
    print_json,
    refuse,
    wrote,
)
from core.ground import clock
from core.ground.messages import FieldError, InputError, Message
from core.ground.secrets import masked
from core.ground.severity import Severities
from core.inventory.inventory import Inventory
from core.inventory.reading import Progress, read
from core.language import LANGUAGES, Language
from core.migration.act import Act
from core.migration.inventoried import take
from core.migration.inventory_field import PANELS
from core.migration.people import CONSOLE

_MEGABYTE = 1024 * 1024
_NAME_MAX = 60


def inventory(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A panel's backup: a tar or XML.", exists=True, dir_okay=False),
    ],
    lang: Lang,
    ref: Annotated[
        str | None, typer.Option(help="Take it over into this migration: lists, zones, what the archive says.")
    ] = None,
    actor: Annotated[str, typer.Option(help="Who takes it over, by the id in data/team.toml.")] = CONSOLE.id,
    json: AsJson = False,
) -> None:
    """Say what is in a backup of cPanel, DirectAdmin, Plesk or HestiaCP: names and sizes. Nothing is unpacked.

    Exits 1 where something in it could not be read.
    """
    language = LANGUAGES[lang]
    try:
        severities = datafiles.inventory_severities()
        zone_errors = datafiles.zone_severities().errors
    except InputError as error:
        refuse(error, language, NOT_WORKING)
    try:
        found = _read(file, zone_errors, quiet=json)
    except OSError as error:
        detail = Message("error.file", {"detail": error.strerror or str(error)})
        refuse(InputError(FieldError("FILE", str(file), detail)), language, USAGE)
    said = as_json(found, severities, language)
    if ref is not None:
        said |= _take(ref, actor, file.name, found, severities, language)
    if json:
        print_json(said)
    else:
        _show(said, found, language)
    raise typer.Exit(DONE if found.whole and not severities.grave(found.findings) else SOME_REFUSED)


def _read(file: Path, zone_errors: Collection[str], quiet: bool) -> Inventory:
    with file.open("rb") as opened, Bar(console=Console(stderr=True), transient=True, disable=quiet) as bar:
        task = bar.add_task(masked([file.name])[0], total=1.0)
        return read(opened, file.stat().st_size, _onto(bar, task), zone_errors=zone_errors)


def _onto(bar: Bar, task: Any) -> Progress:
    def told(share: float, name: str) -> None:
        # What is between brackets is the terminal's own language, and a path may have them.
        bar.update(task, completed=share, description=masked([name])[0][-_NAME_MAX:].replace("[", "("))

    return told


def _take(
    ref: str, actor: str, source: str, found: Inventory, severities: Severities, language: Language
) -> dict[str, Any]:
    """Take an inventory over into a migration; return what is said of it besides."""
    store, process, team = open_desk(language)
    try:
        act = Act(process, team.person(actor), clock.now())
        m = store.by_ref(ref)
        if m is None or m.id is None:
            raise InputError(FieldError("--ref", ref, Message("error.inventory_no_migration")))
        grave = severities.grave(found.findings)
        written = store.change(m.id, lambda now: take(now, act, found, source, grave))
    except InputError as error:
        refuse(error, language, USAGE)
    except LookupError:
        refuse(InputError(FieldError("--ref", ref, Message("error.inventory_no_migration"))), language, USAGE)
    wrote()
    kept = written.migration.inventory
    return {"ref": ref, "taken": list(kept.listed) if kept else [], "apart": list(kept.apart) if kept else []}


def as_json(found: Inventory, severities: Severities, language: Language) -> dict[str, Any]:
    """Return an inventory as plain values: names and bytes, days as YYYY-MM-DD, findings in words."""
    return {
        "panel": found.panel,
        "account": found.account,
        "made_on": found.made_on.isoformat() if found.made_on else None,
        "whole": found.whole,
        "domains": [one._asdict() for one in found.domains],
        "sites": [one._asdict() for one in found.sites],
        "mailboxes": [one._asdict() for one in found.mailboxes],
        "aliases": [{"address": one.address, "targets": list(one.targets)} for one in found.aliases],
        "databases": [one._asdict() for one in found.databases],
        "crons": found.crons,
        "zones": {name: len(zone.records) for name, zone in found.zones.items()},
        "unsaid": list(found.unsaid),
        "findings": [
            {
                "tag": finding.tag,
                "severity": severities.of(finding),
                "where": finding.where,
                "message": language.text(finding.message),
            }
            for finding in found.findings
        ],
    }


def _show(said: Mapping[str, Any], found: Inventory, language: Language) -> None:
    """Print it for a person: whose it is, the lists, what else, what was not said, what was found."""
    t, console = language.text, Console()
    panel = PANELS.get(found.panel, found.panel)
    console.print(Text(t("inventory.told.head", panel=panel, account=found.account or "?")))
    if found.made_on:
        console.print(Text(t("inventory.told.made_on", day=found.made_on)))
    rows: dict[str, tuple[Sequence[str], Iterable[Sequence[object]]]] = {
        "domains": (("name", "role"), ((one.name, _role(one.role, one.of, language)) for one in found.domains)),
        "sites": (
            ("name", "folder", "size", "php"),
            ((one.host, one.folder, _mb(one.size, language), one.php) for one in found.sites),
        ),
        "mailboxes": (
            ("name", "size", "quota"),
            ((one.address, _mb(one.size, language), _quota(one.quota, language)) for one in found.mailboxes),
        ),
        "aliases": (("name", "targets"), ((one.address, ", ".join(one.targets)) for one in found.aliases)),
        "databases": (("name", "size"), ((one.name, _mb(one.size, language)) for one in found.databases)),
        "zones": (("name", "records"), said["zones"].items()),
    }
    for what, (columns, cells) in rows.items():
        if not said[what]:
            continue
        table = Table(title=Text(t("inventory.told.title", what=t(f"inventory.list.{what}"), number=len(said[what]))))
        for column in columns:
            table.add_column(t(f"inventory.column.{column}"), overflow="fold")
        for row in cells:
            # Names out of an archive are text: rich would read [brackets] as markup.
            table.add_row(*(Text(str(cell)) for cell in row))
        console.print(table)
    if found.crons is not None:
        console.print(Text(t("inventory.told.crons", number=found.crons)))
    if found.unsaid:
        unsaid = "; ".join(t(f"inventoried.unsaid.{what}") for what in found.unsaid)
        console.print(Text(t("inventory.told.unsaid", what=unsaid)))
    for finding in said["findings"]:
        grave = t(f"inventory.severity.{finding['severity']}")
        console.print(Text(f"- {grave}: {finding['message']}"))
    console.print(Text(t("inventory.told.whole" if found.whole else "inventory.told.not_whole")))
    if "ref" in said:
        for what in ("taken", "apart"):
            if lists := ", ".join(language.field(name) for name in said[what]):
                console.print(Text(t(f"inventory.into.{what}", ref=said["ref"], lists=lists)))


def _role(role: str, of: str, language: Language) -> str:
    return language.text(f"inventory.role.{role}", of=of) if of else language.text(f"inventory.alone.{role}")


def _mb(size: int | None, language: Language) -> str:
    return "" if size is None else language.text("inventory.told.mb", number=-(-size // _MEGABYTE))


def _quota(quota: int | None, language: Language) -> str:
    return language.text("inventory.told.no_quota") if quota == 0 else _mb(quota, language)
