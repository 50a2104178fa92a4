"""Servers that answer out of caches of their own: PowerDNS is known by its version, and waited for."""

from dataclasses import replace

import dns.message
import dns.rdataclass
import dns.rrset
import pytest

from core.dns.asking import packets
from core.dns.judging.software import VERSION, says_powerdns
from core.dns.observation import Question, Rrset
from core.language import LANGUAGES
from tests.dns_sights import (
    A_NEW,
    A_OLD,
    EDIT,
    NEW,
    OLD,
    OLD_NAMES,
    PARENTS,
    RECORDED,
    SWITCH,
    at,
    consistent,
    judge,
    refers,
    said,
    serves,
    switched,
)

POWERDNS = replace(EDIT, powerdns=frozenset({NEW[0].address}))


def version(text, **more):
    answer = (Rrset("version.bind", "TXT", 5, (text,)),)
    return said(NEW[0], "SOA", (), answer=answer, **more)._replace(question=VERSION)


@pytest.mark.parametrize(
    ("text", "so"),
    [
        ("PowerDNS Authoritative Server 4.7.3", True),
        ("PowerDNS Authoritative Server 4.1.6 (built Jan  1 2019 10:00:00 by root@a)", True),
        ("Served by PowerDNS - https://www.powerdns.com/", True),
        ("POWERDNS", True),
        ("PowerDNS Recursor 4.8.8", False),
        ("9.18.49-1~deb12u3-Debian", False),
        ("NSD 4.6.1", False),
        ("not PowerD NS", False),
        ("", False),
    ],
)
def test_powerdns_is_known_by_what_it_says_it_is(text, so):
    assert says_powerdns(version(text)) is so


def test_of_an_answer_in_another_class_only_its_records_count():
    wire = packets.query(VERSION, id=7, recursion=False)
    asked = dns.message.from_wire(wire)
    assert asked.question[0].rdclass == dns.rdataclass.CH
    answer = dns.message.make_response(asked)
    for of_class, text in (("CH", "PowerDNS"), ("IN", "BIND")):
        answer.answer.append(dns.rrset.from_text("version.bind.", 5, of_class, "TXT", text))
    seen = packets.read(answer.to_wire(), NEW[0], VERSION, id=7, transport="udp", at=at(0), ms=1)
    assert [rrset.values for rrset in seen.answer] == [("PowerDNS",)] and says_powerdns(seen)


def test_whoever_says_nothing_of_itself_is_unknown():
    assert not says_powerdns(version("PowerDNS", rcode="SERVFAIL"))
    assert not says_powerdns(said(NEW[0], "SOA", ())._replace(question=VERSION))
    # What another question was answered says nothing of the program.
    assert not says_powerdns(version("PowerDNS")._replace(question=Question("version.bind", "TXT")))


def test_an_edit_in_place_is_waited_for_twenty_seconds_longer_where_a_powerdns_answers():
    # V = 300 s; the edit is seen at 50 s at both.
    seen = [*switched(), *serves(NEW[0], A_OLD), *serves(NEW[1], A_OLD)]
    seen += [*serves(NEW[0], seconds=50), *serves(NEW[1], seconds=50)]
    assert judge(seen, 60, EDIT).eta.at == at(350)
    eta = judge(seen, 60, POWERDNS).eta
    assert (eta.at, eta.reason) == (at(370), "edited_in_place")
    for language in LANGUAGES.values():
        told = [language.text(message) for message in eta.working]
        assert any("PowerDNS" in line and NEW[0].address in line and "20 s" in line for line in told)
        assert "20 + 300 = 320 s" in told[-1]


def test_a_powerdns_that_had_the_new_data_before_the_last_server_is_waited_for_no_longer_than_it_needs():
    seen = [*switched(), *serves(NEW[0], A_OLD), *serves(NEW[1], A_OLD)]
    seen += serves(NEW[0], seconds=50)
    for late, end in ((55, 50 + 20 + 300), (70, 70 + 300), (100, 100 + 300)):
        told = [*seen, *serves(NEW[1], A_OLD, seconds=late - 1), *serves(NEW[1], seconds=late)]
        assert judge(told, 110, POWERDNS).eta.at == at(end)


def test_what_was_read_before_an_hour_that_was_told_may_be_kept_for_a_minute_and_the_packet_for_longer():
    told = replace(POWERDNS, switched_at=at(-1000))
    # Long over: what was seen since says nothing else.
    assert judge(consistent(), 10, told).eta.at == at(-1000 + 60 + 20 + 300)
    # Seen new at once, so what it had read has ended.
    told = replace(POWERDNS, switched_at=at(-5))
    assert judge(consistent(), 10, told).eta.at == at(0 + 20 + 300)


def test_nothing_is_waited_for_where_nothing_changes():
    unchanged = replace(RECORDED, rrsets=(replace(RECORDED.rrsets[0], values=A_NEW),))
    assert judge(consistent(), 1, POWERDNS, unchanged).eta.at == at(0)


def test_old_servers_that_are_powerdns_are_waited_for_once_they_have_the_new_data():
    change = replace(SWITCH, powerdns=frozenset({OLD.address}))
    seen = [*consistent(), said(OLD, "A", A_OLD, 10), said(OLD, "A", A_NEW, 50)]
    assert judge(seen, 60, SWITCH).eta.at == at(350)
    eta = judge(seen, 60, change).eta
    assert (eta.at, eta.reason) == (at(370), "old_servers_new")


def test_the_caches_of_a_powerdns_do_not_lengthen_the_end_of_the_old_delegation():
    change = replace(SWITCH, powerdns=frozenset({OLD.address, NEW[0].address}))
    seen = [*consistent(), said(OLD, "A", A_OLD, 10)]
    assert judge(seen, 60, change).eta.at == judge(seen, 60, SWITCH).eta.at == at(1300)


def test_a_new_powerdns_that_got_the_data_just_before_the_switch_may_give_the_others_just_after_it():
    # V and the delegation last for a second only; the wrong data had 300 s.
    old = replace(
        RECORDED, parent_ns_ttl=1, child_ns_ttl=1, address_ttl=1, rrsets=(replace(RECORDED.rrsets[0], ttl=1),)
    )
    before = [refers(parent, OLD_NAMES, -10) for parent in PARENTS]
    wrong = said(NEW[0], "A", ("10.0.0.9",), -10, ttl=300)
    seen = [*before, wrong, *serves(NEW[0], seconds=-5), *serves(NEW[1], seconds=-5), *switched(), *consistent(1)]
    assert judge(seen, 10, SWITCH, old).eta.at == at(2)
    eta = judge(seen, 10, replace(SWITCH, powerdns=frozenset({NEW[0].address})), old).eta
    assert (eta.at, eta.reason) == (at(-5 + 20 + 300), "corrected_late")


def test_a_copied_ns_set_mended_late_at_a_powerdns_leads_away_for_as_much_longer():
    change = replace(SWITCH, powerdns=frozenset({NEW[0].address}))
    seen = [*consistent(), *serves(NEW[0], seconds=5, names=OLD_NAMES), *serves(NEW[0], seconds=2000)]
    # NS sets are handed out with 60 s, V = 300 s.
    assert judge(seen, 2010, SWITCH).eta.at == at(2000 + 60 + 300)
    eta = judge(seen, 2010, change).eta
    assert (eta.at, eta.reason) == (at(2000 + 20 + 60 + 300), "corrected_late")
