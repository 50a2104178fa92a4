"""The beats of a migration, one after the other: what is done at each, and when."""

import datetime as dt
from collections.abc import Callable

from core.ground.clock import WARSAW
from core.migration import moves
from core.migration.act import Act
from core.migration.event import Event
from core.migration.handover import Handed, HandedList
from core.migration.migration import Migration
from core.migration.people import CONSOLE
from core.migration.ranking import SECOND_SYNC
from core.migration.rebuilding import after
from core.migration.stages import SWITCHED, TEST
from core.store.samples.invented import ACCOUNTS, NONSTANDARD, OUR_NS
from core.store.samples.play import BEATS, Deed, Play
from core.store.samples.working_time import DAY, agreed

_LATELY = dt.timedelta(days=14)


def played(play: Play, ref: str) -> tuple[Migration, list[Event]]:
    """Return the migration and its events, under a ref."""
    owner = "" if play.story.unowned else play.owner.id
    values = {"client": play.client, "source_host": play.host, "owner": owner}
    known = {"fee_applies": play.story.ours, "contact_phone": play.phone if play.rng.random() < 0.5 else ""}
    domains = {name: {"display": display, "old_ns": play.ns} for name, display in play.displays.items()}
    act = Act(play.process, play.owner, play.clock, play.enquired)
    play.events = list(moves.register(act, ref, {**values, **known}, domains, sample=True))
    play.m = after(play.m, play.events)
    for at, deed in sorted(_tasks(play), key=lambda task: task[0]):
        play.clock = max(play.clock, at)
        play.person = play.deputy if play.rng.random() < 0.12 else play.owner
        deed(play)
    return play.m, play.events


def _tasks(play: Play) -> list[tuple[dt.datetime, Deed]]:
    """Return what is done and when, each beat for those of the domains that come so far."""
    order = list(BEATS)
    last = order.index(play.story.last)
    so_far = dict.fromkeys(order[1 : last + 1], play.names)
    so_far |= {beat: play.names[:count] for count, beat in play.story.ahead}
    tasks: list[tuple[dt.datetime, Deed]] = []
    for beat, names in so_far.items():
        tasks += _of_beat(play, beat, names)
    asides = [(play.time.moment(play.beats[beat] + round(days * DAY)), deed) for beat, days, deed in play.story.asides]
    return tasks + [(at, deed) for at, deed in asides if at < play.time.now]


def _of_beat(play: Play, beat: str, names: list[str]) -> list[tuple[dt.datetime, Deed]]:
    match beat:
        case "moved":
            begun, lasts = play.beats["begun"], play.beats["moved"] - play.beats["begun"]
            ends = [begun + lasts * n // len(play.names) for n in range(1, len(names) + 1)]
            return [(play.time.moment(end), _left(name)) for end, name in zip(ends, names, strict=True)]
        case "switched":
            return [(play.switched(), lambda play: _switched(play, names))]
        case "seen":
            return [(at, _noticed(name)) for at, name in zip(play.visible(), names, strict=False)]
        case "changed":
            # Its beat was counted from the switch; it comes after the last domain was seen.
            soonest = play.time.minutes(max(play.visible())) + 30
            wanted = soonest + play.beats["changed"] - play.beats["seen"]
            latest = play.time.minutes(play.time.now) - 30
            return [(play.time.moment(max(soonest, min(wanted, latest))), _changed)]
        case _:
            return [(play.time.moment(play.beats[beat]), lambda play: _DEEDS[beat](play, names))]


def _left(name: str) -> Deed:
    return lambda play: play.leave(name)


def _noticed(name: str) -> Deed:
    return lambda play: _seen(play, name)


def _chosen(play: Play, _names: list[str]) -> None:
    """The client has chosen a package."""
    play.do(moves.change, {"package": _package(play)}, at=play.evening())


def _package(play: Play) -> str:
    count, mailboxes = len(play.names), sum(play.mailboxes)
    if play.story.ours:
        return "VPS S" if count < 2 else "VPS M" if count < 6 else "VPS L"
    limits = (("Start", 1, 5), ("Firma", 5, 25), ("Sklep", 20, 100))
    return next((name for name, most, boxes in limits if count <= most and mailboxes <= boxes), "Agencja")


def _served(play: Play, _names: list[str]) -> None:
    """We have set the server up."""
    number = play.rng.randrange(10, 40)
    play.do(moves.change, {"target_host": f"{'vps' if play.story.ours else 's'}{number}.hosting.example"})
    play.leave()


def _complete(play: Play, _names: list[str]) -> None:
    """The client has handed over what we need to know."""
    written = play.evening()
    for n, (name, mailboxes) in enumerate(zip(play.names, play.mailboxes, strict=True)):
        addresses = {
            "old_addresses": f"192.0.2.{10 + n + len(play.client)}",
            "new_addresses": f"203.0.113.{10 + n}",
        }
        values = {"mailboxes": mailboxes, "websites": int(n % 5 < 4), "new_ns": OUR_NS, **addresses}
        play.do(moves.change, values, name, at=written)
    nonstandard = play.rng.choices(NONSTANDARD, (12, 2, 2, 1, 1, 1))[0]
    play.do(moves.change, {"nonstandard": nonstandard}, at=written)
    forced = play.story.forced and play.manager
    play.do(moves.change, {"mail_accounts": _accounts(play)}, at=written)
    if not forced:
        play.do(moves.change, {"site_list": _sites(play)}, at=written)
    if forced:
        play.tick()
        assert play.manager is not None
        play.person = play.manager
        play.do(moves.advance, force=play.story.forced)
    else:
        play.leave()


def _accounts(play: Play) -> HandedList:
    """Return the mail accounts that the client lists."""
    boxes = zip(play.names, play.mailboxes, strict=True)
    return tuple(
        Handed(f"{ACCOUNTS[n % len(ACCOUNTS)]}{n // len(ACCOUNTS) or ''}@{name}", 40 + 173 * n % 1900)
        for name, count in boxes
        for n in range(count)
    )


def _sites(play: Play) -> HandedList:
    """Return the websites that the client lists."""
    return tuple(Handed(f"www.{name}", 120 + 391 * n % 2600) for n, name in enumerate(play.names) if n % 5 < 4)


def _proposed(play: Play, _names: list[str]) -> None:
    """We have found it feasible and propose a day."""
    play.tick()
    play.do(moves.change, {"planned_at": _planned(play)})
    play.leave()


def _planned(play: Play) -> dt.datetime:
    if play.story.agreed is None:
        begun = play.time.moment(play.beats["begun"]).astimezone(WARSAW)
        return agreed(begun.date(), None if play.rng.random() < 0.3 else begun.hour)
    if play.story.agreed == "soon":
        return play.time.soon()
    days, hour = play.story.agreed
    return agreed(play.time.working_day(days), hour)


def _accepted(play: Play, _names: list[str]) -> None:
    """The client agrees."""
    written = play.evening()
    play.tick(at=written)
    contact = {"contact_name": play.contact, "contact_phone": play.phone}
    play.do(moves.change, contact, at=written)
    play.do(moves.change, {"deputy": play.deputy.id})


def _begun(play: Play, _names: list[str]) -> None:
    """The day has come."""
    play.leave()


def _synced(play: Play, names: list[str]) -> None:
    """The mail that came meanwhile is there too."""
    for name in names:
        play.leave(name)


def _confirmed(play: Play, names: list[str]) -> None:
    """The client has tested."""
    written = play.evening()
    for name in names:
        play.tick(name, at=written)
        play.do(moves.advance, name)
    password = play.process.checks["password_changed"]
    if play.story.early and password.opens == TEST:
        play.check(password, at=written)


def _switched(play: Play, names: list[str]) -> None:
    """The name servers are changed: by one of us, or by a timed job where the desk is closed."""
    _by_hand_or_timed(play)
    for name in names:
        play.look(name)
        play.check(play.process.checks[SWITCHED], name)


def _seen(play: Play, name: str) -> None:
    """The domain is visible on our servers: caches expire by day and by night."""
    _by_hand_or_timed(play)
    play.leave(name)


def _by_hand_or_timed(play: Play) -> None:
    play.person = play.person if play.time.open(play.clock) else CONSOLE


def _changed(play: Play) -> None:
    """The client has changed the password."""
    for check in play.process.by_id["passwords"].checks:
        # What was to be synchronised once more has been long ago; of the latest ones somebody has yet to say so.
        long_ago = check.id == SECOND_SYNC and play.time.now - play.clock > _LATELY
        often = 1 if long_ago else 0.6
        if not check.required and check.id not in play.m.checks and play.rng.random() < often:
            play.check(check)
    if play.m.open:
        play.tick(at=play.evening())
        play.leave()


_DEEDS: dict[str, Callable[[Play, list[str]], None]] = {
    "chosen": _chosen,
    "served": _served,
    "complete": _complete,
    "proposed": _proposed,
    "accepted": _accepted,
    "begun": _begun,
    "synced": _synced,
    "confirmed": _confirmed,
}
