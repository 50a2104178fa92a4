"""What was asked only in part, cut, or not at all, is said, and weighs more than a notice."""

import dataclasses
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cutover.asking import names_asked
from core.cutover.asking import old_zone as asking_old_zone
from core.cutover.asking.addresses_of import MOST, Found
from core.cutover.judging.comparison import compare
from core.cutover.judging.mail_server_findings import find as find_mail
from core.cutover.judging.web_findings import find as find_pages
from core.cutover.judging.zone_findings import find
from core.cutover.probes import PORTS, Failure, Mailbox, Spoken
from core.cutover.zones import Source
from core.dns.observation import Observation, Question, Rrset
from tests.cutover_served import at
from tests.cutover_zones import (
    A_NEW,
    A_OLD,
    ASKED,
    FILE,
    MAP,
    NEW,
    NOW,
    OLD,
    WEIGHTS,
    ZONE,
    new_zone,
    old_zone,
    rcode,
    timeout,
    without_aa,
)
from tests.test_cutover_asking_old_zone import APEX, KNOWN, from_file, gathered
from tests.test_cutover_look import AA, Engine, Walk, finder, spoken_to
from tests.test_cutover_mail_findings import CLEAN as CLEAN_MAIL
from tests.test_cutover_web_findings import NOW as WEB_NOW
from tests.test_cutover_web_findings import bad
from tests.test_cutover_web_findings import pages as web_pages

MANY = tuple(f"203.0.113.{n}" for n in range(1, MOST + 2))


def weights(findings):
    return {(one.tag, one.name): WEIGHTS.of(one) for one in findings}


# -- addresses


def a_records(name, addresses):
    return "".join(f"\n{name} A {address}" for address in addresses)


def test_a_host_with_more_addresses_than_are_asked_says_so():
    old = old_zone()
    found = finder(old, new_zone(old, NEW + a_records("mail", MANY))).new_side(f"mail.{ZONE}")
    assert found.cut and len(found.addresses) == MOST
    assert not finder(old).new_side(f"mail.{ZONE}").cut
    many = Walk(mx_other_example=(("A", 60, MANY),), few_other_example=(("A", 60, MANY[:MOST]),))
    assert finder(walk=many).new_side("mx.other.example").cut
    assert finder(walk=many).new_side("few.other.example") == Found(MANY[:MOST])


@pytest.mark.parametrize("side", ["old", "new"])
def test_a_mail_host_with_more_addresses_than_are_asked_is_not_ready(side):
    before = OLD + (a_records("mail", MANY) if side == "old" else "")
    after = NEW + (a_records("mail", MANY) if side == "new" else "")
    old = old_zone(before)
    assert weights(spoken_to(old=old, new=new_zone(old, after)).findings)["not_all_asked", f"mail.{ZONE}"] == "accept"


def test_a_site_with_more_addresses_than_are_asked_is_not_ready():
    old = old_zone()
    found = spoken_to(old=old, new=new_zone(old, NEW + a_records("@", MANY)))
    assert weights(found.findings)["not_all_asked", ZONE] == "accept"


def test_addresses_of_one_kind_that_nobody_told_are_said_beside_those_of_the_other():
    def tells(server, question):
        if question.type == "AAAA":
            return None
        own = (Rrset(question.name, "A", 60, (A_NEW,)),) if question.type == "A" else ()
        return Observation(server, question, NOW, "NOERROR", AA, own)

    lines = OLD.replace("www CNAME firma.pl", f"www A {A_OLD}")
    old = old_zone(lines)
    found = spoken_to(old=old, new=new_zone(old, lines.replace(A_OLD, A_NEW)), engine=Engine(tells))
    assert {(one.tag, one.name) for one in found.findings} >= {
        ("not_all_asked", f"{label}{ZONE}") for label in ("", "www.", "mail.")
    }


def test_a_host_elsewhere_of_which_only_one_kind_of_addresses_was_told_is_not_wholly_known():
    class Deaf(Walk):
        def addresses(self, name):
            super().addresses(name)
            self.said = [o for o in self.said if o.question.type == "A"]

    walk = Deaf(mx_other_example=(("A", 60, ("8.8.8.8",)),))
    assert finder(walk=walk).new_side("mx.other.example") == Found(("8.8.8.8",), known=False)
    # Where mail stays there, the switch changes nothing.
    lines = OLD.replace("mail.firma.pl", "mx.other.example")
    old = old_zone(lines)
    assert spoken_to(old=old, new=new_zone(old, lines), walk=walk).findings == []
    assert weights(spoken_to(old=old_zone(), new=new_zone(old_zone(), lines), walk=walk).findings) == {
        ("not_all_asked", "mx.other.example"): "accept"
    }


def test_aliases_that_go_on_longer_than_they_are_followed_are_not_known():
    chain = "".join(f"\na{n} CNAME a{n + 1}.firma.pl" for n in range(12))
    assert not finder(old_zone(chain)).old_side(f"a0.{ZONE}").known


# -- the old zone


def test_names_of_a_whole_file_leave_room_for_those_that_are_guessed(monkeypatch):
    monkeypatch.setattr(names_asked, "NAMES_MAX", 60)
    monkeypatch.setattr(asking_old_zone, "NAMES_MAX", 60)
    lines = [f"n{n} A 192.0.2.9" for n in range(59)]
    with at("127.0.8.1", APEX, *lines) as (served, _):
        old = gathered(served.server(), wanted=from_file("\n".join((APEX, *lines))))
    assert old.complete and not old.cut and old.asked >= len(KNOWN)


def test_sets_of_a_file_that_nobody_compared_with_what_is_served_are_said(monkeypatch):
    monkeypatch.setattr(asking_old_zone, "NAMES_MAX", 5)
    lines = [f"n A 192.0.2.{n}\nn{n} TXT x" for n in range(20)]
    with at("127.0.8.1", APEX, *"\n".join(lines).split("\n")) as (served, _):
        old = gathered(served.server(), wanted=from_file("\n".join((APEX, *lines))))
    assert len(old.silent) > 5


def zone_findings(old, **more):
    new = new_zone(old)
    return find(old, new, compare(old, new, MAP), MAP)


@pytest.mark.parametrize("sources", [(FILE,), (FILE, ASKED)])
def test_a_file_that_was_not_compared_with_what_is_served_is_not_ready(sources):
    clean = old_zone(sources=sources)
    assert "old_file_unchecked" not in [one.tag for one in zone_findings(clean)]
    silent = dataclasses.replace(clean, silent=(Question(ZONE, "SOA"),))
    assert weights(zone_findings(silent))["old_file_unchecked", ZONE] == "accept"
    transferred = dataclasses.replace(silent, sources=(*sources, Source("transfer", "192.0.2.53", 9, complete=True)))
    assert "old_file_unchecked" not in [one.tag for one in zone_findings(transferred)]


# -- MX under another name


@pytest.mark.parametrize(
    ("before", "after", "state"),
    [
        ("0 firma.pl", "10 mail.firma.pl", "moved"),
        ("10 a.firma.pl\n@ MX 20 b.firma.pl", "10 b.firma.pl\n@ MX 20 mail.firma.pl", "different"),
        ("10 mail.firma.pl\n@ MX 20 b.firma.pl", "10 www2.firma.pl\n@ MX 20 b.firma.pl", "moved"),
        ("10 mail.firma.pl", "20 mail.firma.pl", "different"),
        ("10 firma.pl", "10 mail.firma.pl\n@ MX 20 b.firma.pl", "different"),
        ("10 firma.pl", "10 old.firma.pl", "different"),
        ("10 firma.pl", "10 mx.other.pl", "different"),
        ("10 mx.other.pl", "10 mail.firma.pl", "different"),
    ],
)
def test_an_mx_that_leads_to_the_mapped_address_under_another_name_has_moved(before, after, state):
    more = "\nb A 192.0.2.7\na A {0}\nwww2 A {0}\nold A 192.0.2.1"
    old = old_zone(OLD.replace("10 mail.firma.pl", before) + more.format(A_OLD))
    new = new_zone(old, NEW.replace("10 mail.firma.pl", after) + more.format(A_NEW))
    (one,) = [one for one in compare(old, new, MAP) if one.type == "MX"]
    assert one.state == state


# -- mail


def spoken(host, address, **failures):
    return [
        Spoken(host, address, service, failure=failures.get(service, failures.get("all", "")), banner="")
        for service in PORTS
    ]


def test_ports_of_programs_that_lack_are_told_where_no_old_service_answered_to_say_that_it_had_none():
    new = spoken(f"mail.{ZONE}", A_NEW, all="refused", smtp="")
    tags = lambda old: [one.tag for one in find_mail(new, (), old) if one.tag.startswith("mail_old")]  # noqa: E731
    assert tags(spoken(f"mail.{ZONE}", A_OLD, all="timeout")) == ["mail_old_unseen"]
    assert tags(spoken(f"mail.{ZONE}", A_OLD, all="not_asked")) == ["mail_old_unseen"]
    assert tags(spoken(f"mail.{ZONE}", A_OLD, all="refused")) == []
    assert tags(spoken(f"mail.{ZONE}", A_OLD, all="timeout", smtp="")) == []
    assert tags([]) == [] and WEIGHTS.weight["mail_old_unseen"] == "accept"


# -- whatever is planted: pages, mail servers, mailboxes that did not answer, or in part

FAILURES = [one for one in get_args(Failure) if one]
SURE = ("refused", "tls", "not_spoken")
"""By these a server says that it has no such site."""


def verdict(findings):
    return WEIGHTS.verdict(findings)


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("which", ["new", "new_secure", "new_plain"])
def test_a_page_of_the_new_side_that_did_not_come_is_never_ready(failure, which):
    assert verdict(find_pages(web_pages(**{which: {"down": failure}}), WEB_NOW)) != "ready"


@pytest.mark.parametrize("failure", FAILURES)
def test_a_site_of_which_the_old_side_showed_nothing_is_never_ready(failure):
    assert verdict(find_pages(web_pages(old={"down": failure}), WEB_NOW)) != "ready" or failure == "refused"


@pytest.mark.parametrize("failure", [one for one in FAILURES if one not in SURE])
@pytest.mark.parametrize(
    "wrong",
    [{"certificate": bad("self_signed")}, {"default": "Plesk"}, {"status": 404}, {"words": frozenset((1, 2, 3))}],
)
@pytest.mark.parametrize("half", ["secure", "plain"])
def test_half_of_a_site_that_the_old_side_did_not_show_is_ready_only_where_the_new_halves_are_alike(
    failure, wrong, half
):
    silent = {f"old_{half}": {"down": failure}}
    assert verdict(find_pages(web_pages(**silent), WEB_NOW)) == "ready"
    if half == "secure" or "certificate" not in wrong:
        assert verdict(find_pages(web_pages(**silent, **{f"new_{half}": wrong}), WEB_NOW)) != "ready"


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("service", PORTS)
def test_a_mail_service_that_did_not_answer_is_never_ready_where_the_old_host_has_it(failure, service):
    old = [dataclasses.replace(one, address="192.0.2.25") for one in CLEAN_MAIL.values()]
    planted = dataclasses.replace(
        CLEAN_MAIL[service], failure=failure, banner="", starttls=None, certificate=None, why=""
    )
    new = [planted if one.service == service else one for one in CLEAN_MAIL.values()]
    assert verdict(find_mail([*CLEAN_MAIL.values()], (), old)) == "ready" != verdict(find_mail(new, (), old))


@pytest.mark.parametrize("state", ["missing", "any", "unknown"])
@pytest.mark.parametrize("code", [None, 250, 252, 421, 450, 550])
def test_a_mailbox_that_is_not_known_is_never_ready(state, code):
    box = Mailbox("anna@firma.example", "mx.firma.example", state, code, "silent" if code is None else f"{code} x")
    assert verdict(find_mail([*CLEAN_MAIL.values()], [box])) != "ready"


@given(st.data())
def test_a_new_server_that_is_silent_on_any_record_of_the_old_zone_is_never_ready(data):
    old = old_zone()
    keys = sorted(key for key in old.sets if key != (ZONE, "NS"))
    silent = data.draw(st.lists(st.sampled_from(keys), min_size=1, unique=True))
    broken = data.draw(st.sampled_from((timeout, lambda *keys: rcode("SERVFAIL", *keys), without_aa)))
    new = new_zone(old, NEW, NEW, second=broken(*silent))
    assert verdict(find(old, new, compare(old, new, MAP), MAP)) != "ready"
