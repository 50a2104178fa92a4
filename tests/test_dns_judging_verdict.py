"""A change of the DNS judged: every state and its boundary, every finding, and what must never mislead."""

import datetime as dt
import re
from dataclasses import replace
from typing import get_args

import dns.dnssec
import dns.rdata
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import datafiles
from core.dns.change import Aside, ChangeSet, Expected, Old, OldRrset, same_values
from core.dns.judging.eta import Eta, Reason
from core.dns.judging.findings import TAGS, Finding, parse_severities
from core.dns.judging.resolvers import IN_A_ROW
from core.dns.judging.serial import compare_serials
from core.dns.judging.status import status_of
from core.dns.judging.verdict import verdict
from core.dns.observation import Observation, Question, Rrset, Server
from core.ground.messages import InputError
from core.language import ENGLISH, POLISH
from tests.signing import USUAL, SignedZone, Signer, Signing

START = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
ZONE, WWW = "firma.pl", "www.firma.pl"
NEW_NAMES, OLD_NAMES = ("ns1.new.pl", "ns2.new.pl"), ("ns1.old.pl",)
PARENTS = Server("parent", "127.0.2.1", name="a.dns.pl"), Server("parent", "127.0.2.2", name="b.dns.pl")
NEW = tuple(Server("authoritative", f"127.0.4.{n}", name=name) for n, name in enumerate(NEW_NAMES, 1))
OLD = Server("authoritative", "127.0.3.1", name="ns1.old.pl")
RESOLVERS = Server("resolver", "127.0.5.1", id="one"), Server("resolver", "127.0.5.2", id="two")
A_NEW, A_OLD = ("10.0.0.2",), ("10.0.0.1",)
EXPECTED = Expected(WWW, "A", A_NEW)
SWITCH = ChangeSet(ZONE, (EXPECTED,), NEW_NAMES)
EDIT = ChangeSet(ZONE, (EXPECTED,))
# N = 1000 s, V = 300 s, neg = 60 s.
RECORDED = Old(1000, 900, 800, 60, (OldRrset(WWW, "A", 300, A_OLD),), ("127.0.3.1",))
KEY = "257 3 13 mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ=="
OTHER_DS = "12345 13 2 " + "ab" * 32
AA = frozenset({"AA"})


def at(seconds):
    return START + dt.timedelta(seconds=seconds)


def said(server, type, values, seconds=0, ttl=60, name=None, **more):
    name = name or (WWW if type == "A" else ZONE)
    more.setdefault("flags", AA if server.role == "authoritative" else frozenset())
    answer = (Rrset(name, type, ttl, tuple(values)),) if values else ()
    given = {"rcode": "NOERROR", "answer": answer, **more}
    return Observation(server, Question(name, type), at(seconds), **given)


def failed(server, type="A", seconds=0, failure="timeout", **more):
    return said(server, type, (), seconds, rcode=None, failure=failure, **more)


def refers(parent, names, seconds=0, **more):
    authority = (Rrset(ZONE, "NS", 1000, tuple(names)),) if names else ()
    more.setdefault("flags", frozenset() if names else AA)
    return said(parent, "NS", (), seconds, authority=authority, **more)


def serves(server, values=A_NEW, seconds=0, serial=7, names=NEW_NAMES):
    soa = f"ns1.new.pl host.new.pl {serial} 1 1 1 60"
    return [
        said(server, "SOA", (soa,), seconds),
        said(server, "NS", names, seconds),
        said(server, "A", values, seconds),
    ]


def switched(seconds=0):
    return [refers(parent, NEW_NAMES, seconds) for parent in PARENTS]


def consistent(seconds=0):
    return [*switched(seconds), *serves(NEW[0], seconds=seconds), *serves(NEW[1], seconds=seconds)]


def samples(*values, resolver=RESOLVERS[0], begin=0, **more):
    return [said(resolver, "A", given, begin + n, **more) for n, given in enumerate(values)]


def judge(observations, seconds=0, change=SWITCH, old=RECORDED):
    return verdict(change, old, observations, at(seconds))


def tags(found):
    return [finding.tag for finding in found.findings]


def faults(found):
    """What was found beside how long the old servers are needed."""
    return [tag for tag in tags(found) if tag != "old_servers_needed"]


def about(found, tag):
    return [finding.server for finding in found.findings if finding.tag == tag]


OLD_SERVES_OLD, OLD_SERVES_NEW, OLD_DEAD = said(OLD, "A", A_OLD), said(OLD, "A", A_NEW, 50), failed(OLD)


# -- States and their boundaries


def test_without_any_answer_of_the_parent_nothing_can_be_told():
    for observations in ([], serves(NEW[0]), [failed(parent, "NS") for parent in PARENTS]):
        found = judge(observations)
        assert (found.state, found.published, found.eta.at) == ("unknown", None, None)


def test_one_parent_server_with_the_old_delegation_keeps_it_unpublished():
    found = judge([refers(PARENTS[0], NEW_NAMES), refers(PARENTS[1], OLD_NAMES), *serves(NEW[0]), *serves(NEW[1])])
    assert (found.state, found.eta.at, found.eta.reason) == ("unpublished", None, "not_published")
    assert about(found, "parent_disagrees") == [PARENTS[1]]


def test_a_part_of_the_new_servers_is_not_the_new_delegation():
    assert judge([refers(parent, NEW_NAMES[:1]) for parent in PARENTS]).state == "unpublished"


def test_published_is_counted_from_the_last_parent_server():
    seen = [refers(PARENTS[0], OLD_NAMES, -5), *switched(0)[:1], refers(PARENTS[1], OLD_NAMES, 20)]
    found = judge([*seen, refers(PARENTS[1], NEW_NAMES, 30), refers(PARENTS[1], NEW_NAMES, 40)])
    assert (found.state, found.switched) == ("published", at(30))


def test_a_delegation_taken_back_and_given_again_counts_from_the_second_time():
    seen = [refers(PARENTS[0], names, n) for n, names in enumerate((NEW_NAMES, OLD_NAMES, NEW_NAMES))]
    assert judge(seen).switched == at(2)


def test_the_moment_told_counts_unless_the_old_delegation_was_seen_later():
    told = replace(SWITCH, switched_at=at(-500))
    assert judge(switched(), change=told).switched == at(-500)
    assert judge([refers(PARENTS[0], OLD_NAMES, -1), *switched()], change=told).switched == at(0)


def test_the_old_delegation_seen_at_the_very_moment_told_is_seen_later():
    told = replace(SWITCH, switched_at=at(-1))
    assert judge([refers(PARENTS[0], OLD_NAMES, -1), *switched()], change=told).switched == at(0)


def test_a_parent_server_that_falls_silent_takes_nothing_back():
    found = judge([*consistent(), failed(PARENTS[0], "NS", 5)])
    assert (found.published, found.switched) == (True, at(0))


def test_names_of_servers_compare_without_case_and_last_dot():
    change = replace(SWITCH, new_servers=("NS2.New.PL.", "ns1.new.pl"))
    assert judge(consistent(), change=change).state == "consistent"


def test_all_delegated_servers_in_agreement_make_it_consistent():
    found = judge([*consistent(), OLD_SERVES_OLD])
    assert (found.state, found.published, found.consistent, found.expired) == ("consistent", True, True, False)


def test_a_delegated_server_nobody_asked_leaves_it_published():
    found = judge([*switched(), *serves(NEW[0])])
    assert (found.state, found.consistent, tags(found)[0]) == ("published", None, "not_asked")


@pytest.mark.parametrize(
    ("old_server", "old", "bound", "reason"),
    [
        ([OLD_SERVES_OLD], RECORDED, 1300, "old_servers_old"),
        ([OLD_DEAD], RECORDED, 1300, "old_servers_dead"),
        ([], RECORDED, 1300, "old_servers_unseen"),
        ([OLD_SERVES_OLD, OLD_SERVES_NEW], RECORDED, 350, "old_servers_new"),
        ([OLD_SERVES_OLD], replace(RECORDED, rrsets=(OldRrset(WWW, "A", None, ()),)), 1060, "old_servers_old"),
        ([OLD_SERVES_OLD], replace(RECORDED, rrsets=(OldRrset(WWW, "A", 300, A_NEW),)), 1000, "old_servers_old"),
        ([OLD_SERVES_NEW], replace(RECORDED, child_ns_ttl=None), 350, "old_servers_new"),
        ([OLD_SERVES_OLD], replace(RECORDED, child_ns_ttl=7000), 7300, "old_servers_old"),
        ([OLD_SERVES_OLD], replace(RECORDED, address_ttl=8000), 8300, "old_servers_old"),
    ],
)
def test_the_old_data_ends_at_the_bound_and_not_a_second_before(old_server, old, bound, reason):
    observations = [*consistent(), *old_server]
    before, there = judge(observations, bound - 1, old=old), judge(observations, bound, old=old)
    assert (before.state, there.state) == ("consistent", "expired")
    assert (there.eta.at, there.eta.reason) == (at(bound), reason)
    assert there.propagated and not before.propagated


def test_the_working_adds_up_to_the_eta():
    eta = judge([*consistent(), OLD_SERVES_OLD]).eta
    assert [message.id for message in eta.working] == [
        "dns.working.delegation",
        "dns.working.record",
        "dns.working.total",
    ]
    total = eta.working[-1].values
    assert total == {"sum": "1000 + 300", "seconds": 1300} and eta.start == at(0)


def test_old_servers_with_new_data_that_fall_silent_bring_the_delegation_back_into_the_bound():
    found = judge([*consistent(), OLD_SERVES_NEW, failed(OLD, seconds=60)])
    assert (found.serving, found.eta.at) == ("dead", at(1300))


SECOND_OLD = Server("authoritative", "127.0.3.2", name="ns2.old.pl")
TWO_OLD = replace(RECORDED, servers=("127.0.3.1", "127.0.3.2"))


def test_old_servers_have_the_new_data_once_the_last_of_them_has():
    later = [said(SECOND_OLD, "A", A_OLD, 60), said(SECOND_OLD, "A", A_NEW, 80)]
    assert judge([*consistent(), OLD_SERVES_NEW, *later], old=TWO_OLD).eta.at == at(380)


def test_an_old_server_that_is_silent_may_come_back_with_old_data():
    found = judge([*consistent(), OLD_SERVES_NEW, failed(SECOND_OLD)], old=TWO_OLD)
    assert (found.serving, found.eta.at) == ("dead", at(1300))
    found = judge([*consistent(), OLD_SERVES_NEW], old=TWO_OLD)
    assert (found.serving, found.eta.at) == ("unseen", at(1300))


def test_an_old_server_with_old_data_counts_beside_one_with_new():
    found = judge([*consistent(), OLD_SERVES_NEW, said(SECOND_OLD, "A", A_OLD)], old=TWO_OLD)
    assert (found.serving, found.eta.at) == ("old", at(1300))


def test_truncated_answers_of_an_old_server_are_no_old_data():
    rounds = [
        observation
        for n in (50, 90)
        for observation in (
            said(OLD, "A", (), n, flags=AA | {"TC"}),
            said(OLD, "A", A_NEW, n, transport="tcp"),
        )
    ]
    assert judge([*consistent(), *rounds]).eta.at == at(350)


def test_an_edit_in_place_counts_from_the_last_server_that_got_it():
    parents = [refers(parent, NEW_NAMES, -90) for parent in PARENTS]
    late = [*serves(NEW[1], A_OLD, -60), *serves(NEW[1], A_NEW, 40), *serves(NEW[1], A_NEW, 80)]
    observations = [*parents, *serves(NEW[0], seconds=-30), *late]
    assert judge(observations, 339, EDIT).state == "consistent"
    found = judge(observations, 340, EDIT)
    assert (found.state, found.eta.at, found.eta.reason) == ("expired", at(340), "edited_in_place")


def test_an_edit_waits_for_all_servers():
    parents = [refers(parent, NEW_NAMES) for parent in PARENTS]
    found = judge([*parents, *serves(NEW[0]), *serves(NEW[1], A_OLD)], 10_000, EDIT)
    assert (found.state, found.eta.reason) == ("published", "not_consistent")


def test_a_new_server_corrected_after_the_switch_counts_from_its_correction():
    wrong = [*switched(), *serves(NEW[0]), *serves(NEW[1], A_OLD, 10)]
    corrected = [*wrong, *serves(NEW[1], A_NEW, 1200), OLD_SERVES_OLD]
    found = judge(corrected, 1499)
    assert (found.state, found.eta.at, found.eta.reason) == ("consistent", at(1500), "corrected_late")
    assert judge(corrected, 1500).state == "expired"


def test_a_wrong_answer_of_a_new_server_is_waited_for_by_its_own_ttl():
    wrong = said(NEW[1], "A", ("10.9.9.9",), 10, ttl=5000)
    assert judge([*consistent(), wrong, *serves(NEW[1], seconds=20)]).eta.at == at(5020)


def test_the_ttl_of_the_corrected_answer_itself_delays_nothing():
    corrected = said(NEW[1], "A", A_NEW, 1200, ttl=5000)
    assert judge([*consistent(), said(NEW[1], "A", A_OLD, 10), corrected]).eta.at == at(1500)


def test_a_missing_record_at_a_new_server_is_waited_for_by_the_ttl_that_its_denial_carried():
    soa = (Rrset(ZONE, "SOA", 9000, ("ns1.new.pl host.new.pl 7 1 1 1 4000",)),)
    missing = said(NEW[1], "A", (), 10, rcode="NXDOMAIN", authority=soa)
    assert judge([*consistent(), missing, *serves(NEW[1], seconds=20)]).eta.at == at(9020)


def test_what_a_new_server_said_before_the_switch_is_waited_for_by_nobody():
    before = said(NEW[1], "A", A_OLD, -10, ttl=90_000)
    after = [said(NEW[1], "A", A_OLD, 10), said(NEW[1], "A", A_NEW, 1200)]
    assert judge([*consistent(), before, *after]).eta.at == at(1500)


def test_three_new_answers_in_a_row_at_every_resolver_are_observed():
    both = [*samples(*[A_NEW] * IN_A_ROW), *samples(A_OLD, *[A_NEW] * IN_A_ROW, resolver=RESOLVERS[1])]
    assert judge([*consistent(), *both], 1300).state == "observed"
    assert judge([*consistent(), *both[:-1]], 1300).state == "expired"
    assert judge([*consistent(), *both], 1299).state == "consistent"


@pytest.mark.parametrize(
    "unknown",
    [Old(), replace(RECORDED, parent_ns_ttl=None), replace(RECORDED, rrsets=())],
)
def test_without_the_old_ttls_only_resolvers_can_show_the_end(unknown):
    found = judge(consistent(), 10**8, old=unknown)
    assert (found.state, found.expired, found.eta.at, found.eta.reason) == ("consistent", None, None, "ttl_unknown")
    assert "ttl_unknown" in tags(found)
    assert judge([*consistent(), *samples(*[A_NEW] * IN_A_ROW)], old=unknown).state == "observed"
    assert judge([*consistent(), *samples(*[A_NEW] * (IN_A_ROW - 1))], old=unknown).state == "consistent"


def test_a_resolver_without_an_answer_is_left_out_and_never_old():
    for failure in ("timeout", "unreachable", "malformed"):
        silent = [failed(RESOLVERS[1], seconds=n, failure=failure) for n in range(9)]
        found = judge([*consistent(), *samples(*[A_NEW] * IN_A_ROW), *silent], 1300)
        assert found.state == "observed"
        assert {j.status for j in found.judged if j.observation.server == RESOLVERS[1]} <= {"timeout", "malformed"}


def test_a_silence_between_new_answers_does_not_break_the_row():
    row = [*samples(A_NEW, A_NEW), failed(RESOLVERS[0], seconds=2), *samples(A_NEW, begin=3)]
    assert judge([*consistent(), *row]).observed


def test_resolvers_that_are_all_silent_show_nothing():
    assert not judge([*consistent(), *(failed(server) for server in RESOLVERS)]).observed


@pytest.mark.parametrize("code", [3, 19])
def test_stale_answers_help_and_harm_nothing(code):
    stale = {"ede": ((code, ""),), "ttl": 30}
    assert not judge([*consistent(), *samples(*[A_NEW] * 9, **stale)]).observed
    row = [*samples(A_NEW, A_NEW), *samples(A_OLD, begin=2, **stale), *samples(A_NEW, begin=3)]
    assert judge([*consistent(), *row]).observed
    assert about(judge(row[:3]), "stale_answer") == [RESOLVERS[0]]


# -- Findings


def spoiled(*changes):
    """Everything consistent, then what the given observations say instead."""
    return [*consistent(), *changes]


def ds_at_parent(*values):
    return [said(parent, "DS", values) for parent in PARENTS]


def ds_of(key):
    made = dns.dnssec.make_ds(f"{ZONE}.", dns.rdata.from_text("IN", "DNSKEY", key), "SHA256")
    return made.to_text()


SIGNED = SignedZone(ZONE, at(2))
HOUR = dt.timedelta(hours=1)


def signed(how=USUAL, zone=SIGNED, ds=(), then=()):
    """Everything consistent, the zone signed so at one server."""
    return spoiled(*ds_at_parent(*(ds or SIGNED.ds)), zone.dnskeys(NEW[0]), zone.dnskeys(NEW[1], how), *then)


def www(values=A_NEW, **more):
    return SIGNED.says(NEW[1], "A", A_NEW, WWW, served=values, **more)


STANDBY = Signer("RSASHA256")
BESIDE = replace(SIGNED, keys=(*SIGNED.keys, STANDBY))


def fails(seconds, rcode="SERVFAIL", resolver=RESOLVERS[0]):
    return [said(resolver, "A", (), seconds, rcode=rcode)]


SOA_OF_ZONE = (Rrset(ZONE, "SOA", 60, ("x",)),)
ROUND = (Rrset(WWW, "CNAME", 60, (f"a.{ZONE}",)), Rrset(f"a.{ZONE}", "CNAME", 60, (WWW,)))
KEYS = [said(server, "DNSKEY", (KEY,)) for server in NEW]
ALL_OF_ONE = serves(NEW[1], seconds=1)
CASES = {
    "parent_unreachable": (spoiled(failed(Server("parent", "127.0.2.9"), "NS")), "consistent"),
    "not_delegated": ([refers(parent, ()) for parent in PARENTS], "unpublished"),
    "delegation_not_switched": ([refers(parent, OLD_NAMES) for parent in PARENTS], "unpublished"),
    "parent_disagrees": ([refers(PARENTS[0], NEW_NAMES), refers(PARENTS[1], OLD_NAMES)], "unpublished"),
    "ds_without_key": (spoiled(*ds_at_parent(OTHER_DS), *KEYS), "published"),
    "not_asked": ([*switched(), *serves(NEW[0])], "published"),
    "unreachable": (spoiled(*(o._replace(rcode=None, failure="timeout") for o in ALL_OF_ONE)), "published"),
    "refused": (spoiled(*(o._replace(rcode="REFUSED", answer=()) for o in ALL_OF_ONE)), "published"),
    "lame": (spoiled(*(o._replace(flags=frozenset(), answer=()) for o in ALL_OF_ONE)), "published"),
    "not_authoritative": (spoiled(*(o._replace(flags=frozenset()) for o in ALL_OF_ONE)), "published"),
    "question_failed": (spoiled(said(NEW[1], "A", (), 1, rcode="SERVFAIL")), "published"),
    "answers_change": (
        spoiled(*(said(NEW[1], "A", values, n) for n, values in enumerate((A_OLD, A_NEW, A_OLD, A_NEW), 1))),
        "published",
    ),
    "serial_differs": (spoiled(*serves(NEW[1], seconds=1, serial=6)), "consistent"),
    "ns_mismatch_parent_child": (spoiled(*serves(NEW[1], seconds=1, names=OLD_NAMES)), "published"),
    "record_differs": (spoiled(said(NEW[1], "A", (*A_NEW, *A_OLD), 1)), "published"),
    "truncated_without_tcp": (
        spoiled(said(NEW[1], "A", (), 1, flags=AA | {"TC"}), failed(NEW[1], seconds=1, transport="tcp")),
        "published",
    ),
    "ds_key_does_not_sign": (
        signed(Signing(by=SIGNED.keys), BESIDE, [STANDBY.ds(ZONE)]),
        "published",
    ),
    "ds_algorithm_unused": (
        signed(Signing(by=SIGNED.keys), BESIDE, [*SIGNED.ds, STANDBY.ds(ZONE)]),
        "consistent",
    ),
    "signature_expired": (signed(Signing(until=at(0) - HOUR)), "published"),
    "signature_expires": (signed(Signing(until=at(0) + HOUR)), "consistent"),
    "signature_not_yet": (signed(Signing(since=at(0) + HOUR)), "published"),
    # The right values, so that nothing else differs; what was signed is another.
    "signature_wrong": (signed(then=[SIGNED.says(NEW[1], "A", A_OLD, WWW, served=A_NEW)]), "published"),
    "signature_without_key": (signed(then=[www(how=Signing(by=[STANDBY]))]), "published"),
    "signature_missing": (signed(then=[www(how=Signing(by=()))]), "published"),
    "denial_unsigned": (
        signed(then=[SIGNED.says(NEW[1], "MX", (), WWW, Signing(by=()), proof=[("SOA", "a. b. 7 1 1 1 60")])]),
        "published",
    ),
    "signatures_unchecked": (signed(ds=["12345 23 2 " + "ab" * 32]), "consistent"),
    "no_edns": (spoiled(said(NEW[1], "A", A_NEW, 1, extension="none")), "consistent"),
    "tcp_fails": (spoiled(failed(NEW[1], transport="tcp")), "consistent"),
    "udp_fails": (
        spoiled(failed(NEW[1], seconds=1), said(NEW[1], "A", A_NEW, 1, transport="tcp")),
        "consistent",
    ),
    "old_servers_dead": (spoiled(OLD_DEAD), "consistent"),
    "old_servers_refuse": (spoiled(said(OLD, "A", (), rcode="REFUSED")), "consistent"),
    "old_servers_serve_old": (spoiled(OLD_SERVES_OLD), "consistent"),
    "old_servers_serve_new": (spoiled(OLD_SERVES_NEW), "consistent"),
    "bogus": (
        spoiled(
            *ds_at_parent(ds_of(KEY)),
            *KEYS,
            *fails(0),
            said(RESOLVERS[0], "A", A_NEW, 1, checking_disabled=True),
            *fails(2),
            said(RESOLVERS[0], "A", A_NEW, 3, checking_disabled=True),
        ),
        "consistent",
    ),
    "resolver_fails": (spoiled(*fails(0), *fails(1)), "consistent"),
    "resolver_unsure": (spoiled(*fails(0)), "consistent"),
    "resolver_denies": (spoiled(*fails(0, "NXDOMAIN"), *fails(1, "NXDOMAIN")), "consistent"),
    "alias_loop": (
        spoiled(*(said(server, "A", (), 1, answer=ROUND, rcode="NOERROR") for server in NEW)),
        "published",
    ),
    "alias_to_nowhere": (
        spoiled(
            *(
                said(
                    server, "A", (), 1, answer=ROUND[:1], rcode="NXDOMAIN", authority=(Rrset(ZONE, "SOA", 60, ("x",)),)
                )
                for server in NEW
            )
        ),
        "published",
    ),
    "old_servers_needed": (spoiled(OLD_SERVES_OLD), "consistent"),
    "asked_otherwise": (
        spoiled(said(RESOLVERS[0], "A", A_NEW, transport="dot", udp_failure="timeout")),
        "consistent",
    ),
    "no_ipv6": (
        spoiled(
            *(failed(PARENTS[0]._replace(address="2001:db8::1"), type, failure="no_ipv6") for type in ("NS", "DS"))
        ),
        "consistent",
    ),
    "stale_answer": (spoiled(said(RESOLVERS[0], "A", A_OLD, ede=((3, "stale"),))), "consistent"),
    "rising_ttl": (spoiled(*samples(A_OLD, ttl=50), *samples(A_OLD, begin=9, ttl=60)), "consistent"),
}


@pytest.mark.parametrize("tag", CASES)
def test_each_finding_arises_and_can_be_worded(tag):
    observations, state = CASES[tag]
    found = judge(observations)
    assert tag in tags(found) and found.state == state
    for language in (POLISH, ENGLISH):
        for message in (found.message, found.eta.message, *found.eta.working, *(f.message for f in found.findings)):
            text = language.text(message)
            assert not text.startswith("dns.") and "{" not in text and "None" not in text
    assert tag not in faults(judge(consistent())) or tag == "ttl_unknown"


TOLD = dict.fromkeys(
    (
        *("name", "type", "found", "wanted", "missing", "parent", "serial", "other", "key_tags", "hours", "resolvers"),
        *("addresses", "alias", "at", "types", "questions", "fault", "zone", "servers", "records", "until", "seconds"),
        "reason",
    ),
    "x",
)
"""A value for whatever a finding's text may ask for."""


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("language", [POLISH, ENGLISH], ids=lambda language: language.code)
def test_every_finding_says_what_it_means_and_what_is_to_be_done(tag, language):
    finding = Finding(tag, NEW[0], TOLD)
    meaning, todo = language.text(finding.message), language.text(finding.todo)
    assert meaning.endswith(".") and todo.endswith(".") and meaning != todo
    assert not re.search(r"dns\.finding|[{}]", meaning + todo)


def test_old_delegation_is_worded_where_nobody_told_of_the_new_servers():
    (finding,) = judge(
        [refers(parent, OLD_NAMES) for parent in PARENTS], change=replace(SWITCH, new_servers=())
    ).findings
    assert ENGLISH.text(finding.message).endswith("ns1.old.pl; it is to refer to: others.")


def test_old_servers_are_asked_for_nothing_more_when_nobody_is_led_to_them_any_more():
    switched_over = [*consistent(), OLD_SERVES_OLD]
    before, after = judge(switched_over, 100), judge(switched_over, 10_000)
    assert "old_servers_serve_old" in tags(before) and "old_servers_over" not in tags(before)
    assert "old_servers_over" in tags(after) and "old_servers_serve_old" not in tags(after)


def test_servers_that_shall_be_left_have_no_fault_in_having_the_old_records():
    waiting = [*(refers(parent, OLD_NAMES) for parent in PARENTS), *serves(OLD, A_OLD, names=OLD_NAMES)]
    found = judge(waiting)
    assert found.state == "unpublished" and "record_differs" not in tags(found)


def test_cache_that_may_fetch_the_old_data_anew_counts_nothing_down():
    edited = [*switched(), *serves(NEW[0]), *serves(NEW[1], A_OLD), *samples(A_OLD, ttl=50)]
    assert judge(edited, 1, change=EDIT).countdowns == ()
    assert judge([*consistent(), *samples(A_OLD, ttl=50)], 1, change=EDIT).countdowns != ()


def test_every_tag_has_a_test_and_a_severity():
    elsewhere = {
        "old_servers_over",
        "old_servers_feed",
        "old_servers_feed_on",
        "nobody_left",
        "glue_missing",
        "glue_partly_missing",
        "glue_disagrees",
        "glue_differs",
        "ds_disagrees",
        "bound_after_36h",
        "ttl_unknown",
        "resolver_still_old",
        "resolver_keeps_old",
        "servers_differ",
        "alias_ends_differ",
        "ns_set_differs",
        "set_aside",
        "spf_twice",
        "dmarc_twice",
        "zone_below",
        # tests/test_dns_judging_delegation.py
        *("single_server", "one_address", "ns_alias", "ns_partly_alias", "ns_without_address"),
        *("ns_partly_without_address", "apex_alias", "glue_unserved", "address_unserved", "ds_cached"),
    }
    assert CASES.keys() | elsewhere == set(TAGS) == datafiles.dns_severities().severity.keys()


def test_a_missing_severity_is_named():
    with pytest.raises(InputError) as caught:
        parse_severities('[severity]\nlame = "error"')
    assert "bogus" in ENGLISH.mistake(caught.value.errors[0])
    with pytest.raises(InputError):
        parse_severities('[severity]\nlame = "grave"')


def test_delegation_to_servers_inside_the_zone_alone_needs_glue_at_every_parent():
    names = (f"ns.{ZONE}",)
    change = replace(SWITCH, new_servers=names)
    glue = (Rrset(f"ns.{ZONE}", "A", 60, ("127.0.4.1",)),)
    without = [refers(PARENTS[0], names, additional=glue), refers(PARENTS[1], names)]
    found = judge(without, change=change)
    assert (found.state, about(found, "glue_missing")) == ("unpublished", [PARENTS[1]])
    assert judge([refers(parent, names, additional=glue) for parent in PARENTS], change=change).state == "published"


def test_one_server_with_an_address_is_enough_to_get_to_the_others():
    for other in ("ns2.new.pl", f"ns2.{ZONE}"):
        names = (f"ns.{ZONE}", other)
        glue = (Rrset(other, "A", 60, ("127.0.4.2",)),) if other.endswith(ZONE) else ()
        found = judge([refers(p, names, additional=glue) for p in PARENTS], change=replace(SWITCH, new_servers=names))
        assert found.published and about(found, "glue_partly_missing") == list(PARENTS)


def test_a_bound_after_36_hours_is_noticed_and_one_at_36_hours_is_not():
    for ttl, noticed in ((36 * 3600 - 300, False), (36 * 3600 - 299, True)):
        found = judge([*consistent(), OLD_SERVES_OLD], old=replace(RECORDED, parent_ns_ttl=ttl))
        assert ("bound_after_36h" in tags(found)) is noticed


def test_a_ds_that_belongs_to_a_key_is_no_finding_even_beside_another():
    import dns.dnssec
    import dns.rdata

    ds = dns.dnssec.make_ds(f"{ZONE}.", dns.rdata.from_text("IN", "DNSKEY", KEY), "SHA256").to_text()
    assert judge([*consistent(), *ds_at_parent(ds, OTHER_DS), *KEYS]).state == "consistent"
    same_tag = f"{ds.split()[0]} 13 2 {'ab' * 32}"
    assert "ds_without_key" in tags(judge([*consistent(), *ds_at_parent(same_tag), *KEYS]))


def test_a_ds_removed_from_the_parent_harms_no_more():
    removed = [said(parent, "DS", (), 9) for parent in PARENTS]
    assert judge([*consistent(), *ds_at_parent(OTHER_DS), *KEYS, *removed]).state == "consistent"


def test_keys_that_are_no_keys_do_not_crash():
    garbage = [said(server, "DNSKEY", ("257 3 13 !!", "x")) for server in NEW]
    assert "ds_without_key" in tags(judge([*consistent(), *ds_at_parent("nonsense"), *garbage]))


def test_truncation_with_working_tcp_is_no_fault():
    again = said(NEW[1], "A", A_NEW, 1, transport="tcp")
    assert judge(spoiled(said(NEW[1], "A", (), 1, flags=AA | {"TC"}), again)).state == "consistent"


def test_refetch_after_the_time_was_over_is_no_other_cache():
    again = [*consistent(), *samples(A_OLD, ttl=30), *samples(A_OLD, begin=60, ttl=30)]
    assert "rising_ttl" not in tags(judge(again, 61))
    early = [*consistent(), *samples(A_OLD, ttl=30), *samples(A_OLD, begin=20, ttl=30)]
    assert "rising_ttl" in tags(judge(early, 61))


def test_another_cache_behind_one_address_is_told_by_its_nsid_and_the_largest_ttl_is_kept():
    at_two = [*samples(A_OLD, ttl=50, nsid="x"), *samples(A_OLD, begin=9, ttl=60, nsid="y")]
    assert "rising_ttl" not in tags(judge(at_two))
    same = [*samples(A_OLD, ttl=90), *samples(A_OLD, begin=5, ttl=20)]
    (countdown,) = judge([*consistent(), OLD_SERVES_NEW, *same]).countdowns
    assert countdown.until == at(90)


def test_no_countdown_of_a_resolver_is_shown_while_the_old_servers_refill_it():
    assert judge([*consistent(), OLD_SERVES_OLD, *samples(A_OLD)]).countdowns == ()


def test_a_silence_over_udp_after_an_earlier_answer_over_tcp_is_a_silence():
    found = judge(spoiled(said(NEW[1], "A", A_NEW, transport="tcp"), failed(NEW[1], seconds=9)))
    assert about(found, "question_failed") == [NEW[1]] and "udp_fails" not in tags(found)


def test_an_answer_over_tcp_is_heard_before_the_silence_over_udp_beside_it_is_over():
    deaf = failed(NEW[1], seconds=13, ms=4000)
    before = spoiled(said(NEW[1], "A", A_OLD, 2), deaf, said(NEW[1], "A", A_NEW, 9, transport="tcp"))
    assert about(judge(before), "udp_fails") == [NEW[1]] and judge(before).state == "consistent"
    earlier = spoiled(deaf, said(NEW[1], "A", A_NEW, 8, transport="tcp"))
    assert about(judge(earlier), "question_failed") == [NEW[1]] and "udp_fails" not in tags(judge(earlier))


def test_an_answer_over_tcp_instead_of_udp_says_both():
    found = judge(spoiled(said(NEW[1], "A", A_NEW, 9, transport="tcp", udp_failure="timeout")))
    assert about(found, "udp_fails") == [NEW[1]] and found.state == "consistent"
    healed = judge([*spoiled(said(NEW[1], "A", A_NEW, 9, transport="tcp", udp_failure="timeout")), *consistent(20)])
    assert "udp_fails" not in tags(healed)


def test_a_server_that_was_silent_both_ways_and_is_back_fails_in_neither():
    silent = failed(NEW[1], seconds=1, transport="tcp", udp_failure="timeout")
    assert about(judge(spoiled(silent)), "question_failed") == [NEW[1]]
    assert not {"tcp_fails", "udp_fails", "question_failed"}.intersection(
        tags(judge([*spoiled(silent), *consistent(20)]))
    )


def test_an_address_that_could_not_be_asked_without_ipv6_takes_nothing_away():
    left_out = [failed(NEW[0]._replace(address="2001:db8::4"), type, 1, "no_ipv6") for type in ("A", "SOA", "NS")]
    found = judge(spoiled(*left_out))
    assert found.state == "consistent" and "2001:db8::4" in next(
        ENGLISH.text(f.message) for f in found.findings if f.tag == "no_ipv6"
    )


# -- Statuses and comparison


@pytest.mark.parametrize(
    ("observation", "status"),
    [
        (said(RESOLVERS[0], "A", A_NEW), "new"),
        (said(RESOLVERS[0], "A", A_OLD), "old"),
        (said(RESOLVERS[0], "A", ("10.9.9.9",)), "other"),
        (said(RESOLVERS[0], "A", (*A_NEW, *A_OLD)), "other"),
        (said(RESOLVERS[0], "A", (), rcode="NXDOMAIN"), "nxdomain"),
        (said(RESOLVERS[0], "A", ()), "nodata"),
        (said(RESOLVERS[0], "A", (), rcode="SERVFAIL"), "servfail"),
        (said(RESOLVERS[0], "A", (), rcode="REFUSED"), "refused"),
        (failed(RESOLVERS[0]), "timeout"),
        (failed(RESOLVERS[0], failure="malformed"), "malformed"),
    ],
)
def test_each_answer_has_its_own_status(observation, status):
    assert status_of(observation, EXPECTED, A_OLD) == status


def test_servfail_is_bogus_only_where_it_turns_noerror_without_checking():
    servfail = said(RESOLVERS[0], "A", (), rcode="SERVFAIL")
    assert status_of(servfail, EXPECTED, None, said(RESOLVERS[0], "A", A_NEW)) == "bogus"
    assert status_of(servfail, EXPECTED, None, servfail) == "servfail"


def test_a_record_to_be_removed_is_new_once_it_is_gone():
    gone = replace(EXPECTED, values=())
    assert status_of(said(RESOLVERS[0], "A", (), rcode="NXDOMAIN"), gone, A_OLD) == "new"
    assert status_of(said(RESOLVERS[0], "A", A_OLD), gone, A_OLD) == "old"


def test_an_alias_out_of_the_zone_is_enough_for_its_own_servers_only():
    expected = replace(EXPECTED, alias="Shop.Example.net.")
    alias = (Rrset(WWW, "CNAME", 60, ("shop.example.net",)),)
    assert status_of(said(NEW[0], "A", (), answer=alias), expected) == "new"
    assert status_of(said(RESOLVERS[0], "A", (), answer=alias), expected) == "nodata"


def test_values_compare_as_sets():
    assert same_values(("10.0.0.1", "10.0.0.2"), ("10.0.0.2", "10.0.0.1"))
    assert not same_values(("10.0.0.1",), ("10.0.0.1", "10.0.0.2"))


@pytest.mark.parametrize(
    ("one", "other", "order"),
    [
        (1, 2, -1),
        (2, 1, 1),
        (5, 5, 0),
        (2**32 - 1, 0, -1),
        (0, 2**32 - 1, 1),
        (0, 2**31 - 1, -1),
        (0, 2**31, None),
        (2**31, 0, None),
        (0, 2**31 + 1, 1),
    ],
)
def test_serials_wrap_around_and_half_way_is_undefined(one, other, order):
    assert compare_serials(one, other) == order


def test_a_serial_that_wrapped_is_the_newer_one():
    found = judge(spoiled(*serves(NEW[0], seconds=1, serial=2**32 - 1), *serves(NEW[1], seconds=1, serial=0)))
    assert about(found, "serial_differs") == [NEW[0]]


def test_serials_half_the_circle_apart_differ_for_both():
    found = judge(spoiled(*serves(NEW[0], seconds=1, serial=0), *serves(NEW[1], seconds=1, serial=2**31)))
    assert set(about(found, "serial_differs")) == set(NEW)


@pytest.mark.parametrize("serial", ["x", "٣", "-1", ""])
def test_a_serial_that_is_no_number_leaves_it_untold(serial):
    soa = said(NEW[0], "SOA", (f"ns1.new.pl host.new.pl {serial} 1 1 1 60",), 1)
    assert judge(spoiled(soa)).consistent is None


# -- What holds of any history

MOMENTS = st.integers(-400, 400)
SIGHTS = st.one_of(
    st.builds(refers, st.sampled_from(PARENTS), st.sampled_from([NEW_NAMES, OLD_NAMES, ()]), MOMENTS),
    st.builds(
        lambda server, values, seconds: said(server, "A", values, seconds),
        st.sampled_from([*NEW, OLD, *RESOLVERS]),
        st.sampled_from([A_NEW, A_OLD, ()]),
        MOMENTS,
    ),
    st.builds(
        lambda server, rcode, seconds: said(server, "A", (), seconds, rcode=rcode),
        st.sampled_from([*NEW, OLD, *RESOLVERS]),
        st.sampled_from(["NXDOMAIN", "SERVFAIL", "REFUSED"]),
        MOMENTS,
    ),
    st.builds(failed, st.sampled_from([*PARENTS, *NEW, OLD, *RESOLVERS]), st.sampled_from(["A", "NS"]), MOMENTS),
)
HISTORIES = st.lists(SIGHTS, max_size=12).flatmap(
    lambda sights: st.sampled_from([sights, [*consistent(-400), *sights], [*sights, *consistent(401)]])
)
CHANGES = st.sampled_from(
    [
        *(SWITCH, EDIT, replace(SWITCH, switched_at=at(-100)), replace(EDIT, switched_at=at(5))),
        replace(SWITCH, aside=(Aside("one", "powód"),)),
    ]
)
SWITCHES = st.sampled_from([SWITCH, replace(SWITCH, switched_at=at(-100))])
RANK = {"unknown": 0, "unpublished": 0, "published": 1, "consistent": 2, "expired": 3, "observed": 4}
TTLS = st.integers(0, 3000)


def recorded(parent, child, address, negative, ttl, existed):
    rrset = OldRrset(WWW, "A", ttl, A_OLD if existed else ())
    return Old(parent, child, address, negative, (rrset,), ("127.0.3.1",))


@given(HISTORIES, CHANGES, st.randoms(use_true_random=False))
def test_the_order_in_which_observations_arrive_does_not_matter(history, change, random):
    shuffled = random.sample(history, len(history))
    assert judge(history, 700, change) == judge(shuffled, 700, change)


@given(HISTORIES, CHANGES, st.integers(-500, 5000), st.integers(0, 5000))
def test_with_time_alone_the_state_never_goes_back(history, change, now, more):
    assert RANK[judge(history, now, change).state] <= RANK[judge(history, now + more, change).state]


@given(HISTORIES, CHANGES, st.integers(-500, 5000), st.integers(0, 5000))
def test_time_alone_makes_another_verdict_only_at_the_moments_that_a_verdict_tells(history, change, now, more):
    before, after = judge(history, now, change), judge(history, now + more, change)
    if not any(moment and at(now) < moment <= at(now + more) for moment in before.moments):
        assert before == after


@given(HISTORIES, CHANGES, st.tuples(*[TTLS] * 5), st.tuples(*[TTLS] * 5), st.booleans())
def test_longer_old_ttls_never_bring_an_earlier_eta(history, change, ttls, more, existed):
    longer = [ttl + extra for ttl, extra in zip(ttls, more, strict=True)]
    short = judge(history, 0, change, recorded(*ttls, existed)).eta.at
    long = judge(history, 0, change, recorded(*longer, existed)).eta.at
    assert (short is None) == (long is None)
    assert short is None or short <= long


@given(st.lists(SIGHTS, max_size=2), SWITCHES, st.integers(-400, 2000), st.lists(st.integers(0, 900), min_size=1))
def test_what_has_propagated_stays_so_when_the_old_servers_fall_silent(history, change, now, later):
    both_new = [*consistent(-400), said(OLD, "A", A_NEW, -400)]
    known = [o for o in [*both_new, *history] if o.at <= at(now)]
    silent = [failed(OLD, seconds=now + seconds) for seconds in later]
    after = judge([*known, *silent], now + 1000, change)
    assert after.propagated or not judge(known, now, change).propagated


@given(HISTORIES, CHANGES, st.lists(MOMENTS, min_size=1, max_size=4))
def test_a_resolvers_silence_never_takes_a_state_back(history, change, moments):
    stranger = Server("resolver", "127.0.5.9")
    silent = [failed(stranger, seconds=seconds) for seconds in moments]
    before, after = judge(history, 700, change), judge([*history, *silent], 700, change)
    assert (before.state, before.findings, before.eta) == (after.state, after.findings, after.eta)
    assert {j.status for j in after.judged if j.observation.server == stranger} == {"timeout"}


def test_zone_whose_servers_have_addresses_alone_that_nobody_here_can_reach_is_unknown():
    six = [server._replace(address=f"2001:db8::{n}") for n, server in enumerate(NEW, 1)]
    unasked = [failed(server, failure="no_ipv6") for server in six]
    assert judge([*switched(), *unasked]).state == "unknown"
    # One that could be asked is somebody.
    assert judge([*switched(), *unasked[1:], *serves(NEW[0])]).state != "unknown"


# -- what is not known is not well


def test_truncated_answer_that_fails_over_tcp_is_told_as_such_and_leaves_the_rest_of_the_server_alone():
    cut = failed(NEW[1], seconds=1, transport="tcp", flags=frozenset({"TC"}))
    found = judge([o for o in consistent() if (o.server, o.question.type) != (NEW[1], "A")] + [cut])
    told = {"truncated_without_tcp", "unreachable", "record_differs"}
    assert told.intersection(tags(found)) == {"truncated_without_tcp"}
    assert not found.consistent


def test_signed_zone_whose_keys_nobody_saw_is_not_known_to_be_consistent():
    signed = [*consistent(), *(said(parent, "DS", ("12345 13 2 " + "ab" * 32,)) for parent in PARENTS)]
    assert judge(signed).consistent is None
    assert judge([*signed, failed(NEW[1], "DNSKEY", seconds=1)]).consistent is False


def test_ds_that_no_parent_server_tells_leaves_consistency_open():
    assert judge([*consistent(), *(failed(parent, "DS") for parent in PARENTS)]).consistent is None
    assert judge([*consistent(), failed(PARENTS[0], "DS"), said(PARENTS[1], "DS", ())]).consistent


def test_edit_in_place_that_was_wrong_at_first_is_waited_for_by_the_ttl_of_what_was_wrong():
    change = ChangeSet(ZONE, SWITCH.expected, switched_at=at(0))
    wrong = said(NEW[0], "A", ("203.0.113.9",), 1, ttl=5000)
    right = [o for second in (2, 3) for o in consistent(second)]
    found = judge([*consistent(), wrong, *right], 10, change)
    assert found.eta.reason == "corrected_late" and found.eta.at == at(2 + 5000)


# -- what the parent's servers say beside the names

IN_ZONE = f"ns.{ZONE}"
IN_ZONE_SWITCH = replace(SWITCH, new_servers=(IN_ZONE, "ns2.new.pl"))


def glue(*addresses, name=IN_ZONE):
    return (Rrset(name, "A", 60, addresses),)


def refers_with(parent, addresses, seconds=0):
    return refers(parent, IN_ZONE_SWITCH.new_servers, seconds, additional=glue(*addresses))


def test_parent_servers_with_another_glue_keep_it_unpublished():
    seen = [refers_with(PARENTS[0], ["127.0.4.1"]), refers_with(PARENTS[1], ["127.0.9.9"])]
    found = judge(seen, change=IN_ZONE_SWITCH)
    # One against one: nobody knows which of them is right.
    assert (found.state, about(found, "glue_disagrees")) == ("unpublished", list(PARENTS))
    corrected = judge([*seen, refers_with(PARENTS[1], ["127.0.4.1"], 40)], change=IN_ZONE_SWITCH)
    assert (corrected.published, corrected.switched, faults(corrected)) == (True, at(40), [])


def test_parent_servers_with_another_ds_keep_it_unpublished():
    seen = [*consistent(), said(PARENTS[0], "DS", (OTHER_DS,)), said(PARENTS[1], "DS", ())]
    found = judge(seen)
    assert found.state == "unpublished" and about(found, "ds_disagrees")
    assert judge([*seen, said(PARENTS[0], "DS", (), 9)]).published


def test_ds_in_another_order_or_only_some_of_it_answered_is_no_disagreement():
    both = (OTHER_DS, OTHER_DS.replace("12345", "54321"))
    assert judge([*consistent(), said(PARENTS[0], "DS", both), said(PARENTS[1], "DS", both[::-1])]).published
    assert judge([*consistent(), said(PARENTS[0], "DS", both), failed(PARENTS[1], "DS")]).published


def test_glue_that_is_not_the_address_in_the_zone_itself_is_told_of_each_server():
    own = Server("authoritative", "127.0.4.1", name=IN_ZONE)
    parents = [refers_with(parent, ["127.0.4.1"]) for parent in PARENTS]
    serving = [o for server in (own, NEW[1]) for o in serves(server, names=IN_ZONE_SWITCH.new_servers)]
    seen = [*parents, *serving]
    stale = said(own, "A", ("127.0.4.9",), name=IN_ZONE)
    assert about(judge([*seen, stale], change=IN_ZONE_SWITCH), "glue_differs") == [own]
    right = judge([*seen, said(own, "A", ("127.0.4.1",), name=IN_ZONE)], change=IN_ZONE_SWITCH)
    assert (right.state, faults(right)) == ("consistent", [])


def test_parent_server_that_serves_the_zone_itself_owes_no_glue():
    names = IN_ZONE_SWITCH.new_servers
    own = [said(parent, "NS", names, flags=AA) for parent in PARENTS]
    found = judge(own, change=IN_ZONE_SWITCH)
    assert found.published and "glue_missing" not in tags(found)


# -- who is delegated to, and what may be believed


def test_name_server_s_former_address_counts_no_longer():
    before = Server("authoritative", "127.0.4.9", name=NEW_NAMES[0])
    seen = [*consistent(), said(before, "A", A_OLD, -5)]
    assert judge(seen).consistent is False
    change = replace(SWITCH, addresses=tuple(server.address for server in NEW))
    assert judge(seen, change=change).consistent


def test_what_a_zone_s_server_says_of_another_zone_s_name_is_not_believed():
    alias = (Rrset(WWW, "CNAME", 60, ("shop.example.net",)), Rrset("shop.example.net", "A", 60, A_NEW))
    seen = [*switched(), *serves(NEW[0]), *(o for o in serves(NEW[1]) if o.question.type != "A")]
    found = judge([*seen, said(NEW[1], "A", (), answer=alias)])
    assert found.consistent is False and about(found, "record_differs") == [NEW[1]]
    assert [j.status for j in found.judged] == ["new", "other"]
    believed = replace(SWITCH, expected=(replace(EXPECTED, alias="shop.example.net"),))
    assert judge([*seen, said(NEW[1], "A", (), answer=alias)], change=believed).consistent


def test_alias_inside_the_zone_is_followed():
    alias = (Rrset(WWW, "CNAME", 60, (f"web.{ZONE}",)), Rrset(f"web.{ZONE}", "A", 60, A_NEW))
    seen = [*switched(), *serves(NEW[0]), *(o for o in serves(NEW[1]) if o.question.type != "A")]
    assert judge([*seen, said(NEW[1], "A", (), answer=alias)]).consistent


def test_record_to_be_removed_is_not_gone_while_its_name_points_elsewhere():
    gone = replace(EXPECTED, values=())
    alias = said(NEW[0], "A", (), answer=(Rrset(WWW, "CNAME", 60, ("shop.example.net",)),))
    assert status_of(alias, gone) == "other"
    assert status_of(alias, replace(gone, alias="shop.example.net")) == "new"


def test_record_that_was_absent_and_stays_so_is_waited_for_by_nobody():
    change = replace(SWITCH, expected=(replace(EXPECTED, values=()),))
    old = replace(RECORDED, rrsets=(OldRrset(WWW, "A", None, ()),))
    missing = [*switched(), *serves(NEW[0], ()), *serves(NEW[1], ())]
    assert judge(missing, change=change, old=old).eta.at == at(1000)


# -- what is over is over


def test_old_servers_shut_down_after_the_end_take_nothing_back():
    # They had the new data at 50 s; 300 s later no cache holds the old.
    seen = [*consistent(), OLD_SERVES_NEW, said(OLD, "A", A_NEW, 340)]
    assert judge(seen, 351).expired
    down = judge([*seen, failed(OLD, seconds=360)], 361)
    assert (down.expired, down.eta.at, down.serving) == (True, at(350), "dead")
    back = judge([*seen, failed(OLD, seconds=360), said(OLD, "A", A_OLD, 370)], 371)
    assert (back.expired, back.eta.at) == (False, at(1300))


def test_old_servers_shut_down_before_the_end_put_it_off():
    down = judge([*consistent(), OLD_SERVES_NEW, failed(OLD, seconds=349)], 400)
    assert (down.expired, down.eta.at) == (False, at(1300))


def test_where_nobody_knows_what_is_expected_nothing_is_consistent():
    found = judge(consistent(), change=replace(SWITCH, expected=()))
    assert (found.state, found.consistent, found.eta.reason) == ("published", None, "not_consistent")


# -- where an alias leads to another zone

SHOP = "shop.example.net"
BEYOND = tuple(Server("authoritative", f"127.0.7.{n}", name=f"ns{n}.example.net") for n in (1, 2))
ALIASED = replace(EXPECTED, alias=SHOP)


def aliased(seconds=0):
    alias = (Rrset(WWW, "CNAME", 60, (SHOP,)),)
    serving = [o for server in NEW for o in serves(server, seconds=seconds) if o.question.type != "A"]
    return [*switched(seconds), *serving, *(said(server, "A", (), seconds, answer=alias) for server in NEW)]


def there(server, values, seconds, ttl=60, name=SHOP):
    return said(server, "A", values, seconds, ttl=ttl, name=name)


def test_edit_where_an_alias_leads_counts_from_the_last_server_there():
    change = replace(EDIT, expected=(ALIASED,))
    seen = [*aliased(), there(BEYOND[0], A_OLD, 0), there(BEYOND[0], A_NEW, 40), there(BEYOND[1], A_OLD, 50)]
    found = judge(seen, change=change)
    assert (found.state, found.consistent, found.eta.reason) == ("published", None, "not_consistent")
    found = judge([*seen, there(BEYOND[1], A_NEW, 70)], change=change)
    assert (found.consistent, found.eta.at) == (True, at(370))
    # One that no longer speaks for the name there has no say.
    only = replace(change, beyond=(BEYOND[0].address,))
    assert judge(seen, change=only).eta.at == at(340)
    late = [there(BEYOND[0], A_OLD, 90, ttl=5000), there(BEYOND[0], A_NEW, 95), *aliased(95)]
    found = judge([*seen, *late], change=replace(only, switched_at=at(20)))
    assert (found.eta.reason, found.eta.at) == ("corrected_late", at(5095))


def test_edit_at_the_end_of_a_longer_chain_is_seen_too():
    change = replace(EDIT, expected=(ALIASED,))
    leads = said(BEYOND[0], "A", (), 0, name=SHOP, answer=(Rrset(SHOP, "CNAME", 60, ("cdn.example.org",)),))
    end = [there(BEYOND[1], A_OLD, 0, name="cdn.example.org"), there(BEYOND[1], A_NEW, 40, name="cdn.example.org")]
    assert judge([*aliased(), leads, *end], change=change).eta.at == at(340)


def test_old_servers_that_point_to_where_it_was_edited_have_the_new_data_only_since_then():
    change = replace(SWITCH, expected=(ALIASED,))
    alias = said(OLD, "A", (), answer=(Rrset(WWW, "CNAME", 60, (SHOP,)),))
    seen = [*aliased(), alias, there(BEYOND[0], A_OLD, 0), there(BEYOND[0], A_NEW, 40)]
    found = judge(seen, change=change)
    assert (found.serving, found.eta.at) == ("new", at(340))


def test_old_servers_that_nobody_knows_have_not_the_new_data_because_an_alias_leads_to_it():
    change = replace(SWITCH, expected=(ALIASED,), switched_at=at(0))
    told = Old(1000, 1000, 1000, 1000, (OldRrset(WWW, "A", 1000),))
    found = judge([*aliased(), *(there(server, A_NEW, 0) for server in BEYOND)], change=change, old=told)
    assert (found.serving, found.eta.reason, found.eta.at) == ("unseen", "old_servers_unseen", at(2000))


# -- which kind of change it was

UNSURE = replace(EDIT, unsure=True)


def test_change_of_unknown_kind_is_waited_for_as_if_the_delegation_had_been_switched():
    found = judge(consistent(5), 1304, UNSURE)
    assert (found.state, found.eta.at, found.eta.reason) == ("consistent", at(1305), "change_unknown")
    assert judge(consistent(5), 1305, UNSURE).expired
    told = replace(UNSURE, switched_at=at(-100))
    assert judge(consistent(5), change=told).eta.at == at(1200)
    # It was not so everywhere when somebody says it was.
    assert judge([refers(PARENTS[0], OLD_NAMES, 2), *consistent(5)], change=told).eta.at == at(1305)
    apart = judge([*consistent(5), refers(PARENTS[0], OLD_NAMES, 9)], change=told)
    assert (apart.state, apart.eta.reason) == ("unpublished", "not_published")
    assert judge(consistent(5), change=UNSURE, old=replace(RECORDED, child_ns_ttl=None)).eta.reason == "ttl_unknown"


def test_delegation_that_ends_before_what_the_old_servers_gave_out_last_is_told_as_the_reason():
    late = said(OLD, "A", A_NEW, 2000)
    eta = judge([*consistent(), said(OLD, "A", A_OLD, 1), late]).eta
    assert (eta.at, eta.reason) == (at(1300), "delegation_ends_first")


@pytest.mark.parametrize("reason", get_args(Reason))
@pytest.mark.parametrize("language", [POLISH, ENGLISH], ids=lambda language: language.code)
def test_every_reason_is_worded(reason, language):
    assert language.text(Eta(None, reason).message).endswith(".")


def test_ds_of_before_belongs_to_the_old_delegation():
    assert judge([*consistent(), OLD_SERVES_OLD], old=replace(RECORDED, ds_ttl=4000)).eta.at == at(4300)
    eta = judge([*consistent(), OLD_SERVES_OLD], old=replace(RECORDED, ds_ttl=999)).eta
    assert eta.at == at(1300)
    assert all(language.text(eta.working[0]).endswith("DS 999 s") for language in (POLISH, ENGLISH))


# -- addresses of either kind


def glue6(*addresses, name=IN_ZONE):
    return (Rrset(name, "AAAA", 60, addresses),)


def test_parent_servers_with_another_ipv6_glue_keep_it_unpublished():
    names = IN_ZONE_SWITCH.new_servers
    one = refers(PARENTS[0], names, additional=(*glue("127.0.4.1"), *glue6("2001:db8::1")))
    other = refers(PARENTS[1], names, additional=(*glue("127.0.4.1"), *glue6("2001:db8::2")))
    found = judge([one, other], change=IN_ZONE_SWITCH)
    assert (found.state, about(found, "glue_disagrees")) == ("unpublished", list(PARENTS))
    # What does not fit beside the rest may be left out.
    only = refers(PARENTS[1], names, additional=glue("127.0.4.1"))
    assert judge([one, only], change=IN_ZONE_SWITCH).published


def test_ipv6_glue_that_is_not_the_address_in_the_zone_itself_is_told():
    own = Server("authoritative", "127.0.4.1", name=IN_ZONE)
    names = IN_ZONE_SWITCH.new_servers
    glued = (*glue("127.0.4.1"), *glue6("2001:db8::1"))
    parents = [refers(parent, names, additional=glued) for parent in PARENTS]
    serving = [o for server in (own, NEW[1]) for o in serves(server, names=names)]
    right = said(own, "AAAA", ("2001:db8::1",), name=IN_ZONE)
    assert faults(judge([*parents, *serving, right], change=IN_ZONE_SWITCH)) == []
    stale = said(own, "AAAA", ("2001:db8::9",), name=IN_ZONE)
    found = judge([*parents, *serving, stale], change=IN_ZONE_SWITCH)
    assert about(found, "glue_differs") == [own]
    assert "2001:db8::9" in ENGLISH.text(found.findings[0].message)
    # A name server may be in a zone below, which its own servers need not serve.
    elsewhere = said(own, "AAAA", (), name=IN_ZONE, rcode="REFUSED")
    assert judge([*parents, *serving, elsewhere], change=IN_ZONE_SWITCH).consistent


# -- whose word on a delegation counts


def test_what_a_server_that_is_not_the_parent_s_says_of_the_name_is_no_word_on_its_delegation():
    root = Server("parent", "127.0.1.1", name="a.root")
    to_pl = said(root, "A", (), 5, name=ZONE, authority=(Rrset("pl", "NS", 60, ("a.dns.pl",)),))
    assert judge([*consistent(), to_pl]).published
    assert judge([*consistent(), to_pl._replace(question=Question(ZONE, "NS"))]).published
    found = judge([to_pl])
    assert found.state == "unknown"


def test_name_that_nobody_registered_is_unknown_and_said_to_be_without_delegation():
    denied = [refers(parent, (), rcode="NXDOMAIN") for parent in PARENTS]
    found = judge(denied, change=EDIT)
    assert (found.state, found.published, tags(found)) == ("unknown", None, ["not_delegated"])
    # Whoever expects a delegation waits for it.
    assert judge(denied).state == "unpublished"


def test_answer_over_tcp_alone_says_nothing_of_udp():
    found = judge([*spoiled(), said(NEW[1], "A", A_NEW, 9, transport="tcp")])
    assert not {"udp_fails", "tcp_fails"}.intersection(tags(found))


def test_resolver_asked_at_once_in_another_way_is_said_to_be_asked_otherwise():
    def told(*seen):
        return [f.values["resolvers"] for f in judge([*consistent(), *seen]).findings if f.tag == "asked_otherwise"]

    def by(seconds, transport, **more):
        return said(RESOLVERS[0], "A", A_NEW, seconds, transport=transport, **more)

    assert told(by(1, "dot")) == ["127.0.5.1 (DoT)"]
    assert told(by(1, "tcp", udp_failure="timeout")) == ["127.0.5.1 (TCP)"]
    # An answer too long for a datagram, and a resolver that is heard again.
    assert told(by(1, "tcp")) == told(by(1, "dot", udp_failure="timeout"), by(2, "udp")) == []
