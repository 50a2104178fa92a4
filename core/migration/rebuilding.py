"""What stands after events: a migration rebuilt from all of them, or as it is after some more.

Here is also what no event may do, whoever sends it: take a domain past the client's test without that test.
"""

from collections.abc import Iterable

from core.migration import event_effects
from core.migration.event import NO_CONFLICT, Event, ImpossibleEventError
from core.migration.least_advanced import settle, stage_of_domains
from core.migration.migration import Migration
from core.migration.stages import DONE, FIRST_OF_DOMAINS, STAGE_INDEX, STEPS, SWITCH, SWITCHED, TEST, position

_UNTESTED = STEPS[: STEPS.index(SWITCH)]
"""Where a domain may stand before its client has confirmed the test."""


def rebuild(events: Iterable[Event]) -> Migration:
    """Return the migration that its events, from the first on, tell of; raises ImpossibleEventError."""
    migration = Migration()
    for event in events:
        apply(migration, event)
    hold_true(migration)
    return migration


def after(migration: Migration, events: Iterable[Event]) -> Migration:
    """Return the migration after some more events; the one given stays as it is. Raises ImpossibleEventError."""
    more = tuple(events)
    # Of hundreds of domains most stay as they are; only what takes something back reaches beyond its own.
    touched = None if any(event.kind == "undone" for event in more) else {str(event.domain) for event in more}
    changed = migration.copy(touched)
    for event in more:
        apply(changed, event)
    hold_true(changed)
    return changed


def apply(m: Migration, event: Event) -> None:
    """Change a migration in place by its next event; `hold_true` afterwards. Raises ImpossibleEventError."""
    if (m.seq == 0) != (event.kind == "registered"):
        raise ImpossibleEventError(f"{event.kind} as event {m.seq + 1}")
    if event.kind not in (event_effects.OF_MIGRATION if event.domain is None else event_effects.OF_DOMAIN):
        raise ImpossibleEventError(f"{event.kind} of {event.domain or 'a migration'}")
    m.seq += 1
    if event.domain is None:
        event_effects.OF_MIGRATION[event.kind](m, event)
        m.version += event.kind not in NO_CONFLICT
    else:
        domain = event_effects.new_domain(m, event) if event.kind == "domain_added" else m.domains.get(event.domain)
        if domain is None:
            raise ImpossibleEventError(f"{event.kind}: no domain {event.domain}")
        event_effects.OF_DOMAIN[event.kind](m, domain, event)
        event_effects.outdate(domain, event)
        domain.version += event.kind not in NO_CONFLICT
        settle(m, event)


def hold_true(m: Migration) -> None:
    """Raise ImpossibleEventError where a migration is not what one may ever be."""
    if not m.active:
        raise ImpossibleEventError("a migration has at least one domain")
    before = STAGE_INDEX[m.stage] < STAGE_INDEX[FIRST_OF_DOMAINS]
    for d in m.domains.values():
        if d.step not in _UNTESTED and d.tested_at is None and not d.test_unrecorded:
            raise ImpossibleEventError(f"{d.name} went past the client's test without it")
        if SWITCHED in d.checks and d.step in _UNTESTED:
            raise ImpossibleEventError(f"{d.name}: name servers changed before the client's test")
        if d.tested_at is not None and position(d.step) < STAGE_INDEX[TEST]:
            raise ImpossibleEventError(f"{d.name}: a test of the client that is still to come")
        if d.test_unrecorded and not (d.step == DONE and m.stage == "closed"):
            raise ImpossibleEventError(f"{d.name}: only finished history may lack the client's test")
        if not d.withdrawn and before != (d.step == STEPS[0]):
            raise ImpossibleEventError(f"{d.name} stands at {d.step}, its migration at {m.stage}")
    if m.stage == "closed" and any(d.step != DONE for d in m.active):
        raise ImpossibleEventError("closed before every domain was visible")
    if not before and m.stage != "closed" and m.stage != stage_of_domains(m):
        raise ImpossibleEventError(f"stands at {m.stage}, its domains at {stage_of_domains(m)}")
