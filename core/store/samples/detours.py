"""What else people do to a migration on its way: notes, holds, what was found wrong and done again."""

from core.migration import moves
from core.migration.ranking import SECOND_SYNC
from core.migration.stages import SWITCHED, TEST, Side
from core.store.samples.play import Deed, Play
from core.store.samples.working_time import agreed


def noted(text: str) -> Deed:
    return lambda play: play.do(moves.note, text)


def held(by: Side, reason: str) -> Deed:
    return lambda play: play.do(moves.hold, by, reason)


def resumed(play: Play) -> None:
    play.do(moves.resume)


def cancelled(reason: str) -> Deed:
    return lambda play: play.do(moves.cancel, reason, at=play.evening())


def reworked(domain: int, to: str, reason: str) -> Deed:
    return lambda play: play.do(moves.rework, play.names[domain], to, reason)


def redone(domain: int) -> Deed:
    def redo(play: Play) -> None:
        while play.m.domains[play.names[domain]].step != TEST:
            play.leave(play.names[domain])

    return redo


def ticked(first: int, last: int) -> Deed:
    """Return that the first check of some domains is ticked; that of the migration where there are none between."""

    def tick(play: Play) -> None:
        for name in play.names[first:last]:
            play.tick(name, count=1)
        if first == last:
            play.tick(count=1)

    return tick


def agreed_anew(n: int, hour: int) -> Deed:
    def agree(play: Play) -> None:
        play.do(moves.change, {"planned_at": agreed(play.time.working_day(n), hour)})
        play.do(moves.note, "Klient prosi o inny dzień: w pierwszym ma dostawę towaru.")
        play.tick()

    return agree


def unannounced(play: Play) -> None:
    """Note that nobody has told the client of the freeze after all."""
    play.do(moves.uncheck, "freeze")


def synchronised_again(play: Play) -> None:
    play.do(moves.check, SECOND_SYNC, choice="done", detail=play.owner.name)


def paid_until(n: int) -> Deed:
    """Return that the client's old hosting is paid until the n-th working day from today."""
    return lambda play: play.do(moves.change, {"old_hosting_until": play.time.working_day(n)})


def dated(play: Play) -> None:
    """Put right when the name servers were changed: between the test and the entry."""
    done = play.m.domains[play.names[0]]
    assert done.tested_at is not None
    assert done.dns_switched_at is not None
    between = done.tested_at + (done.dns_switched_at - done.tested_at) / 2
    reason = "Serwery nazw zmieniono wcześniej, wpis powstał dopiero potem."
    play.do(moves.date, SWITCHED, between.replace(microsecond=0), reason, done.name)
