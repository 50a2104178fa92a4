"""A zone's transfer from servers on loopback: all of it, or a reason; a part never passes for the whole."""

import dns.message
import dns.rcode
import pytest

from core.cutover.asking import transfer as transferring
from core.cutover.asking.transfer import transfer, transfers
from core.cutover.zones import Held
from tests.cutover_served import ZONE, speaking
from tests.loopback import framed, serving

SOA = f"{ZONE}. 3600 IN SOA ns1.{ZONE}. admin.{ZONE}. 7 3600 600 86400 300"
WWW = f"WWW.{ZONE}. 60 IN A 192.0.2.1"


def sending(*messages):
    """Answer with these messages: lists of records."""

    def answer(wire, transport):
        query = dns.message.from_wire(wire)
        return [(0, framed(speaking(query, *records).to_wire(max_size=65535))) for records in messages]

    return answer


def got(answer, **how):
    with serving(answer, "127.0.8.1", **how) as served:
        return transfer(ZONE, served.server())


def test_a_whole_zone_comes_in_several_messages():
    found = got(sending([SOA, WWW], [f"www.{ZONE}. 90 IN A 192.0.2.2", f"*.{ZONE}. 60 IN MX 10 Mail.Other.PL."], [SOA]))
    assert found.reason == "" and found.sets is not None
    assert found.sets[f"www.{ZONE}", "A"] == Held(("192.0.2.1", "192.0.2.2"), 90)
    assert found.sets[f"*.{ZONE}", "MX"] == Held(("10 mail.other.pl",), 60) and len(found.sets) == 3


def test_what_is_outside_of_the_zone_is_not_kept():
    found = got(sending([SOA, WWW, "www.inna.pl. 60 IN A 192.0.2.66", SOA]))
    assert found.sets is not None and found.sets.keys() == {(ZONE, "SOA"), (f"www.{ZONE}", "A")}


@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        ([[SOA, WWW]], "closed"),
        ([], "closed"),
        ([[]], "malformed"),
        ([[WWW, SOA]], "malformed"),
        ([[SOA, WWW, SOA.replace(" 7 ", " 8 ")]], "malformed"),
        ([[SOA, SOA, WWW]], "malformed"),
    ],
    ids=["no end", "nothing", "empty", "no begin", "another end", "more after the end"],
)
def test_a_part_is_no_zone(messages, reason):
    assert got(sending(*messages))[1:] == (None, reason)


@pytest.mark.parametrize("rcode", ["REFUSED", "NOTAUTH", "SERVFAIL"])
def test_a_refusal_is_the_reason(rcode):
    def refuse(wire, _):
        message = dns.message.make_response(dns.message.from_wire(wire))
        message.set_rcode(dns.rcode.from_text(rcode))
        return [(0, framed(message.to_wire()))]

    assert got(refuse)[1:] == (None, rcode)


def test_more_records_or_octets_than_are_read_are_a_reason(monkeypatch):
    many = [SOA, *(f"x{n}.{ZONE}. 60 IN A 192.0.2.1" for n in range(60)), SOA]
    monkeypatch.setattr(transferring, "RECORDS", 62)
    assert got(sending(many)).reason == ""
    monkeypatch.setattr(transferring, "RECORDS", 61)
    assert got(sending(many))[1:] == (None, "too_large")
    monkeypatch.setattr(transferring, "RECORDS", 10_000)
    monkeypatch.setattr(transferring, "OCTETS", 500)
    assert got(sending(many))[1:] == (None, "too_large")


def test_a_flood_without_end_is_given_up():
    def flood(wire, _):
        query = dns.message.from_wire(wire)
        first = framed(speaking(query, SOA).to_wire())
        text = f"x.{ZONE}. 60 IN TXT " + " ".join(f'"{"a" * 250}"' for _ in range(240))
        more = framed(speaking(query, text).to_wire(max_size=65535))
        return [(0, first), *[(0, more)] * 200]

    assert got(flood)[1:] == (None, "too_large")


def test_a_server_that_falls_silent_is_given_up(monkeypatch):
    monkeypatch.setattr(transferring, "SECONDS", 0.5)

    def drop_by_drop(wire, _):
        first = framed(speaking(dns.message.from_wire(wire), SOA, WWW).to_wire())
        return [(0, first), (60, b"")]

    assert got(drop_by_drop)[1:] == (None, "timeout")


@pytest.mark.parametrize(
    "octets", [framed(b"\0" * 5), framed(b"\xff" * 300), b"\0\0", framed(b"GET / HTTP/1.0\r\n\r\n"), b"\xff"]
)
def test_what_is_no_dns_is_a_reason(octets):
    found = got(lambda wire, _: [(0, octets)])
    assert found.sets is None and found.reason in ("malformed", "closed")


def test_nobody_listening_is_a_reason_and_others_are_asked_all_the_same():
    with serving(sending([SOA, WWW, SOA]), "127.0.8.1") as good, serving(sending(), "127.0.8.2", tcp=False) as deaf:
        first, second = transfers(ZONE, [deaf.server(), good.server()])
    assert first.reason == "unreachable" and first.sets is None and second.sets is not None
    assert transfers(ZONE, []) == ()
