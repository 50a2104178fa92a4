"""A change of the DNS judged: every state and its boundary."""

from dataclasses import replace

import pytest

from core.dns.change import Old
from core.dns.judging.resolvers import IN_A_ROW
from core.dns.observation import Question, Rrset, Server
from tests.dns_sights import (
    A_NEW,
    A_OLD,
    EDIT,
    EXPECTED,
    NEW,
    NEW_NAMES,
    OLD_NAMES,
    OLD_SERVES_OLD,
    PARENTS,
    RECORDED,
    RESOLVERS,
    SWITCH,
    WWW,
    ZONE,
    about,
    at,
    consistent,
    failed,
    judge,
    refers,
    said,
    samples,
    serves,
    switched,
    tags,
)


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


def test_zone_whose_servers_have_addresses_alone_that_nobody_here_can_reach_is_unknown():
    six = [server._replace(address=f"2001:db8::{n}") for n, server in enumerate(NEW, 1)]
    unasked = [failed(server, failure="no_ipv6") for server in six]
    assert judge([*switched(), *unasked]).state == "unknown"
    # One that could be asked is somebody.
    assert judge([*switched(), *unasked[1:], *serves(NEW[0])]).state != "unknown"


def test_signed_zone_whose_keys_nobody_saw_is_not_known_to_be_consistent():
    signed = [*consistent(), *(said(parent, "DS", ("12345 13 2 " + "ab" * 32,)) for parent in PARENTS)]
    assert judge(signed).consistent is None
    assert judge([*signed, failed(NEW[1], "DNSKEY", seconds=1)]).consistent is False


def test_ds_that_no_parent_server_tells_leaves_consistency_open():
    assert judge([*consistent(), *(failed(parent, "DS") for parent in PARENTS)]).consistent is None
    assert judge([*consistent(), failed(PARENTS[0], "DS"), said(PARENTS[1], "DS", ())]).consistent


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


def test_where_nobody_knows_what_is_expected_nothing_is_consistent():
    found = judge(consistent(), change=replace(SWITCH, expected=()))
    assert (found.state, found.consistent, found.eta.reason) == ("published", None, "not_consistent")


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
