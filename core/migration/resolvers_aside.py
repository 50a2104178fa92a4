"""Resolvers that somebody set aside when a domain's DNS is checked, and why: in a migration's history, else in a link.

What an event tells is in force until the next one about the same resolver; nothing else in a migration depends on it.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from core.dns.change import Aside
from core.dns.names import is_address
from core.ground.messages import FieldError, InputError, Message
from core.ground.text_limits import bounded
from core.migration.act import Act, active_domain
from core.migration.carried import line_of, reason_of
from core.migration.event import Event
from core.migration.migration import Migration
from core.migration.people import require
from core.migration.refusal import refusal

MOST = 20
"""Resolvers that a link may set aside."""
FIELD = "check.aside"
_LONGEST = MOST * 300


@dataclass(frozen=True, slots=True)
class Standing:
    """A resolver that is set aside: `shown` is what it was called then; by whom and when (UTC), where that is known."""

    id: str
    reason: str
    shown: str = ""
    actor: str = ""
    at: dt.datetime | None = None


def set_aside(m: Migration, act: Act, domain: str, resolver: str, shown: str, reason: str) -> tuple[Event, ...]:
    """Leave a resolver (its id, and what it is called) out when a domain is checked; raises InputError."""
    require(act.person, "work")
    name, id = active_domain(m, domain).name, _resolver(resolver)
    return (
        act.event("resolver_aside", domain=name, item=id, new=line_of("resolver", shown), reason=reason_of(reason)),
    )


def count_again(m: Migration, act: Act, domain: str, resolver: str, shown: str) -> tuple[Event, ...]:
    """Let a resolver count again; raises InputError."""
    require(act.person, "work")
    name, id = active_domain(m, domain).name, _resolver(resolver)
    return (act.event("resolver_counted", domain=name, item=id, new=line_of("resolver", shown)),)


def standing(events: Iterable[Event], domain: str) -> tuple[Standing, ...]:
    """Return who is set aside for a domain, in the order in which that was done, by the events of its migration."""
    found: dict[str, Standing] = {}
    for event in events:
        if event.domain != domain:
            continue
        if event.kind == "resolver_aside":
            found[event.item] = Standing(event.item, event.reason, str(event.new), event.actor, event.occurred_at)
        elif event.kind == "resolver_counted":
            found.pop(event.item, None)
    return tuple(found.values())


def as_text(asides: Iterable[Aside]) -> str:
    """Return resolvers set aside as a link carries them: a line each, the id and the reason."""
    return "\n".join(f"{one.id} {one.reason}" for one in asides)


def read(text: str, known: Collection[str]) -> tuple[tuple[Aside, ...], tuple[FieldError, ...]]:
    """Return who is set aside in a link, and its mistakes: lines that are wrong set nobody aside.

    `known`: the ids of those who are asked. One that somebody added is known by its address, elsewhere too.

    >>> read("one the office's own", {"one"})
    ((Aside(id='one', reason="the office's own"),), ())
    """
    try:
        lines = [line for line in bounded(text, FIELD, _LONGEST, secret=True).splitlines() if line.strip()]
    except InputError as error:
        return (), error.errors
    if len(lines) > MOST:
        return (), (FieldError(FIELD, "", Message("error.aside_many", {"max": MOST})),)
    found: dict[str, Aside] = {}
    wrong: list[FieldError] = []
    for number, line in enumerate(lines, start=1):
        id, _, reason = line.strip().partition(" ")
        meant = id in known or is_address(id)
        try:
            if not meant:
                raise InputError(FieldError("", "", Message("error.no_such_resolver")))
            found[id] = Aside(id, reason_of(reason))
        except InputError as error:
            problem = Message("error.in_line", {"line": number, "problem": error.errors[0].message})
            # What nobody is called may be anything, a password too.
            wrong.append(FieldError(FIELD, id if meant else "", problem))
    return tuple(found.values()), tuple(wrong)


def in_force(found: Sequence[Standing]) -> tuple[Aside, ...]:
    """Return who is set aside as a check is told of it."""
    return tuple(Aside(one.id, one.reason) for one in found)


def _resolver(id: str) -> str:
    known = line_of("resolver", id)
    if not known:
        raise refusal("resolver", "", "error.missing")
    return known
