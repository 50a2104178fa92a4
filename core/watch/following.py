"""Which names are watched: the moving domains of open migrations by themselves, any other as people say.

    wanted(migrations, ...) -> what is to be followed     difference(followed, wanted) -> begin, change, end
    Following(store).sync(plan, now)                      all of it written in one transaction, where anything is other

A watch that a file, a deed or an undoing has ended goes on where it was once its domain moves again. One that has come
to its own end, or that people have ended, is not begun anew for the same move.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

import sqlalchemy as sa

from core.database import portions
from core.database.tables import notice
from core.database.tables import watch as table
from core.database.transactions import reading, writing
from core.dns.asked import FIELDS, LABEL, read_wish
from core.ground.dates import parse_when
from core.ground.messages import FieldError, InputError, Message
from core.migration.dns_check import check_form
from core.migration.event import iso
from core.migration.migration import Domain, Migration
from core.migration.people import WATCH, Person, require
from core.migration.stages import DONE
from core.notices import outbox
from core.store.locks import among_others
from core.store.store import Mark, Store
from core.watch import rows
from core.watch.phases import entered
from core.watch.plan import Limits, Plan
from core.watch.transitions import WRONG, wrong_now
from core.watch.watch import End, Watch

AGREED = "watches.agreed"
"""The field of a form that says when a switch is agreed for."""

MOST_BY_HAND = 500
"""Watches that go on and were begun by people."""

Key = tuple[int, str]
"""Id of a migration, and the ASCII name of its domain."""

_TAKEN_UP_AGAIN: tuple[End, ...] = ("closed", "cancelled", "withdrawn")
_AHEAD = dt.datetime.max.replace(tzinfo=dt.UTC)


class Wanted(NamedTuple):
    """A domain that is to be followed."""

    display: str
    form: Mapping[str, str]
    planned_at: dt.datetime


class Followed(NamedTuple):
    """What is compared of a watch of a migration's domain: the last one there is of it."""

    id: int
    display: str
    form: Mapping[str, str]
    planned_at: dt.datetime | None
    end: End
    ended_at: dt.datetime | None


@dataclass(slots=True)
class Difference:
    """What is to be done: watches to begin, others (by their ids) to be told of a change, taken up again, or ended."""

    begin: dict[Key, Wanted] = field(default_factory=dict)
    change: dict[int, Wanted] = field(default_factory=dict)
    end: dict[int, Key] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.begin or self.change or self.end)


def wanted(migrations: Iterable[Migration], limits: Limits, now: dt.datetime) -> dict[Key, Wanted]:
    """Return what is to be followed: domains of open migrations with an agreed day, until a week after they arrived.

    Samples are not: nobody has asked for their hosts.
    """
    found: dict[Key, Wanted] = {}
    for m in migrations:
        if m.id is None or m.sample or not m.open or m.planned_at is None:
            continue
        for d in m.active:
            form = readable(tuple(check_form(d).items()))
            if form is not None and not _is_over(d, limits, now):
                found[m.id, d.name] = Wanted(d.display, form, m.planned_at)
    return found


def difference(followed: Mapping[Key, Followed], wanted: Mapping[Key, Wanted]) -> Difference:
    """Return what has to become of the watches of migrations so that all that is wanted is followed, and no more."""
    found = Difference()
    for key, one in wanted.items():
        last = followed.get(key)
        if last is None:
            found.begin[key] = one
        elif last.ended_at is None or last.end in _TAKEN_UP_AGAIN:
            if last.ended_at is not None or (last.display, last.form, last.planned_at) != one:
                found.change[last.id] = one
        elif last.planned_at != one.planned_at:
            # Its end was that of an earlier move.
            found.begin[key] = one
    found.end = {one.id: key for key, one in followed.items() if one.ended_at is None and key not in wanted}
    return found


def end_of(m: Migration | None, name: str) -> End:
    """Return why a domain of a migration is followed no more; None: of one that is gone."""
    if m is None or m.cancelled is not None:
        return "cancelled"
    d = m.domains.get(name)
    if d is None or d.withdrawn:
        return "withdrawn"
    return "closed" if m.stage == "closed" else "over" if d.step == DONE else "withdrawn"


def _is_over(d: Domain, limits: Limits, now: dt.datetime) -> bool:
    if d.step != DONE:
        return False
    # Of history nobody may know when: it is not begun to be followed.
    return d.visible_at is None or d.visible_at + dt.timedelta(days=limits.after_days) < now


@lru_cache(maxsize=50_000)
def readable(form: tuple[tuple[str, str], ...]) -> dict[str, str] | None:
    """Return a form of a check without what cannot be asked: in a migration people may have written it long ago.

    None where not even the name can be.
    """
    given = dict(form)
    try:
        read_wish(given, _AHEAD, private=True)
    except InputError as error:
        wrong = {mistake.field.removeprefix(LABEL) for mistake in error.errors}
        if "name" in wrong or not wrong & given.keys():
            return None
        return readable(tuple((name, text) for name, text in form if name not in wrong))
    return given


# -- written


class Following:
    """Keeps the watches of migrations up with them; one of it goes on through a process's life."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._done: tuple[Mark, dt.date] | None = None

    def sync(self, plan: Plan, now: dt.datetime) -> bool:
        """Begin, change and end watches as migrations stand; return whether that is how they stand now.

        Cheap where nothing has changed since; False where somebody changed something meanwhile: it is tried again then.
        """
        mark = self._store.mark()
        if self._done == (mark, now.date()):
            return True
        migrations = {m.id: m for m in self._store.snapshot()}
        to_follow = wanted(migrations.values(), plan.limits, now)
        engine = self._store.engine
        with reading(engine) as connection:
            needed = bool(difference(_followed(connection), to_follow))
        if needed:
            with writing(engine) as connection:
                among_others(connection)
                _one_at_a_time(connection)
                if self._store.mark() != mark:
                    return False
                # Anew: another process may have done it by now.
                _write(connection, difference(_followed(connection), to_follow), migrations, plan, now)
        self._done = (mark, now.date())
        return True


def _write(
    connection: sa.Connection,
    found: Difference,
    migrations: Mapping[int | None, Migration],
    plan: Plan,
    now: dt.datetime,
) -> None:
    # Watches before migrations: whoever records a look locks them in that order.
    for some in portions.of(sorted((*found.change, *found.end))):
        locked = sa.select(table.c.id).where(table.c.id.in_(some)).order_by(table.c.id).with_for_update()
        connection.execute(locked).all()
        for watch in rows.load_readable(connection, some):
            if watch.id in found.end:
                id, name = found.end[watch.id]
                after = ended(watch, end_of(migrations.get(id), name), now)
            elif watch.ended_at is not None and watch.end not in _TAKEN_UP_AGAIN:
                # Meanwhile, before it was locked: by a look, or a person.
                continue
            else:
                after = _told(watch, found.change[watch.id], plan, now)
            rows.replace(connection, rows.Stored(after))
    rows.add(connection, (_begun(key, one, plan, now) for key, one in found.begin.items()))


def _followed(connection: sa.Connection) -> dict[Key, Followed]:
    columns = (table.c[name] for name in Followed._fields)
    query = sa.select(table.c.migration_id, table.c.name, *columns).where(table.c.migration_id.is_not(None))
    # Of several the last one counts.
    return {(row[0], row[1]): Followed(*row[2:]) for row in connection.execute(query.order_by(table.c.id))}


def _one_at_a_time(connection: sa.Connection) -> None:
    """Let nobody else begin watches of migrations until the transaction ends: two would follow one domain twice."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))


_LOCK = 0x7761746368
"""“watch”, as a number."""


def _begun(key: Key, one: Wanted, plan: Plan, now: dt.datetime) -> Watch:
    id, name = key
    return entered(_new(name, one.display, id, WATCH.id, one.form, one.planned_at, now), plan, now)


def _new(
    name: str,
    display: str,
    migration_id: int | None,
    by: str,
    form: Mapping[str, str],
    planned_at: dt.datetime | None,
    now: dt.datetime,
) -> Watch:
    return Watch(0, name, display, migration_id, by, now, form, planned_at, "planned", now, now, marks={})


def _told(watch: Watch, one: Wanted, plan: Plan, now: dt.datetime) -> Watch:
    """Return a watch that goes on with what its migration says now; it looks at once where that may say something new.

    When the name servers were changed it has mostly said itself.
    """
    told = replace(watch, display=one.display, form=one.form, planned_at=one.planned_at, ended_at=None, end="")
    usual = watch.ended_at is None and watch.planned_at == one.planned_at
    if not usual or {**watch.form, "switched": ""} != {**one.form, "switched": ""}:
        told = replace(told, next_at=now)
    return entered(told, plan, now)


def ended(watch: Watch, end: End, now: dt.datetime) -> Watch:
    """Return a watch that ends now."""
    return replace(watch, phase="ended", phase_since=now, next_at=None, ended_at=now, end=end)


# -- by people


def begin(
    engine: sa.Engine, name: str, form: Mapping[str, str], person: Person, now: dt.datetime, *, private: bool = False
) -> int:
    """Begin to watch a name, with what is told of its change; return the id of the watch.

    `form`: of `core.dns.asked.FIELDS`, and AGREED, when the switch is agreed for. `private`: whether servers may be
    asked that are not the Internet's. Raises InputError with all that is wrong.
    """
    require(person, "work")
    told = {of: form.get(of, "") for of in FIELDS} | {"name": name}
    wrong: list[FieldError] = []
    wish, planned_at = None, None
    try:
        wish = read_wish(told, now, private=private)
    except InputError as error:
        wrong += error.errors
    try:
        planned_at = parse_when(given, "", AGREED).at if (given := form.get(AGREED, "").strip()) else None
    except InputError as error:
        wrong += error.errors
    if wish is None or wrong:
        raise InputError(*wrong)
    kept = {of: text.strip() for of, text in told.items() if text.strip()}
    with writing(engine) as connection:
        _one_at_a_time(connection)
        going_on = table.c.migration_id.is_(None) & table.c.ended_at.is_(None)
        names = connection.execute(sa.select(table.c.name).where(going_on)).scalars().all()
        if wish.name.ascii in names:
            raise InputError(FieldError(f"{LABEL}name", wish.name.display, Message("error.watch_there")))
        if len(names) >= MOST_BY_HAND:
            full = Message("error.watches_full", {"max": MOST_BY_HAND})
            raise InputError(FieldError(f"{LABEL}name", wish.name.display, full))
        made = _new(wish.name.ascii, wish.name.display, None, person.id, kept, planned_at, now)
        (id,) = rows.add(connection, [made])
    return id


def end(engine: sa.Engine, id: int, person: Person, now: dt.datetime) -> None:
    """End a watch by somebody's word, also that of a migration; raises InputError where it has ended."""
    require(person, "work")
    with writing(engine) as connection:
        _change(connection, id, lambda watch: ended(watch, "by_hand", now))


def acknowledge(engine: sa.Engine, id: int, person: Person, now: dt.datetime) -> None:
    """Write down who has taken note of what is wrong, until it is better; raises InputError where it has ended.

    What has not been sent of it need not be any more; other news are.
    """
    require(person, "work")
    with writing(engine) as connection:
        _change(connection, id, lambda watch: _noted(watch, person, now))
        outbox.acknowledge(connection, id, person.id, now, WRONG)


def send_on(engine: sa.Engine, id: int, person: Person, now: dt.datetime) -> int:
    """Let the notices of a watch be sent after all that were given up or withheld; return how many there are."""
    require(person, "work")
    with writing(engine) as connection:
        ids = connection.execute(sa.select(notice.c.id).where(notice.c.watch_id == id)).scalars().all()
        return outbox.send_on(connection, ids, now)


def _noted(watch: Watch, person: Person, now: dt.datetime) -> Watch:
    # What is better by now was not taken note of: else the next thing that is wrong would be told to nobody.
    wrong = wrong_now(watch)
    noted = {"by": person.id, "at": str(iso(now)), "kinds": " ".join(wrong)}
    return replace(watch, acknowledged=noted) if wrong else watch


def look_now(engine: sa.Engine, id: int, now: dt.datetime) -> None:
    """Let a watch look as soon as somebody can; raises InputError where it has ended."""
    with writing(engine) as connection:
        # Its version stays: a look that is under way is as good.
        this = (table.c.id == id) & table.c.ended_at.is_(None)
        if connection.execute(sa.update(table).where(this).values(next_at=now)).rowcount != 1:
            raise _gone()


def _change(connection: sa.Connection, id: int, deed: Callable[[Watch], Watch]) -> None:
    locked = sa.select(table.c.id).where(table.c.id == id, table.c.ended_at.is_(None)).with_for_update()
    if connection.execute(locked).first() is None:
        raise _gone()
    (watch,) = rows.load(connection, table.c.id == id)
    rows.replace(connection, rows.Stored(deed(watch)))


def _gone() -> InputError:
    return InputError(FieldError("watch", "", Message("error.watch_gone")))
