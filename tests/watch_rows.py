"""Watches put into a database as a runner would have left them: of every phase, right and wrong, told and untold."""

import datetime as dt
from dataclasses import replace

import sqlalchemy as sa

from core.database import epoch
from core.database.tables import notice, watch_lease, watch_round
from core.database.tables import watch as table
from core.database.transactions import reading, writing
from core.watch import rows, sight
from core.watch.sight import Sight
from core.watch.watch import Watch

NOW = dt.datetime(2026, 11, 21, 11, tzinfo=dt.UTC)
"""The moment at which the clock of tests stands: noon in Warsaw."""


def ago(**time):
    return NOW - dt.timedelta(**time)


def ahead(**time):
    return NOW + dt.timedelta(**time)


SEEN = Sight(
    ago(minutes=4),
    "consistent",
    moves=True,
    began=True,
    published=True,
    consistent=True,
    switched=ago(hours=20),
    bound=ahead(hours=4, minutes=5),
    servers=("ns1.nowy.example", "ns2.nowy.example"),
    old=("google-1", "quad9-1"),
    new_count=20,
    old_count=2,
    other_count=1,
    silent_count=2,
    resolvers_asked=True,
)
ARRIVED = replace(
    SEEN, state="observed", propagated=True, bound=ago(days=1), switched=ago(days=2), old=(), new_count=25
)
ARRIVED = replace(ARRIVED, old_count=0, other_count=0, silent_count=0)
BEFORE = Sight(ago(minutes=30), "consistent", longest_ttl=3600)


def watch(name="firma.example", phase="expiring", seen=SEEN, **more):
    next_at = None if phase == "ended" else ahead(minutes=11)
    made = Watch(0, name, name, None, "anna", ago(days=4), {"name": name}, None, phase, ago(hours=20), next_at)
    return replace(made, **{"looked_at": seen and seen.at, "sight": seen, "marks": {}, **more})


def on(*kinds, at=None):
    """Return marks of what holds still."""
    return {kind: {"n": 1, "at": (at or ago(hours=1)).isoformat(), "on": True} for kind in kinds}


def put(engine, *watches):
    """Write watches; return their ids."""
    with writing(engine) as connection:
        return rows.add(connection, watches)


def looks(engine, holder="biurko-1", until=None):
    """Let somebody look."""
    with writing(engine) as connection:
        connection.execute(sa.delete(watch_lease))
        values = {"id": 1, "holder": holder, "until": until or ahead(seconds=20), "fence": 1}
        connection.execute(sa.insert(watch_lease).values(values))


def saw(engine, id, *rounds):
    """Write rounds of a watch: pairs of what was seen, and the transitions that it brought."""
    with writing(engine) as connection:
        for seen, *came in rounds:
            values = {"watch_id": id, "at": seen.at, "phase": "expiring", "sight": sight.to_json(seen)}
            connection.execute(sa.insert(watch_round).values(**values, transitions=list(came)))


def came(kind, at, since=None, gap=None):
    """Return a transition as a round keeps it."""
    moments = {"at": at, "since": since, "gap": gap}
    told = {name: moment and moment.isoformat() for name, moment in moments.items()}
    return {"kind": kind, "which": 1, "details": {}, **told}


def told(engine, id, transition="published.1", recipient="anna", state="sent", **more):
    """Write a notice."""
    with writing(engine) as connection:
        values = {
            "watch_id": id,
            "transition": transition,
            "recipient": recipient,
            "urgent": False,
            "told": {},
            "created_at": ago(hours=2),
            "epoch": epoch.read(connection).name,
            "state": state,
            "tries": 1,
            "due_at": ahead(hours=19, minutes=30),
            "claimed_by": "",
            "message_id": "",
            "sent_at": ago(hours=1) if state == "sent" else None,
        }
        connection.execute(sa.insert(notice).values(values | more))


def spoil(engine, id):
    """Make a watch one that nobody can read."""
    with writing(engine) as connection:
        connection.execute(sa.update(table).where(table.c.id == id).values(sight={"state": "consistent"}))


def stored(engine, id):
    """Return a watch as it stands."""
    with reading(engine) as connection:
        return rows.load(connection, table.c.id == id)[0]


def desk(engine, migration_id=None):
    """Fill a desk with a watch of every kind; return their ids by name."""
    silent = {"id": "notice.trouble.recipient", "values": {"code": 550, "said": "5.1.1 User unknown"}, "twice": False}
    made = {
        "wrong": watch(
            "sklep-rowerowy.example", "switching", replace(SEEN, wrong=("ns2.nowy.example",)), marks=on("server_wrong")
        ),
        "unconfirmed": watch("piekarnia.example", migration_id=migration_id, marks=on("unconfirmed_switch")),
        "blind": watch("ciemno.example", blind_since=ago(hours=2), marks=on("blind")),
        "known": watch(
            "znane.example", marks=on("old_again"), acknowledged={"by": "piotr", "at": ago(hours=1).isoformat()}
        ),
        "expiring": watch(),
        "unbounded": watch("bez-historii.example", seen=replace(SEEN, bound=None)),
        "planned": watch("zażółć.example", "planned", None, planned_at=ahead(days=5)),
        "eve": watch("przeddzien.example", "eve", BEFORE, planned_at=ahead(hours=20)),
        "after": watch("widoczna.example", "after", ARRIVED),
        "ended": watch("dawno.example", "ended", ARRIVED, ended_at=ago(days=3), end="over"),
        "nowhere": watch("nigdy.example", "ended", SEEN, ended_at=ago(days=2), end="not_everywhere"),
    }
    ids = dict(zip(made, put(engine, *made.values()), strict=True))
    saw(
        engine,
        ids["expiring"],
        (replace(SEEN, at=ago(hours=21), new_count=0, old_count=24, other_count=0, began=False),),
        (
            replace(SEEN, at=ago(hours=20), new_count=1, old_count=23),
            came("published", ago(hours=20), since=ago(hours=20, minutes=7)),
        ),
        (replace(SEEN, at=ago(hours=12), new_count=9, old_count=14),),
        (
            replace(SEEN, at=ago(hours=2), wrong=("ns1.nowy.example",), new_count=17, old_count=5),
            came("server_wrong", ago(hours=2), gap=ago(hours=9)),
        ),
        (replace(SEEN, at=ago(hours=1)), came("servers_right", ago(hours=1))),
    )
    told(engine, ids["expiring"])
    told(engine, ids["expiring"], recipient="piotr", state="failed", trouble=silent)
    told(engine, ids["expiring"], recipient="team", state="waiting", tries=0)
    told(
        engine,
        ids["expiring"],
        recipient="webhook",
        trouble={"id": "notice.trouble.twice", "values": {}, "twice": True},
    )
    looks(engine)
    return ids
