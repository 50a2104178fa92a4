"""Servers that answer anything: what a round asks at most, of how many, and where no answer may lead it."""

import itertools
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address

import pytest

from core.dns.addresses import is_of_the_world
from core.dns.asked import READY
from core.dns.asking import extra_questions, round_limit, rounds
from core.dns.asking.check import Check
from core.dns.asking.probe import MOST_QUESTIONS
from core.dns.judging import evidence
from core.dns.judging.findings import Finding
from core.dns.names import parse_name
from core.dns.observation import ADDRESSES, Observation, Question, Rrset, Server
from core.dns.values import as_shown
from core.dns.wish import Wish
from core.language import ENGLISH, POLISH

AT = datetime(2026, 11, 28, 12, tzinfo=UTC)
ROOT = Server("parent", "198.41.0.4")
ZONE = "zly.pl"
INWARDS = ("10.0.0.1", "127.0.0.1", "169.254.169.254", "224.0.0.251", "::1", "fe80::1", "64:ff9b::a00:1")


class Job:
    def __init__(self, said):
        self.said = said

    def wait(self, timeout=None):
        return True

    def cancel(self):
        pass

    def snapshot(self):
        return tuple(self.said)


class Hostile:
    """What every server of the world answers, in place of an engine: 26 servers, and each leads to ever new ones."""

    def __init__(self, *, upset=False, below=False, moving=False, addresses=None):
        self.upset, self.below, self.moving, self.given = upset, below, moving, addresses
        self.new, self.asks = itertools.count(int(IPv4Address("45.0.0.0"))), []

    def now(self):
        return AT

    def ask(self, asks):
        self.asks += asks
        return Job([self.said(ask) for ask in asks])

    def addresses(self, count=500):
        return self.given or tuple(str(IPv4Address(next(self.new))) for _ in range(count))

    def delegated(self, zone, base=None):
        """Return the NS set of a zone with two addresses for each of its servers; new ones unless `base` is told."""
        hosts = tuple(f"ns{n}.{zone}" for n in range(13))
        at = next(self.new) if base is None else base
        glue = [(host, str(IPv4Address(at + 2 * n + m))) for n, host in enumerate(hosts) for m in (0, 1)]
        [next(self.new) for _ in glue]
        return {
            "authority": (Rrset(zone, "NS", 60, hosts),),
            "additional": tuple(Rrset(host, "A", 60, (address,)) for host, address in glue),
        }

    def said(self, ask):
        server, (name, type) = ask.server, ask.question
        said = Observation(server, ask.question, AT, "NOERROR", frozenset({"AA"}), ms=1.0)
        if server.role == "resolver":
            return said._replace(rcode="SERVFAIL", flags=frozenset())
        if self.upset and ask.extension != "none":
            return said._replace(rcode="FORMERR")
        if server.address == ROOT.address:
            base = None if self.moving else int(IPv4Address("44.0.0.0"))
            return said._replace(flags=frozenset(), **self.delegated(ZONE, base))
        if name == f"www.{ZONE}" and type in ADDRESSES and self.below and ask.dnssec:
            return said._replace(flags=frozenset(), **self.delegated(name))
        if type == "NS":
            values = tuple(f"x{next(self.new)}.{ZONE}" for _ in range(13))
        elif type in ADDRESSES and name[:1] in "nx":
            values = self.addresses()
        elif type == "MX":
            values = tuple(f"10 m{n}.{ZONE}" for n in range(40))
        elif type in ("SOA", "DNSKEY", "DS"):
            values = ()
        else:
            type, values = "CNAME", (f"z{next(self.new)}.{ZONE}",)
        return said._replace(answer=(Rrset(name, type, 60, values),) if values else ())


def check(world, types=READY):
    resolvers = tuple(Server("resolver", f"9.9.9.{n}", id=f"r{n}") for n in range(25))
    return Check(Wish(parse_name(f"www.{ZONE}"), tuple(types)), world, [ROOT], resolvers)


@pytest.mark.parametrize(
    "how", [{}, {"upset": True}, {"below": True}, {"moving": True}, {"moving": True, "below": True}]
)
def test_servers_that_answer_anything_are_asked_so_much_in_a_round_and_no_more(how):
    world = Hostile(**how)
    watched = check(world)
    for _ in range(4):
        world.asks.clear()
        watched.round()
        of_zones = [ask for ask in world.asks if ask.server.role != "resolver"]
        # The walk stops only before a question that goes to several servers.
        most = round_limit.MOST_ASKED + MOST_QUESTIONS + extra_questions.MOST_VERSIONS + 100
        assert 500 < len(of_zones) <= most
        assert len({ask.server.address for ask in of_zones}) <= 650
        assert len(world.asks) - len(of_zones) <= 25 * 2 * (len(READY) + 2 * extra_questions.MOST_MAIL_HOSTS + 1)


def test_servers_that_are_others_in_every_round_are_not_all_remembered():
    world = Hostile(moving=True)
    watched = check(world, ["A"])
    for _ in range(8):
        world.asks.clear()
        watched.round()
    assert len(watched.old_servers) <= rounds.MOST_KNOWN


def test_no_answer_leads_inwards_whatever_it_is_about():
    world = Hostile(below=True, addresses=(*INWARDS, "45.9.9.9"))
    watched = check(world)
    watched.round()
    watched.round()
    asked = {ask.server.address for ask in world.asks}
    assert "45.9.9.9" in asked and all(map(is_of_the_world, asked))
    assert Question(f"m0.{ZONE}", "A") in {ask.question for ask in world.asks}


def test_ends_that_caches_showed_are_kept_of_the_latest_only(monkeypatch):
    monkeypatch.setattr(evidence, "MOST_ENDS", 10)
    question, resolver, ends = Question(ZONE, "A"), Server("resolver", "9.9.9.9"), {}
    for n in range(100):
        answer = (Rrset(ZONE, "A", 60, (f"192.0.2.{n}",)),)
        said = Observation(resolver, question, AT + timedelta(seconds=30 * n), "NOERROR", answer=answer)
        ends = evidence.later_ends(ends, [said])
    values = [o.values[0] for kept in ends.values() for o in kept]
    assert 5 <= len(values) <= 10 and values == [f"192.0.2.{n}" for n in range(100 - len(values), 100)]


def test_values_without_end_are_no_sentence_without_end():
    long = ", ".join(f"ns{n}.{'x' * 60}.pl" for n in range(500))
    finding = Finding("ns_mismatch_parent_child", ROOT, {"found": long, "parent": "ns1.firma.pl"})
    for language in (POLISH, ENGLISH):
        said = language.text(finding.message)
        assert len(said) < 2_000 and "ns0." in said and "ns499." in said and "ns1.firma.pl" in said
    assert finding.values["found"] == long


def test_page_shows_so_much_of_one_answer_and_says_how_many_values_are_left():
    many = [f"{n:03} {'x' * 96}" for n in range(500)]
    assert as_shown(many) == [*many[:40], "… +460"]
    assert as_shown(["x" * 5_000, "y"]) == ["x" * 5_000, "… +1"] and as_shown([]) == []
