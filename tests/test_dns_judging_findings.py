"""Every finding arises, is worded and has a severity; what must never be one is none."""

import datetime as dt
import re
from dataclasses import replace

import pytest

from core import datafiles
from core.dns.judging.findings import TAGS, Finding, parse_severities
from core.dns.observation import Rrset, Server
from core.ground.messages import InputError
from core.language import ENGLISH, POLISH
from tests.dns_sights import (
    A_NEW,
    A_OLD,
    AA,
    EDIT,
    KEY,
    KEYS,
    NEW,
    NEW_NAMES,
    OLD,
    OLD_DEAD,
    OLD_NAMES,
    OLD_SERVES_NEW,
    OLD_SERVES_OLD,
    OTHER_DS,
    PARENTS,
    RESOLVERS,
    SWITCH,
    TOLD,
    WWW,
    ZONE,
    at,
    consistent,
    ds_at_parent,
    ds_of,
    failed,
    fails,
    faults,
    judge,
    refers,
    said,
    samples,
    serves,
    spoiled,
    switched,
    tags,
)
from tests.signing import USUAL, SignedZone, Signer, Signing

SIGNED = SignedZone(ZONE, at(2))
HOUR = dt.timedelta(hours=1)


def signed(how=USUAL, zone=SIGNED, ds=(), then=()):
    """Everything consistent, the zone signed so at one server."""
    return spoiled(*ds_at_parent(*(ds or SIGNED.ds)), zone.dnskeys(NEW[0]), zone.dnskeys(NEW[1], how), *then)


def www(values=A_NEW, **more):
    return SIGNED.says(NEW[1], "A", A_NEW, WWW, served=values, **more)


STANDBY = Signer("RSASHA256")
BESIDE = replace(SIGNED, keys=(*SIGNED.keys, STANDBY))

ROUND = (Rrset(WWW, "CNAME", 60, (f"a.{ZONE}",)), Rrset(f"a.{ZONE}", "CNAME", 60, (WWW,)))

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
