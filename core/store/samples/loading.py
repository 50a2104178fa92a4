"""The samples written into a database that nobody has ever put anything into."""

import datetime as dt

from core.database.transactions import writing
from core.migration.act import Act
from core.migration.event import Event
from core.migration.migration import Migration
from core.migration.people import Team, require
from core.migration.stages import Process
from core.store.changing import write_new
from core.store.locks import alone
from core.store.rows import untouched
from core.store.samples.beats import played
from core.store.samples.play import Play
from core.store.samples.stories import stories
from core.store.samples.working_time import WorkingTime
from core.store.store import Store


def load_samples(store: Store, team: Team, act: Act) -> int:
    """Write the samples as `begin_with_samples` does, for somebody who asks: a manager, else it raises InputError."""
    require(act.person, "samples")
    return begin_with_samples(store, act.process, team, act.now)


def begin_with_samples(store: Store, process: Process, team: Team, now: dt.datetime) -> int:
    """Write the samples into a database that nobody has ever put anything into; return how many there are then, or 0.

    So the desk itself does at its first start, as its settings say. Of several that try at once, one does.
    """
    if not store.untouched():
        return 0
    made = samples(process, team, now)
    with writing(store.engine) as connection:
        alone(connection)
        if not untouched(connection):
            return 0
        write_new(connection, made)
    return len(made)


def samples(process: Process, team: Team, now: dt.datetime) -> list[tuple[Migration, list[Event]]]:
    """Return the sample migrations with their events, in order of enquiry; the same ones for the same `now`."""
    time = WorkingTime(now)
    plays = [Play(n, story, process, team, time) for n, story in enumerate(stories())]
    plays.sort(key=lambda play: play.enquired)
    return [played(play, f"P-{number}") for number, play in enumerate(plays, start=1)]
