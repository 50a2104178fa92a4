"""A migration, and how each event changes it: what stands now is what its events say, one after the other.

Nothing here reads data files, so old events mean tomorrow what they mean today. Here is also what no event may do,
whoever sends it: take a domain past the client's test without that test.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

from core.migration.stages import CONFIRMED, DONE, FIRST_OF_DOMAINS, STAGES, STEPS, SWITCH, SWITCHED, TEST

Kind = Literal[
    "registered",
    "domain_added",
    "domain_withdrawn",
    "set",
    "waits",
    "moved",
    "stepped",
    "reworked",
    "corrected",
    "dated",
    "checked",
    "unchecked",
    "test_unrecorded",
    "held",
    "resumed",
    "cancelled",
    "restored",
    "noted",
    "resolver_aside",
    "resolver_counted",
    "renamed",
    "undone",
]

OF_RESOLVERS: frozenset[Kind] = frozenset(("resolver_aside", "resolver_counted"))
"""Which resolver (`item`: its id) does not count when a domain's DNS is checked, and which counts again: no migration
is another one for it (`core.migration.resolvers_aside`)."""
NO_CONFLICT: frozenset[Kind] = frozenset(("noted", "waits", *OF_RESOLVERS))
"""What can contradict nothing that somebody else has on the screen."""
BESIDE_THE_WAY: frozenset[Kind] = frozenset(("noted", "checked", "unchecked", "test_unrecorded", *OF_RESOLVERS))
FIELDS_OF_THE_WAY = ("client", "owner", "package", "waiting_on")
"""Most events do not tell how far a migration has come: those of these kinds, and those that set other fields."""

UNTESTED_STEPS = STEPS[: STEPS.index(SWITCH)]
"""Where a domain may stand before its client has confirmed the test."""


class ImpossibleEventError(Exception):
    """An event does not fit what happened before it: a mistake of the caller, refused before anything is written."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a migration, or to one of its domains.

    `item`: the field, check or stage it is about. `old` and `new` are plain JSON values, moments in ISO 8601.
    `occurred_at`: when it happened, UTC; None where nobody knows. A moment known by its day only is that day's midnight
    in Warsaw. `recorded_at`: when the desk heard of it. `batch`: the import that brought it.
    """

    kind: Kind
    actor: str
    recorded_at: dt.datetime
    occurred_at: dt.datetime | None
    domain: str | None = None
    item: str = ""
    old: Any = None
    new: Any = None
    reason: str = ""
    forced: bool = False
    batch: int | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """A check that was done: when (None: unknown), by whom, in which of its ways, and what was said of it."""

    at: dt.datetime | None
    actor: str
    choice: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote about a migration."""

    text: str
    actor: str
    at: dt.datetime | None


@dataclass(slots=True)
class Domain:
    """A domain on its way. `name` is its ASCII form; `entered`: when each step was entered, None where unknown.

    `edited`: what was changed since, with the number of the last event that did; a negative one is an import's.
    """

    name: str
    display: str
    mailboxes: int | None = None
    websites: int | None = None
    old_ns: str = ""
    new_ns: str = ""
    old_addresses: str = ""
    new_addresses: str = ""
    extra: dict[str, str] = field(default_factory=dict)
    step: str = STEPS[0]
    withdrawn: bool = False
    test_unrecorded: bool = False
    entered: dict[str, dt.datetime | None] = field(default_factory=dict)
    checks: dict[str, Done] = field(default_factory=dict)
    edited: dict[str, int] = field(default_factory=dict)
    version: int = 0

    @property
    def former(self) -> list[str]:
        """The ASCII names that it had before they were corrected, the latest last."""
        named = [(seq, key.removeprefix(_NAMED)) for key, seq in self.edited.items() if key.startswith(_NAMED)]
        return [name for _, name in sorted(named)]

    @property
    def tested_at(self) -> dt.datetime | None:
        """When the client confirmed the test."""
        return self._done(CONFIRMED)

    @property
    def dns_switched_at(self) -> dt.datetime | None:
        """When the name servers were changed."""
        return self._done(SWITCHED)

    @property
    def visible_at(self) -> dt.datetime | None:
        """When the domain was seen on our servers."""
        return self.entered.get(DONE)

    def _done(self, check: str) -> dt.datetime | None:
        done = self.checks.get(check)
        return done.at if done else None

    def copy(self) -> "Domain":
        """Return a domain of its own."""
        return replace(
            self,
            extra=dict(self.extra),
            entered=dict(self.entered),
            checks=dict(self.checks),
            edited=dict(self.edited),
        )


class Origin(NamedTuple):
    """Where a migration was seen: the epoch of the database, and the token that tells it from others with its id."""

    epoch: str
    token: str


@dataclass(slots=True)
class Migration:
    """A customer's move to us: what stands now.

    `planned_at` is the agreed moment, a day's midnight in Warsaw where no hour was agreed. `hold`: by whom, why and
    since when it is on hold; `held`: the spans in which it was. `seq` counts its events, `version` those that change
    it itself, not a domain of it. `token` tells it from others with its ref in other databases; `import_key` is what an
    import without refs knows it by. `batch`: the import whose event registered it, known only while it is rebuilt.
    `id` is the database's, None before it is stored; `epoch` that in which it was read (`core.database.epoch`).
    """

    ref: str = ""
    client: str = ""
    package: str = ""
    source_host: str = ""
    target_host: str = ""
    owner: str = ""
    deputy: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    nonstandard: str = ""
    fee_applies: bool = False
    planned_at: dt.datetime | None = None
    stage: str = STAGES[0]
    waiting_on: str = "client"
    hold: dict[str, str | None] | None = None
    held: list[list[str]] = field(default_factory=list)
    cancelled: dict[str, str | None] | None = None
    sample: bool = False
    domains: dict[str, Domain] = field(default_factory=dict)
    entered: dict[str, dt.datetime | None] = field(default_factory=dict)
    checks: dict[str, Done] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    edited: dict[str, int] = field(default_factory=dict)
    version: int = 0
    seq: int = 0
    token: str = ""
    import_key: str = ""
    batch: int | None = None
    id: int | None = None
    epoch: str = field(default="", compare=False)

    @property
    def origin(self) -> Origin:
        """Which migration it is, of which life of the database: its id alone may be another one's after a restore."""
        return Origin(self.epoch, self.token)

    @property
    def active(self) -> list[Domain]:
        """The domains that are being moved, those withdrawn left out."""
        return [domain for domain in self.domains.values() if not domain.withdrawn]

    @property
    def open(self) -> bool:
        """Whether there is still something to do."""
        return self.stage != "closed" and self.cancelled is None

    def copy(self) -> "Migration":
        """Return a migration of its own."""
        return replace(
            self,
            held=list(self.held),
            domains={name: domain.copy() for name, domain in self.domains.items()},
            entered=dict(self.entered),
            checks=dict(self.checks),
            notes=list(self.notes),
            edited=dict(self.edited),
        )


FIELDS = (
    "client",
    "package",
    "source_host",
    "target_host",
    "owner",
    "deputy",
    "contact_name",
    "contact_phone",
    "nonstandard",
    "fee_applies",
    "planned_at",
)
"""What people fill in about a migration; its ref is given once."""

DOMAIN_FIELDS = ("display", "mailboxes", "websites", "old_ns", "new_ns", "old_addresses", "new_addresses", "extra")
"""What people fill in about a domain; its name is given once."""

_STAGE_INDEX = {stage: index for index, stage in enumerate(STAGES)}
_STEP_INDEX = {step: index for index, step in enumerate(STEPS)}
_FIRST = _STAGE_INDEX[FIRST_OF_DOMAINS]


_OF_AN_IMPORT = (*FIELDS, "stage", "waiting_on", "hold", "held", "cancelled", "entered", "checks", "edited")
_OF_A_DOMAIN = (*DOMAIN_FIELDS, "step", "withdrawn", "test_unrecorded", "entered", "checks", "edited")


def set_back(now: Migration, before: Migration) -> dict[str, Any]:
    """Return what an event of the kind "undone" carries, so that after it a migration is as it was before."""
    told: dict[str, Any] = {"migration": _earlier(now, before, _OF_AN_IMPORT)}
    if len(now.notes) > len(before.notes):
        told["notes"] = len(before.notes)
    told["added"] = [name for name in now.domains if name not in before.domains]
    changed = {name: _earlier(now.domains[name], d, _OF_A_DOMAIN) for name, d in before.domains.items()}
    told["domains"] = {name: parts for name, parts in changed.items() if parts}
    return told


def _earlier(now: Migration | Domain, before: Migration | Domain, parts: Iterable[str]) -> dict[str, Any]:
    found = {}
    for part in parts:
        value = getattr(before, part)
        if value == getattr(now, part):
            continue
        match value:
            case dt.datetime():
                value = iso(value)
            case dict() if part == "entered":
                value = {item: iso(at) for item, at in value.items()}
            case dict() if part == "checks":
                value = {item: [iso(done.at), done.actor, done.choice, done.detail] for item, done in value.items()}
        found[part] = value
    return found


def rebuild(events: Iterable[Event]) -> Migration:
    """Return the migration that its events, from the first on, tell of; raises ImpossibleEventError."""
    migration = Migration()
    for event in events:
        apply(migration, event)
    hold_true(migration)
    return migration


def after(migration: Migration, events: Iterable[Event]) -> Migration:
    """Return the migration after some more events; the one given stays as it is. Raises ImpossibleEventError."""
    changed = migration.copy()
    for event in events:
        apply(changed, event)
    hold_true(changed)
    return changed


def position(stage: str) -> int:
    """Return the number of a stage or a step, so that later ones are greater; visible comes between DNS and passwords.

    >>> position("waiting") < position("migration") < position("dns") < position("visible") == position("passwords")
    True
    """
    if stage in _STAGE_INDEX:
        return _STAGE_INDEX[stage]
    return _STAGE_INDEX["passwords"] if stage == DONE else _FIRST - 1


def iso(moment: dt.datetime | None) -> str | None:
    """Return a moment as events carry it."""
    if moment is not None and moment.tzinfo is None:
        # Python would take it for the server's own time.
        raise ValueError(f"{moment} has no time zone")
    return None if moment is None else moment.astimezone(dt.UTC).isoformat()


def moment(text: str | None) -> dt.datetime | None:
    """Return the moment of an event's value."""
    return None if text is None else dt.datetime.fromisoformat(text)


def tells_of_way(event: Event) -> bool:
    """Return whether an event tells how far a migration has come, or whose it is."""
    if event.kind == "dated":
        return event.item in _STAGE_INDEX or event.item in _STEP_INDEX
    return event.kind not in BESIDE_THE_WAY and (event.kind != "set" or event.item in FIELDS_OF_THE_WAY)


# -- what each kind of event does


def apply(m: Migration, event: Event) -> None:
    """Change a migration in place by its next event; `hold_true` afterwards. Raises ImpossibleEventError."""
    if (m.seq == 0) != (event.kind == "registered"):
        raise ImpossibleEventError(f"{event.kind} as event {m.seq + 1}")
    if event.kind not in (_OF_MIGRATION if event.domain is None else _OF_DOMAIN):
        raise ImpossibleEventError(f"{event.kind} of {event.domain or 'a migration'}")
    m.seq += 1
    if event.domain is None:
        _OF_MIGRATION[event.kind](m, event)
        m.version += event.kind not in NO_CONFLICT
    else:
        domain = _new(m, event) if event.kind == "domain_added" else m.domains.get(event.domain)
        if domain is None:
            raise ImpossibleEventError(f"{event.kind}: no domain {event.domain}")
        _OF_DOMAIN[event.kind](m, domain, event)
        domain.version += event.kind not in NO_CONFLICT
        _settle(m, event)


def _mark(edited: dict[str, int], key: str, m: Migration, event: Event) -> None:
    if event.batch is None:
        edited[key] = m.seq
    elif event.batch == m.batch:
        # What it came with; nobody has changed it since.
        edited.pop(key, None)
    else:
        edited[key] = -m.seq


def _register(m: Migration, event: Event) -> None:
    for name, value in event.new.items():
        setattr(m, name, moment(value) if name == "planned_at" else value)
        if name in FIELDS:
            _mark(m.edited, name, m, event)
    m.batch = event.batch
    m.entered[STAGES[0]] = event.occurred_at
    _mark(m.edited, f"entered.{STAGES[0]}", m, event)


def _set(m: Migration, event: Event) -> None:
    if event.item not in (*FIELDS, "waiting_on"):
        raise ImpossibleEventError(f"set: no field {event.item}")
    setattr(m, event.item, moment(event.new) if event.item == "planned_at" else event.new)
    _mark(m.edited, event.item, m, event)


def _waits(m: Migration, event: Event) -> None:
    m.waiting_on = event.new
    _mark(m.edited, "waiting_on", m, event)


def _move(m: Migration, event: Event) -> None:
    if event.old != m.stage or event.new not in _STAGE_INDEX:
        raise ImpossibleEventError(f"{event.kind} from {event.old} to {event.new} at {m.stage}")
    _forget_later(m.entered, event.old, event.new, _STAGE_INDEX)
    m.stage = event.new
    if event.kind == "moved":
        m.entered[event.new] = event.occurred_at
        _mark(m.edited, f"entered.{event.new}", m, event)
    _mark(m.edited, "stage", m, event)


def _forget_later(entered: dict[str, dt.datetime | None], old: str, new: str, order: dict[str, int]) -> None:
    """After a way back, what was entered later is still to come."""
    for stage in list(order)[order[new] + 1 : order[old] + 1]:
        entered.pop(stage, None)


def _date(subject: Migration | Domain, m: Migration, event: Event) -> None:
    if event.item in subject.entered:
        subject.entered[event.item] = moment(event.new)
        _mark(subject.edited, f"entered.{event.item}", m, event)
        stage = "passwords" if event.item == DONE else event.item
        if subject is not m and stage in m.entered and stage != FIRST_OF_DOMAINS:
            m.entered[stage] = _reached_by_all(m, stage)
    elif event.item in subject.checks:
        subject.checks[event.item] = replace(subject.checks[event.item], at=moment(event.new))
        _mark(subject.edited, event.item, m, event)
    else:
        raise ImpossibleEventError(f"dated: {event.item} has not happened")


def _check(subject: Migration | Domain, m: Migration, event: Event) -> None:
    said = event.new or {}
    subject.checks[event.item] = Done(event.occurred_at, event.actor, said.get("choice", ""), said.get("detail", ""))
    _mark(subject.edited, event.item, m, event)


def _uncheck(subject: Migration | Domain, m: Migration, event: Event) -> None:
    if subject.checks.pop(event.item, None) is None:
        raise ImpossibleEventError(f"unchecked: {event.item} is not done")
    _mark(subject.edited, event.item, m, event)


def _hold(m: Migration, event: Event) -> None:
    m.hold = {"by": event.item, "reason": event.reason, "since": iso(event.occurred_at)}
    _mark(m.edited, "hold", m, event)


def _resume(m: Migration, event: Event) -> None:
    if m.hold is None:
        raise ImpossibleEventError("resumed: it was not on hold")
    if m.hold["since"] is not None and event.occurred_at is not None:
        m.held.append([m.hold["since"], str(iso(event.occurred_at))])
    m.hold = None
    _mark(m.edited, "hold", m, event)


def _cancel(m: Migration, event: Event) -> None:
    m.cancelled = {"reason": event.reason, "since": iso(event.occurred_at)}
    _mark(m.edited, "cancelled", m, event)


def _restore(m: Migration, event: Event) -> None:
    m.cancelled = None
    _mark(m.edited, "cancelled", m, event)


def _note(m: Migration, event: Event) -> None:
    m.notes.append(Note(event.new, event.actor, event.occurred_at))


def _new(m: Migration, event: Event) -> Domain:
    name = str(event.domain)
    there = m.domains.get(name)
    if there is not None and not there.withdrawn:
        raise ImpossibleEventError(f"domain_added: {name} is there already")
    values = {key: event.new[key] for key in DOMAIN_FIELDS if key in event.new}
    values["extra"] = dict(values.get("extra", {}))
    m.domains[name] = Domain(name=name, **values, version=there.version if there else 0)
    return m.domains[name]


def _added(m: Migration, d: Domain, event: Event) -> None:
    for key in event.new:
        if key != "extra":
            _mark(d.edited, key, m, event)
    for header in d.extra:
        _mark(d.edited, f"extra.{header}", m, event)


def _withdraw(m: Migration, d: Domain, event: Event) -> None:
    d.withdrawn = True
    _mark(d.edited, "withdrawn", m, event)


def _set_domain(m: Migration, d: Domain, event: Event) -> None:
    field, _, header = event.item.partition(".")
    if field not in DOMAIN_FIELDS or (header and field != "extra"):
        raise ImpossibleEventError(f"set: no field {event.item}")
    if header:
        d.extra[header] = event.new
    else:
        setattr(d, field, dict(event.new) if field == "extra" else event.new)
    items = (
        [event.item] if field != "extra" or header else [f"extra.{name}" for name in {**(event.old or {}), **event.new}]
    )
    for item in items:
        _mark(d.edited, item, m, event)


def _step(m: Migration, d: Domain, event: Event) -> None:
    if event.old != d.step or event.new not in _STEP_INDEX:
        raise ImpossibleEventError(f"{event.kind} {d.name} from {event.old} to {event.new} at {d.step}")
    _forget_later(d.entered, event.old, event.new, _STEP_INDEX)
    d.step = event.new
    if event.kind != "corrected":
        d.entered[event.new] = event.occurred_at
        _mark(d.edited, f"entered.{event.new}", m, event)
    _mark(d.edited, "step", m, event)


def _unrecorded(m: Migration, d: Domain, event: Event) -> None:
    # History written elsewhere may lack it; what this desk has seen open may not.
    if event.batch is None or event.batch != m.batch:
        raise ImpossibleEventError(f"test_unrecorded: {d.name} does not come from an import of history")
    d.test_unrecorded = True


def _check_domain(m: Migration, d: Domain, event: Event) -> None:
    _check(d, m, event)
    if event.item == CONFIRMED:
        d.test_unrecorded = False


def _rename(m: Migration, d: Domain, event: Event) -> None:
    name = str(event.new["name"])
    if name in m.domains:
        raise ImpossibleEventError(f"renamed: {name} is there already")
    m.domains = {name if known == d.name else known: one for known, one in m.domains.items()}
    # By its former name a file may still mean it.
    _mark(d.edited, f"{_NAMED}{d.name}", m, event)
    d.name, d.display = name, event.new["display"]
    _mark(d.edited, "display", m, event)


_NAMED = "name."
"""What `edited` knows a former name of a domain by."""


def _undo(m: Migration, event: Event) -> None:
    for part, value in event.new["migration"].items():
        _set_back(m, part, value)
    if "notes" in event.new:
        del m.notes[event.new["notes"] :]
    for name in event.new["added"]:
        del m.domains[name]
    for name, parts in event.new["domains"].items():
        d = m.domains[name]
        for part, value in parts.items():
            _set_back(d, part, value)
        d.version += 1


def _set_back(subject: Migration | Domain, part: str, value: Any) -> None:
    match part:
        case "planned_at":
            value = moment(value)
        case "entered":
            value = {item: moment(at) for item, at in value.items()}
        case "checks":
            value = {item: Done(moment(at), *rest) for item, (at, *rest) in value.items()}
        case "held":
            value = [list(span) for span in value]
        case "extra" | "edited":
            value = dict(value)
    setattr(subject, part, value)


_OF_MIGRATION: dict[str, Callable[[Migration, Event], None]] = {
    "registered": _register,
    "set": _set,
    "waits": _waits,
    "moved": _move,
    "corrected": _move,
    "dated": lambda m, event: _date(m, m, event),
    "checked": lambda m, event: _check(m, m, event),
    "unchecked": lambda m, event: _uncheck(m, m, event),
    "held": _hold,
    "resumed": _resume,
    "cancelled": _cancel,
    "restored": _restore,
    "noted": _note,
    "undone": _undo,
}

_OF_DOMAIN: dict[str, Callable[[Migration, Domain, Event], None]] = {
    "domain_added": _added,
    "domain_withdrawn": _withdraw,
    "set": _set_domain,
    "stepped": _step,
    "reworked": _step,
    "corrected": _step,
    "dated": lambda m, d, event: _date(d, m, event),
    "checked": _check_domain,
    "unchecked": lambda m, d, event: _uncheck(d, m, event),
    "test_unrecorded": _unrecorded,
    "resolver_aside": lambda m, d, event: None,
    "resolver_counted": lambda m, d, event: None,
    "renamed": _rename,
}


def _settle(m: Migration, event: Event) -> None:
    """Let the migration stand at its least advanced domain."""
    if event.kind not in _STEPPING or not _FIRST <= _STAGE_INDEX[m.stage] < _STAGE_INDEX["closed"]:
        return
    if event.kind == "stepped" and any(d.step == event.old and not d.withdrawn for d in reversed(m.domains.values())):
        # Another one still stands where it stood. (A migration may have thousands.)
        return
    if not m.active:
        return
    stage = _stage_of_domains(m)
    if stage != m.stage:
        _forget_later(m.entered, m.stage, stage, _STAGE_INDEX)
        m.stage = stage
        if event.kind == "stepped":
            m.entered[stage] = _reached_by_all(m, stage)
        elif event.kind != "corrected" or stage not in m.entered:
            m.entered[stage] = event.occurred_at


_STEPPING = frozenset(("stepped", "reworked", "corrected", "domain_added", "domain_withdrawn"))


def _reached_by_all(m: Migration, stage: str) -> dt.datetime | None:
    """Return when the last of the domains came to a stage, in whatever order that was told; None where unknown."""
    step = DONE if stage == "passwords" else stage
    moments = [d.entered.get(step) for d in m.active]
    known = [at for at in moments if at is not None]
    return max(known) if len(known) == len(moments) else None


def _stage_of_domains(m: Migration) -> str:
    least = min((domain.step for domain in m.active), key=_STEP_INDEX.__getitem__)
    return "passwords" if least == DONE else FIRST_OF_DOMAINS if least == STEPS[0] else least


def hold_true(m: Migration) -> None:
    """Raise ImpossibleEventError where a migration is not what one may ever be."""
    if not m.active:
        raise ImpossibleEventError("a migration has at least one domain")
    before = _STAGE_INDEX[m.stage] < _FIRST
    for d in m.domains.values():
        if d.step not in UNTESTED_STEPS and d.tested_at is None and not d.test_unrecorded:
            raise ImpossibleEventError(f"{d.name} went past the client's test without it")
        if SWITCHED in d.checks and d.step in UNTESTED_STEPS:
            raise ImpossibleEventError(f"{d.name}: name servers changed before the client's test")
        if d.tested_at is not None and position(d.step) < _STAGE_INDEX[TEST]:
            raise ImpossibleEventError(f"{d.name}: a test of the client that is still to come")
        if d.test_unrecorded and not (d.step == DONE and m.stage == "closed"):
            raise ImpossibleEventError(f"{d.name}: only finished history may lack the client's test")
        if not d.withdrawn and before != (d.step == STEPS[0]):
            raise ImpossibleEventError(f"{d.name} stands at {d.step}, its migration at {m.stage}")
    if m.stage == "closed" and any(d.step != DONE for d in m.active):
        raise ImpossibleEventError("closed before every domain was visible")
    if not before and m.stage != "closed" and m.stage != _stage_of_domains(m):
        raise ImpossibleEventError(f"stands at {m.stage}, its domains at {_stage_of_domains(m)}")
