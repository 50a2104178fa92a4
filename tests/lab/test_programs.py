"""What program a server is, asked of real ones: once, of those that are asked anyway."""

import dns.rrset
import pytest

from core.dns.asking.check import Check
from core.dns.asking.engine import Engine
from core.dns.asking.servers import parse_hints
from core.dns.judging.software import VERSION
from core.dns.names import parse_name
from core.dns.wish import Wish
from tests.lab.powerdns import MISSING_POWERDNS, PowerDnsAuthority
from tests.lab.scripted import reply, scripted
from tests.lab.servers import program

pytestmark = pytest.mark.lab


@pytest.fixture
def engine(laboratory):
    engine = Engine(per_second=500, timeout=1.0)
    yield engine
    engine.stop()


@pytest.fixture
def roots(laboratory):
    return parse_hints(laboratory.hints_file.read_text(encoding="utf-8"))


def checked(laboratory, engine, roots, name, rounds=1):
    check = Check(Wish(parse_name(name.removesuffix(".")), types=("A",)), engine, roots, ())
    for _ in range(rounds):
        check.round()
    return check


@pytest.mark.skipif(program("pdns_server") is None, reason=MISSING_POWERDNS)
def test_a_powerdns_is_known_and_others_are_none(laboratory, engine, roots):
    hoster = laboratory.authority(kind=PowerDnsAuthority)
    for party, powerdns in ((hoster, {hoster.address}), (laboratory.new, set())):
        name = laboratory.name("program")
        party.serve(name, f"{name} A 192.0.2.1")
        laboratory.delegate(name, party.servers)
        assert checked(laboratory, engine, roots, name).change().powerdns == powerdns


@pytest.mark.parametrize(
    ("answers", "powerdns"),
    [
        (lambda query: reply(query, rcode="REFUSED"), False),
        (lambda query: reply(query, rcode="SERVFAIL"), False),
        (lambda query: None, False),
        (lambda query: b"no message", False),
        (lambda query: _version(query, "PowerDNS Authoritative Server 4.9"), True),
        (lambda query: _version(query, "PowerDNS" * 400), True),
        (lambda query: _version(query, "\\000\\255 BIND"), False),
    ],
    ids=["refused", "servfail", "silent", "no message", "PowerDNS", "long", "no text"],
)
def test_whatever_it_says_it_is_asked_once_and_judged_as_before(laboratory, engine, roots, answers, powerdns):
    address, name = laboratory.address(), laboratory.name("raz")
    asked = []

    def answer(query):
        if query.name.to_text() == f"{VERSION.name}.":
            asked.append(query)
            return answers(query)
        records = {
            "A": f"@ 60 A {address if query.name.to_text() == f'ns.{name}' else '192.0.2.1'}",
            "NS": f"@ 60 NS ns.{name}",
            "SOA": f"@ 60 SOA ns.{name} host.{name} 1 1 1 1 1",
        }
        return reply(query, *filter(None, [records.get(query.type)]), aa=True)

    with scripted(address, answer):
        laboratory.delegate(name, {f"ns.{name}": address})
        check = checked(laboratory, engine, roots, name, rounds=3)
        assert check.change().powerdns == ({address} if powerdns else set())
        verdict = check.judge(engine.now())
    # A silent one may be asked twice over UDP, and once over TCP: that is one question.
    assert 1 <= len(asked) <= 3 and len({query.wire[:2] for query in asked if query.transport == "udp"}) <= 2
    assert not {f.tag for f in verdict.findings} & {"lame", "refused", "unreachable", "not_authoritative"}
    assert VERSION not in {o.question for o in check.observations}


def _version(query, text):
    message = reply(query, aa=True)
    words = " ".join(f'"{text[at : at + 250]}"' for at in range(0, len(text), 250))
    message.answer = [dns.rrset.from_text(query.name, 5, "CH", "TXT", words)]
    return message
