"""A check that begins with what was heard before somebody asked: the bound of a switch that came first is known."""

import datetime as dt

import pytest

from core.dns.asked import read_wish
from core.dns.asking.check_queue import Visitor
from core.dns.asking.engine import Engine
from core.dns.asking.running_checks import Checks
from core.dns.judging.check_so_far import Heard
from core.dns.observation import Question
from core.watch.heard_text import pack, unpack
from tests.test_dns_asking_running_checks import until
from tests.watched_world import RESOLVERS, ROOT, START, ZONE, World, check

LATER = START + dt.timedelta(days=9)
TOLD = {"new": "ns1.nowy.pl"}


def wish(**form):
    return read_wish({"name": ZONE, **form}, LATER)


@pytest.fixture
def world():
    return World()


def watched(world, **form):
    """Return what a watch heard that looked an hour before a switch and right after it; it is ten minutes later then.

    The switch was an hour after `START`; name servers may be kept for an hour, records for ten minutes.
    """
    looking = check(world, wish(types="A,AAAA,MX", **form))
    looking.round()
    world.at += dt.timedelta(hours=1)
    world.refers = dict.fromkeys(world.parents, "nowy")
    looking.round()
    world.at += dt.timedelta(minutes=10)
    return pack(looking)


def begun(world, asked, packed):
    """Return a check that begins with what was heard, after its first round."""
    found = check(world, asked)
    found.begin_with(unpack(packed, asked))
    found.round()
    return found


@pytest.mark.parametrize("form", [{"types": "A"}, {"types": "A", **TOLD}, {"types": "A,AAAA,MX"}], ids=str)
def test_bound_is_known_where_somebody_looked_before_the_switch(form, world):
    packed = watched(world, **TOLD)
    verdict = begun(world, wish(**form), packed).judge(world.at)
    assert verdict.published and verdict.moves
    switched = START + dt.timedelta(hours=1)
    # The old delegation may be kept for an hour, and what was fetched along it for ten minutes more.
    assert switched + dt.timedelta(hours=1) <= verdict.eta.at <= switched + dt.timedelta(hours=1, minutes=20)


def test_of_a_type_that_was_never_asked_nobody_knows_the_past(world):
    packed = watched(world, **TOLD)
    assert begun(world, wish(types="A,TXT"), packed).judge(world.at).eta.at is None


def test_without_that_nobody_can_tell(world):
    watched(world)
    late = check(world, wish(**TOLD))
    late.round()
    assert late.judge(world.at).eta.at is None


def test_what_was_seen_begins_before_the_switch(world):
    packed = watched(world)
    found = begun(world, wish(types="A"), packed)
    assert min(o.at for o in found.observations) == START and found.first_look == START


def test_whom_the_history_s_wish_told_of_and_what_went_along_with_it_is_left_out(world):
    looking = check(world, wish(types="A,MX", old="127.0.3.1", **TOLD))
    world.records["stary"]["MX"] = (600, (f"10 mail.{ZONE}",))
    world.hosts[f"mail.{ZONE}"] = "192.0.2.25"
    looking.round()
    assert looking.told_servers and looking.awaited and Question(f"mail.{ZONE}", "A") in looking.mail
    fresh = check(world, wish(types="A"))
    fresh.begin_with(looking)
    assert (fresh.told_servers, fresh.awaited, fresh.mail) == ((), (), ())
    assert fresh.observations == looking.observations
    with_mail = check(world, wish(types="MX"))
    with_mail.begin_with(looking)
    assert with_mail.mail == looking.mail


def test_what_resolvers_said_that_are_not_asked_here_is_left_out(world):
    asked = wish(types="A")
    heard = unpack(watched(world), asked)
    found = check(world, asked, RESOLVERS[:1])
    found.begin_with(heard)
    said = {o.server for o in found.observations if o.server.role == "resolver"}
    assert said == {RESOLVERS[0]} and len(found.rounds) == 2


def test_history_stays_as_it_was_when_the_check_goes_on(world):
    asked = wish(types="A")
    heard = unpack(watched(world), asked)
    rounds = [list(said) for said in heard.rounds]
    found = check(world, asked)
    found.begin_with(heard)
    found.round()
    assert [list(said) for said in heard.rounds] == rounds and len(found.rounds) == len(rounds) + 1


# -- in a process


class Asking(World, Engine):
    """A world in place of an engine."""

    def __init__(self):
        Engine.__init__(self)
        World.__init__(self)


def test_history_is_asked_for_once_by_whoever_comes_first():
    world, asked, read = Asking(), wish(types="A"), []
    packed = watched(world)

    def before() -> Heard | None:
        read.append(1)
        return unpack(packed, asked)

    checks = Checks(world)
    running = checks.of(asked, [ROOT], RESOLVERS, before)
    assert checks.of(asked, [ROOT], RESOLVERS, before) is running and len(read) == 1
    assert running.rounds == 0 and running.judged(asked, world.at) is None
    running.look(Visitor("tab", "anna"))
    until(lambda: running.rounds == 1)
    verdict = running.verdict(asked, world.at)
    assert verdict is not None and verdict.eta.at is not None
    checks.close()


def test_name_that_nobody_follows_begins_with_nothing():
    checks = Checks(Engine())
    running = checks.of(wish(), (), (), lambda: None)
    assert not running.check.rounds
    checks.close()
