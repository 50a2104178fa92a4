"""What the new servers answer before a switch, each of them: asked on loopback."""

import dns.flags

from core.cutover.asking.new_zone import answers
from core.cutover.known_names import KnownName
from core.cutover.settings import Targets
from core.cutover.wanted import Wanted
from core.cutover.zones import Held, OldZone
from tests.cutover_served import OURS, ZONE, asking, at, failing, speaking

KNOWN = tuple(map(KnownName, ("www", "panel", "sklep")))
OLD = OldZone(
    ZONE,
    {
        (ZONE, "A"): Held(("192.0.2.1",), 60),
        (f"www.{ZONE}", "A"): Held(("192.0.2.1",), 60),
        (f"sub.{ZONE}", "NS"): Held(("ns.other.pl",), 60),
    },
    between=frozenset((f"dzial.{ZONE}",)),
)
NEW = "@ A 192.0.2.1", "www A 192.0.2.1", "sub NS ns.other.pl."


def seen(*lines, old=OLD, known=KNOWN, targets=OURS, **how):
    with at("127.0.8.1", *lines, **how) as (served, server), asking() as engine:
        new = answers(Wanted(ZONE, (served.address,)), old, known, engine, targets, port=served.port)
    return new, server


def said(new, name, type):
    return [o.values or o.failure or o.rcode for o in new.answers[(name and f"{name}.{ZONE}") or ZONE, type]]


def test_each_server_is_asked_for_all_of_the_old_zone():
    with (
        at("127.0.8.1", *NEW) as (first, _),
        at("127.0.8.2", *NEW[:1], port=first.port) as (second, _),
        asking() as engine,
    ):
        wanted = Wanted(ZONE, (first.address, second.address, first.address))
        new = answers(wanted, OLD, KNOWN, engine, OURS, port=first.port)
    assert new.servers == ("127.0.8.1", "127.0.8.2")
    assert said(new, "www", "A") == [("192.0.2.1",), "NXDOMAIN"] and said(new, "dzial", "A") == ["NXDOMAIN"] * 2
    assert {tuple(o.server.address for o in some) for some in new.answers.values()} == {new.servers}
    assert {type for name, type in new.answers if name == ZONE} == {"A", "SOA", "NS", "DNSKEY", "CAA"}
    assert new.answers.keys() >= OLD.sets.keys()


def test_a_zone_below_is_told_by_the_set_that_delegates_it():
    new, _ = seen(*NEW)
    (o,) = new.answers[f"sub.{ZONE}", "NS"]
    assert o.values == ("ns.other.pl",) and "AA" in o.flags


def test_keys_are_asked_for_with_their_signatures():
    heard = []

    def listening(query, _):
        if query.question[0].rdtype == 48:
            heard.append(query.ednsflags & dns.flags.DO)
        return

    seen(*NEW, before=listening)
    assert heard == [dns.flags.DO]


def test_what_only_the_new_zone_has_is_kept_and_what_nobody_has_is_not():
    new, _ = seen(*NEW, "@ AAAA 2001:db8::1", "panel MX 10 mx.other.pl.", "www MX 5 mx.other.pl.")
    assert said(new, "panel", "MX") == [("10 mx.other.pl",)] and said(new, "", "AAAA") == [("2001:db8::1",)]
    assert said(new, "www", "MX") == [("5 mx.other.pl",)]
    assert not {(f"panel.{ZONE}", "A"), (f"sklep.{ZONE}", "A"), (f"www.{ZONE}", "AAAA")} & new.answers.keys()


def test_an_alias_in_the_place_of_an_address_is_told_as_one():
    new, _ = seen("@ A 192.0.2.1", "www CNAME other.pl.")
    (o,) = new.answers[f"www.{ZONE}", "CNAME"]
    assert (o.question.type, o.values) == ("CNAME", ("other.pl",)) and said(new, "www", "A") == ["NOERROR"]


def test_the_wildcard_of_the_new_zone_is_told_and_its_answers_are_no_names():
    new, _ = seen(*NEW, "* A 192.0.2.99", "panel A 192.0.2.5")
    assert [o.values for o in new.wildcard["A"]] == [("192.0.2.99",)] and [o.values for o in new.wildcard["MX"]] == [
        None
    ]
    assert said(new, "panel", "A") == [("192.0.2.5",)] and (f"sklep.{ZONE}", "A") not in new.answers


def test_what_fails_is_asked_once_more_and_then_stays_a_failure():
    failed = []

    def once(query, _):
        if query.question[0].name.to_text() != f"www.{ZONE}." or failed:
            return None
        failed.append(query)
        message = speaking(query)
        message.set_rcode(2)
        return [message.to_wire()]

    new, _ = seen(*NEW, before=once)
    assert said(new, "www", "A") == [("192.0.2.1",)] and len(failed) == 1
    new, _ = seen(*NEW, before=failing("SERVFAIL", (f"www.{ZONE}", "A")))
    assert said(new, "www", "A") == ["SERVFAIL"] and said(new, "", "A") == [("192.0.2.1",)]


def test_a_server_without_the_zone_says_so_for_everything():
    new, _ = seen(before=failing("REFUSED"))
    assert {o.rcode for some in new.answers.values() for o in some} == {"REFUSED"}
    assert new.answers.keys() >= OLD.sets.keys()


def test_a_dead_server_fails_in_every_answer_and_is_not_asked_thousands_of_times():
    new, server = seen(before=failing(""))
    assert {o.failure for some in new.answers.values() for o in some} == {"timeout"}
    assert all(o.question == key for key, some in new.answers.items() for o in some)
    assert {type for _, type in server.asked} == {"SOA"}


def test_a_server_that_may_not_be_asked_is_not_and_answers_nothing():
    new, server = seen(*NEW, targets=Targets())
    assert server.asked == [] and new.answers.keys() >= OLD.sets.keys()
    assert {o.failure for some in new.answers.values() for o in some} == {"unreachable"}


def test_without_servers_nothing_is_answered():
    with asking() as engine:
        new = answers(Wanted(ZONE, ()), OLD, KNOWN, engine, OURS)
    assert new.servers == () and set(new.answers.values()) == {()}
