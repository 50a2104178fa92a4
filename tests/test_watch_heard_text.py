"""What was heard, packed and back: judging does not tell one from the other, and what is no such text is refused."""

import json
import zlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.dns.asked import read_wish
from core.dns.change import Below
from core.dns.judging.check_so_far import Heard, Move
from core.dns.judging.evidence import later_ends
from core.dns.judging.history import thinned
from core.dns.judging.told_or_seen import change_of, old_of
from core.dns.judging.verdict import verdict
from core.dns.observation import Question, Server
from core.dns.way_down import Delegated
from core.watch import heard_text
from core.watch.heard_text import pack, unpack, unpack_kept
from tests.dns_histories import SIGHTS
from tests.dns_sights import (
    KEYS,
    NEW,
    NEW_NAMES,
    OLD,
    PARENTS,
    RESOLVERS,
    WWW,
    ZONE,
    at,
    consistent,
    ds_at_parent,
    ds_of,
    said,
    serves,
)
from tests.watched_world import START, STEPS, World, check

FORMS = st.sampled_from(
    [
        {},
        {"new": " ".join(NEW_NAMES)},
        {"old": "127.0.3.1", "ttl": "900"},
        {"old": "ns1.old.pl", "new": " ".join(NEW_NAMES), "expect": "10.0.0.2"},
        {"expect": "10.0.0.2", "was": "10.0.0.1"},
    ]
)
SERVERS = st.sampled_from([*NEW, OLD])
QUESTIONS = st.sampled_from([Question(WWW, "A"), Question(ZONE, "MX"), Question(f"mx.{ZONE}", "A")])
DELEGATED = st.builds(
    Delegated,
    st.sampled_from([ZONE, "", "pl"]),
    st.just(PARENTS),
    st.lists(SERVERS, unique=True).map(tuple),
    st.sampled_from([(), ("ns9.new.pl",)]),
)
BELOW = st.builds(
    Below, st.just(WWW), st.frozensets(st.sampled_from(NEW_NAMES)), st.frozensets(st.just("127.0.4.1"), max_size=1)
)


@st.composite
def histories(draw):
    """Anything that may have been heard in some rounds, thinned as a check thins it."""
    form = {"name": WWW, "types": "A", **draw(FORMS)}
    heard = Heard(read_wish(form, at(10_000)))
    for said_then in draw(st.lists(st.lists(SIGHTS, min_size=1, max_size=6), max_size=6)):
        heard.rounds = thinned([*heard.rounds, said_then], 3)
        heard.ends = later_ends(heard.ends, said_then)
    if draw(st.booleans()):
        heard.rounds = [*heard.rounds, [*consistent(500), *serves(OLD, seconds=500)]]
    heard.delegated, heard.latest = draw(DELEGATED), draw(DELEGATED)
    heard.known = dict.fromkeys(draw(st.lists(SERVERS, unique=True)))
    heard.told_servers, heard.awaited, heard.otherwise = (
        draw(st.lists(SERVERS, unique=True, max_size=2).map(tuple)) for _ in range(3)
    )
    heard.named = draw(st.frozensets(st.sampled_from(["ns3.new.pl", "ns1.old.pl"])))
    heard.mail = draw(st.lists(QUESTIONS, unique=True, max_size=2).map(tuple))
    heard.below = draw(st.dictionaries(QUESTIONS, BELOW, max_size=1))
    heard.spoke_below = {question: frozenset(["127.0.3.1"]) for question in heard.below}
    heard.beyond = draw(st.dictionaries(QUESTIONS, st.lists(SERVERS, max_size=2).map(tuple), max_size=1))
    heard.powerdns = draw(st.dictionaries(st.sampled_from(["127.0.3.1", "127.0.4.1"]), st.booleans()))
    if draw(st.booleans()):
        before = heard.observations[: draw(st.integers(0, 8))]
        seen = draw(st.sampled_from([None, at(5)]))
        heard.move = Move(before, (OLD,), seen, draw(st.booleans()), ZONE, draw(st.booleans()))
    return heard


def judged(heard, seconds):
    change = change_of(heard, heard.wish)
    return verdict(change, old_of(heard, change, heard.wish), heard.observations, at(seconds))


def parts(heard):
    return {name: getattr(heard, name) for name in Heard.__dataclass_fields__}


@given(histories(), st.integers(-500, 5000))
def test_judging_does_not_tell_what_was_unpacked_from_what_was_heard(heard, seconds):
    found = unpack(pack(heard), heard.wish)
    assert judged(found, seconds) == judged(heard, seconds)
    assert found.observations == heard.observations and found.old_servers == heard.old_servers


@given(histories(), st.sampled_from([None, at(7)]))
def test_everything_that_a_later_round_goes_on_from_is_there_again_and_packs_the_same(heard, quiet):
    packed = pack(heard, quiet)
    found = unpack_kept(packed, heard.wish)
    there = [said_then for said_then in heard.rounds if said_then]
    assert parts(found.heard) == parts(heard) | {"rounds": there} and found.quiet_until == quiet
    assert list(found.heard.known) == list(heard.known)
    assert pack(found.heard, quiet) == packed == pack(heard, quiet)


@settings(max_examples=20)
@given(STEPS)
def test_rounds_of_real_checks_are_packed_whole(steps):
    world = World()
    asked = check(world, read_wish({"name": "firma.pl", "types": "A,MX", "new": "ns1.nowy.pl"}, START))
    for event, _, _ in steps:
        event(world)
        asked.round()
    found = unpack(pack(asked), asked.wish)
    without = {"delegated": replace(asked.delegated, said=()), "latest": replace(asked.latest, said=())}
    assert parts(found) == parts(asked) | without | {"rounds": [some for some in asked.rounds if some]}


def test_one_observation_in_two_places_stays_one_and_two_alike_stay_two():
    heard = Heard(read_wish({"name": WWW, "types": "A"}, at(10_000)))
    shown = said(RESOLVERS[0], "A", ("10.0.0.1",))
    heard.rounds = [[shown, shown._replace()]]
    heard.ends = later_ends({}, [shown])
    assert len(heard.observations) == len(unpack(pack(heard), heard.wish).observations) == 2


def test_whole_messages_are_kept_only_where_the_parent_has_a_ds():
    heard = Heard(read_wish({"name": WWW, "types": "A"}, at(10_000)))
    key = KEYS[0]._replace(whole=b"\x00\xff message")
    heard.rounds = [[key]]
    assert unpack(pack(heard), heard.wish).rounds == [[key._replace(whole=None)]]
    heard.rounds = [[key, *ds_at_parent(ds_of(key.values[0]))]]
    assert unpack(pack(heard), heard.wish).rounds == heard.rounds


def test_how_long_an_answer_took_is_kept_in_microseconds():
    heard = Heard(read_wish({"name": WWW, "types": "A"}, at(10_000)))
    heard.rounds = [[said(OLD, "A", ("10.0.0.1",), ms=12.345678901)]]
    assert unpack(pack(heard), heard.wish).rounds[0][0].ms == 12.346


def test_what_was_heard_is_there_for_another_wish_but_is_judged_for_it_first():
    heard = Heard(read_wish({"name": WWW, "types": "A"}, at(10_000)))
    heard.rounds = [consistent()]
    other = read_wish({"name": WWW, "types": "A", "new": "ns1.new.pl"}, at(10_000))
    found = unpack_kept(pack(heard, at(7)), other)
    assert found.heard.wish == other and found.heard.rounds == heard.rounds and found.quiet_until is None


HEARD = Heard(read_wish({"name": WWW, "types": "A"}, at(10_000)))
HEARD.rounds = [[*consistent(), said(Server("resolver", "127.0.5.1", id="one"), "A", ("10.0.0.1",))]]
PACKED = pack(HEARD)


@given(st.integers(0, len(PACKED) - 1), st.integers(1, 255))
def test_octets_that_were_changed_are_refused_or_change_nothing(place, by):
    broken = PACKED[:place] + bytes([PACKED[place] ^ by]) + PACKED[place + 1 :]
    try:
        found = unpack(broken, HEARD.wish)
    except ValueError:
        return
    assert found.rounds == HEARD.rounds


@given(st.integers(0, len(PACKED) - 1), st.binary(min_size=1, max_size=20))
def test_what_was_cut_or_has_more_behind_it_is_refused(length, more):
    for broken in (PACKED[:length], PACKED + more):
        with pytest.raises(ValueError, match="it "):
            unpack(broken, HEARD.wish)


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from([None, *json.loads(zlib.decompress(PACKED))]), JSONS)
def test_other_json_is_refused_or_read_as_something_that_packs(field, value):
    text = json.loads(zlib.decompress(PACKED))
    text = value if field is None else text | {field: value}
    try:
        found = unpack(zlib.compress(json.dumps(text).encode()), HEARD.wish)
    except ValueError:
        return
    assert isinstance(found, Heard)


def test_a_newer_desks_text_and_one_nested_without_end_are_refused():
    text = json.loads(zlib.decompress(PACKED)) | {"form": 2}
    for broken in (json.dumps(text).encode(), b"[" * 100_000, b"null", b"\xff", b""):
        with pytest.raises(ValueError, match=r"."):
            unpack(zlib.compress(broken), HEARD.wish)


def test_more_than_is_ever_held_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(heard_text, "MOST_HELD", 100)
    with pytest.raises(ValueError, match="larger"):
        unpack(PACKED, HEARD.wish)
