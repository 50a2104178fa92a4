"""What a panel's archive gives a migration: its lists, where they come from, the zones of its domains.

    brought = lists_of(m, inventory)                    # what would be taken, and what speaks against it
    events = take(m, act, inventory, "backup.tar.gz")   # lists, the field `inventory`, zones
    evidence(m, "mail_accounts")                        # by which archive the check of the list is done

A list is taken only where the archive has it whole: one that is broken off, or does not cover a domain of which
nothing is known yet, gives lists that stand apart (`Inventoried.apart`) until somebody takes them over knowingly.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.ground.messages import InputError, Message
from core.ground.secrets import MASK, suspicion
from core.ground.text_limits import LINE
from core.ground.validation import composed, one_line
from core.inventory.inventory import Alias, Finding, FoundDomain, Inventory
from core.migration import moves
from core.migration.act import Act
from core.migration.carried import line_of
from core.migration.cell_values import COUNT_MAX, LINE_MAX
from core.migration.domains import twins
from core.migration.event import Event
from core.migration.handover import ENTRIES_MAX, MB_MAX, Handed, HandedList
from core.migration.handover_text import domain_of, name_of
from core.migration.inventory_field import (
    ALL_TARGETS_MAX,
    FINDINGS_MAX,
    MORE,
    MOST,
    TARGETS_MAX,
    Inventoried,
    Noted,
    Php,
    archive,
)
from core.migration.kept_zones import is_zone_of, keep_zone
from core.migration.migration import LISTS, Migration
from core.migration.people import require
from core.migration.refusal import refusal

_MB = 1024 * 1024
_UNSAID = {"mail_accounts": "mailboxes", "site_list": "sites"}
"""By list what an archive calls it that does not say it."""

_LEFT_OUT = frozenset(
    (
        *("name_unreadable", "name_unreadable_line", "member_too_large", "more_findings", "conf_unreadable"),
        *("value_too_long", "further_dump", "domain_named_otherwise"),
    )
)
"""Findings beside which a list lacks something, or may, however grave they are called."""
_LEFT_OUT_OF = {"mail_accounts": frozenset(("mailboxes_counted", "mailboxes_not_listed", "mailbox_unlisted"))}
"""By list those that are about it alone."""
_OF_ELSE = frozenset(
    (
        *("zone_too_large", "zone_unreadable", "zone_not_all", "record_left_out", "too_many_zones"),
        *("too_many_aliases", "too_many_databases", "database_without_dump"),
    )
)
"""Findings that say nothing of mail accounts and websites, however grave they are."""


@dataclass(frozen=True, slots=True)
class Brought:
    """A list as an archive brings it; `entries`: with those that stay, of domains that the archive does not cover.

    `doubts`: why it may lack something, so that it is not taken by itself. `odd`: names that do not read as an address
    or a website, and are left out.
    """

    entries: HandedList
    doubts: tuple[Message, ...] = ()
    odd: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """By which archive a list was filled in: `archive` in words; the others as in `Inventoried`.

    `besides`: domains (shown) that it does not cover.
    """

    archive: Message
    source: str
    panel: str
    account: str
    made_on: dt.date | None
    read_at: dt.datetime
    besides: tuple[str, ...] = ()


def lists_of(m: Migration, inventory: Inventory, grave: Collection[str] = ()) -> dict[str, Brought]:
    """Return the lists that an archive brings, by field. `grave`: tags of findings that say something was not read."""
    covered, grave = names_of(inventory), ({*grave} | _LEFT_OUT) - _OF_ELSE
    found = {
        "mail_accounts": ((box.address, box.size, box.quota) for box in inventory.mailboxes),
        "site_list": ((site.host, site.size, None) for site in inventory.sites),
    }
    return {field: _brought(m, field, inventory, found[field], covered, grave) for field in LISTS}


def names_of(inventory: Inventory) -> frozenset[str]:
    """Return the names (ASCII) of all domains and websites in an archive."""
    return frozenset((*(domain.name for domain in inventory.domains), *(site.host for site in inventory.sites)))


def uncovered(m: Migration, names: Collection[str]) -> tuple[str, ...]:
    """Return the domains (ASCII) that are moved and not among some names, with their www or without it."""
    return tuple(d.name for d in m.active if not any(name in names for name in twins(d.name)))


def strangers(m: Migration, domains: Iterable[FoundDomain]) -> tuple[FoundDomain, ...]:
    """Return those of an archive's domains that are not moved; a part of one that is moved goes with it."""
    moved = {name for d in m.active for name in twins(d.name)}
    return tuple(
        domain
        for domain in domains
        if domain.name not in moved and not (domain.role == "subdomain" and moved & {*_above(domain.name)})
    )


def _brought(
    m: Migration,
    field: str,
    inventory: Inventory,
    found: Iterable[tuple[str, int | None, int | None]],
    covered: Collection[str],
    grave: Collection[str],
) -> Brought:
    entries: dict[str, Handed] = {}
    odd = []
    for text, size, quota in found:
        name = name_of(text, field) if len(text) <= LINE else None
        if name is None or len(name) > LINE_MAX or suspicion(name):
            odd.append(_kept(text))
        else:
            before = entries.get(name)
            entries[name] = Handed(name, _in_mb(size), _in_mb(quota)) if before is None or before.mb is None else before
    before, open_ = getattr(m, field), uncovered(m, covered)
    for entry in before or ():
        # What the archive cannot know is not gone.
        if any(name in open_ for name in _above(domain_of(entry))):
            entries.setdefault(entry.name, entry)
    doubts = []
    if not inventory.whole:
        doubts.append(Message("inventoried.doubt.broken_off"))
    if _UNSAID[field] in inventory.unsaid:
        doubts.append(Message(f"inventoried.doubt.unsaid.{field}"))
    if any(finding.tag in grave for finding in inventory.findings):
        doubts.append(Message("inventoried.doubt.findings"))
    if any(finding.tag in _LEFT_OUT_OF.get(field, ()) for finding in inventory.findings):
        doubts.append(Message("inventoried.doubt.unlisted"))
    if odd:
        doubts.append(Message(f"inventoried.odd.{field}", {"names": ", ".join(odd[:5])}, count=len(odd)))
    if len(entries) > ENTRIES_MAX:
        doubts.append(Message("handover.too_many", {"most": ENTRIES_MAX}))
    if open_ and before is None:
        shown = ", ".join(m.domains[name].display for name in open_[:5])
        doubts.append(Message("inventoried.uncovered", {"domains": shown}, count=len(open_)))
    return Brought(tuple(entries.values()), tuple(doubts), tuple(odd))


def _above(host: str) -> Iterable[str]:
    """Yield a host, and all names above it, each with its www and without."""
    labels = host.split(".")
    for place in range(len(labels) - 1):
        yield from twins(".".join(labels[place:]))


# -- taking it over


def take(m: Migration, act: Act, inventory: Inventory, source: str, grave: Collection[str] = ()) -> tuple[Event, ...]:
    """Take an archive over: the lists that it has whole, the field `inventory`, the zones of the domains.

    `source`: the name of its file; `grave`: as in `lists_of`. A list that may lack something stays as it is in the
    migration, and stands apart in the field. Raises InputError (`source` is a secret, or blank).
    """
    require(act.person, "work")
    told = line_of("source", source)
    if not told:
        raise refusal("source", "", "error.missing")
    lists = lists_of(m, inventory, grave)
    whole = {field: brought.entries for field, brought in lists.items() if not brought.doubts}
    zones, lost = _zones(m, act, inventory, told)
    kept = replace(
        _kept_of(inventory, told, act.now),
        listed=tuple(whole),
        apart={field: brought.entries[:ENTRIES_MAX] for field, brought in lists.items() if brought.doubts},
        odd={field: len(brought.odd) for field, brought in lists.items() if brought.odd},
    )
    if lost:
        kept = replace(kept, left_out={**kept.left_out, "zones": lost})
    # In this order: a list that is changed after the archive was taken over is not its any more (`evidence`).
    return (*moves.change(m, act, {**whole, "inventory": kept}), *zones)


def with_apart(m: Migration, field: str) -> HandedList | None:
    """Return a list with what stands apart of it in the archive, what it has already first; None where nothing does."""
    apart = m.inventory.apart.get(field) if m.inventory else None
    if apart is None:
        return None
    return tuple({entry.name: entry for entry in (*(getattr(m, field) or ()), *apart)}.values())


def take_apart(m: Migration, act: Act, field: str) -> tuple[Event, ...]:
    """Take over a list that may lack something, by somebody who has seen that; raises InputError.

    It becomes that person's list: the archive is no evidence of it.
    """
    entries = with_apart(m, field)
    if entries is None:
        raise refusal(field, "", "error.missing")
    return moves.change(m, act, {field: entries})


def evidence(m: Migration, field: str) -> Evidence | None:
    """Return by which archive a list (`mail_accounts`, `site_list`) was filled in.

    None where none was, or somebody has changed the list since.
    """
    kept = m.inventory
    if kept is None or field not in kept.listed or getattr(m, field) is None:
        return None
    # Numbers of events: the list was changed last before the field was, in one deed with it.
    if abs(m.edited.get(field, 0)) > abs(m.edited.get("inventory", 0)):
        return None
    names = {domain.name for domain in kept.domains} | {host for host, _ in kept.php}
    besides = tuple(m.domains[name].display for name in uncovered(m, names))
    return Evidence(archive(kept), kept.source, kept.panel, kept.account, kept.made_on, kept.read_at, besides)


def told(found: Evidence) -> tuple[Message, ...]:
    """Return the evidence in sentences: which archive, when it was read, what it does not cover."""
    said = [Message("inventoried.evidence", {"archive": found.archive, "read_at": found.read_at})]
    if found.besides:
        said.append(Message("inventoried.besides", {"domains": ", ".join(found.besides)}))
    return tuple(said)


# -- what is kept


def _zones(m: Migration, act: Act, inventory: Inventory, source: str) -> tuple[list[Event], int]:
    """Return the zones of the domains that are moved, and how many of them are not kept: too long, or secret."""
    events: list[Event] = []
    lost = 0
    for d in m.active:
        above = sorted((name for name in inventory.zones if is_zone_of(name, d.name)), key=len)
        if not above or not inventory.zone_texts.get(above[-1], "").strip():
            continue
        zone, text = inventory.zones[above[-1]], inventory.zone_texts[above[-1]]
        try:
            events += keep_zone(m, act, d.name, zone, text, source, inventory.made_on)
        except InputError:
            lost += 1
    return events, lost


def _kept_of(inventory: Inventory, source: str, now: dt.datetime) -> Inventoried:
    """Return what of an archive the field keeps, whatever becomes of its lists."""
    aliases = aliases_of(inventory)
    php = [site for site in inventory.sites if site.php]
    left_out = {
        "domains": len(inventory.domains) - MOST,
        "aliases": len(inventory.aliases) - MOST,
        "databases": len(inventory.databases) - MOST,
        "findings": len(inventory.findings) - FINDINGS_MAX,
        "targets": sum(alias.targets[-1:] == (MORE,) for alias in aliases),
    }
    return Inventoried(
        panel=inventory.panel,
        source=source,
        read_at=now.astimezone(dt.UTC),
        account=_kept(inventory.account),
        made_on=inventory.made_on,
        domains=domains_of(inventory),
        aliases=aliases,
        databases=databases_of(inventory),
        crons=None if inventory.crons is None else min(inventory.crons, COUNT_MAX),
        php=tuple(Php(_kept(site.host), _kept(site.php)) for site in php[:MOST]),
        unsaid=inventory.unsaid,
        findings=tuple(map(_noted, inventory.findings[:FINDINGS_MAX])),
        whole=inventory.whole,
        left_out={name: count for name, count in left_out.items() if count > 0},
    )


def domains_of(inventory: Inventory) -> tuple[FoundDomain, ...]:
    """Return the domains of an archive as they are kept: bounded, and without secrets."""
    return tuple(FoundDomain(_kept(name), role, _kept(of)) for name, role, of in inventory.domains[:MOST])


def aliases_of(inventory: Inventory) -> tuple[Alias, ...]:
    """Return the aliases of an archive as they are kept; what is called with a letter is no more than "|"."""
    found: list[Alias] = []
    room = ALL_TARGETS_MAX
    for alias in inventory.aliases[:MOST]:
        targets = tuple(map(_target, alias.targets[: min(TARGETS_MAX, room)]))
        room -= len(targets)
        cut = (MORE,) if len(targets) < len(alias.targets) else ()
        found.append(Alias(_kept(alias.address), (*targets, *cut)))
    return tuple(found)


def databases_of(inventory: Inventory) -> HandedList:
    """Return the databases of an archive as they are kept, sizes in MB."""
    return tuple(Handed(_kept(one.name), _in_mb(one.size)) for one in inventory.databases[:MOST])


def _target(text: str) -> str:
    # What is called with a letter may have a password among its arguments.
    return "|" if text.lstrip(' "').startswith("|") else _kept(text)


def _noted(finding: Finding) -> Noted:
    return Noted(finding.tag, _kept(finding.where), _values(finding.values))


def _values(values: Mapping[str, object]) -> dict[str, Any]:
    return {name: _value(value) for name, value in values.items()}


def _value(value: object) -> Any:
    if isinstance(value, Message):
        return [value.id, _values(value.values)]
    return value if isinstance(value, int) else _kept(str(value))


def _kept(text: str) -> str:
    """Return a text of an archive as a line, its end cut off where it is longer than lines are; no secret."""
    line = composed(one_line(text[:LINE]))
    line = line if len(line) <= LINE_MAX else f"{line[: LINE_MAX - 1]}…"
    return MASK if suspicion(line) else line


def _in_mb(size: int | None) -> int | None:
    return None if size is None else min(-(-size // _MB), MB_MAX)
