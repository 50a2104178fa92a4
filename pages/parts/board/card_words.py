"""A card of the board in words: four lines to look at, and all of it in one sentence for whoever listens."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from core.ground import moments
from core.ground.messages import Grosze
from core.migration import relative, worded
from core.migration.board import Card
from core.migration.listing import switched
from core.migration.migration import Migration
from core.migration.stages import SWITCH, position
from pages.parts.board import listed_words
from pages.parts.shared import migration_words, shell


def state_of(m: Migration) -> str:
    """Return what a card is known by, when it is dragged: after a restore its number alone may be another state's."""
    return f"{m.seq} {m.epoch} {m.token}"


def of(card: Card, initials: Mapping[str, str], now: dt.datetime) -> dict[str, Any]:
    """Return a card as the board's component draws it; `initials`: of each owner, by name."""
    m, t = card.listed.migration, shell.language().text
    exact, state = listed_words.due(card.listed)
    age = "" if card.days is None else t("board.days", count=card.days) if card.days else t("board.since_today")
    chips = _chips(card, initials, state)
    first, *others = [d.display for d in m.active]
    running = card.listed.clock
    # A clock that runs to the agreed day says it already.
    planned = None if running is not None and running.agreed else m.planned_at
    said = [
        m.ref,
        m.client,
        listed_words.domains(card.listed),
        exact,
        age,
        t("board.planned", day=moments.moment(planned)) if planned else "",
        *(chip["title"] for chip in chips),
    ]
    return {
        "ref": m.ref,
        "seen": state_of(m),
        "client": m.client,
        "state": state,
        "domain": first,
        "more": t("board.more_domains", more=len(others)) if others else "",
        "domains": migration_words.some([first, *others]),
        "due": _due(card, state, now) or age,
        "exact": exact or age,
        "chips": chips,
        "label": ", ".join(filter(None, said)),
        "role": t("kanban.card"),
    }


def _due(card: Card, state: str, now: dt.datetime) -> str:
    m, running = card.listed.migration, card.listed.clock
    if state == "held":
        said = relative.held(m, now)
    elif running is None:
        return ""
    else:
        said = relative.due(running, m, now)
    return f"{listed_words.MARKS.get(state, '')} {shell.language().value(said)}".strip()


def _chips(card: Card, initials: Mapping[str, str], state: str) -> list[dict[str, str]]:
    """Return whose a migration is and what else is to be known of it, each with what it means."""
    m, language = card.listed.migration, shell.language()
    t = language.text
    owner = worded.person(m.owner, shell.team())
    chips = [
        {"text": initials[owner], "title": t("board.owned_by", name=owner), "kind": "owner"}
        if owner
        else {"text": t("board.nobody"), "title": t("board.nobody"), "kind": "nobody"}
    ]

    def chip(text: str, title: str, kind: str = "") -> None:
        chips.append({"text": text, "title": title, "kind": kind})

    changed = switched(m)
    # Before the name servers' stage none is, which says nothing.
    if changed is not None and (changed or position(m.stage) >= position(SWITCH)):
        counts = {"switched": changed, "all": len(m.active)}
        chip(t("board.switched.short", **counts), t("board.switched", **counts))
    if m.hold is not None and m.open and state != "held":
        chip(t("due.held"), language.value(worded.hold(m)))
    if m.open:
        chip(t(f"board.waits_on.short.{m.waiting_on}"), t(f"board.waits_on.{m.waiting_on}"))
    if card.fee:
        chip(_whole(card.fee), t("card.fee_net", fee=card.fee))
    if m.sample:
        chip(t("board.sample.short"), t("card.sample"))
    return chips


def _whole(fee: Grosze) -> str:
    """Return an amount without its grosze where it has none."""
    said = shell.language().money(fee)
    return said if fee % 100 else said.replace(",00", "").replace(".00", "")
