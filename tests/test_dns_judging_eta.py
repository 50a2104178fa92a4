"""Until when caches may hold what was: every bound with its reason, and not a second before."""

from dataclasses import replace
from typing import get_args

import pytest

from core.dns.change import ChangeSet, Old, OldRrset
from core.dns.judging.eta import Eta, Reason
from core.dns.observation import Rrset, Server
from core.language import ENGLISH, POLISH
from tests.dns_sights import (
    A_NEW,
    A_OLD,
    AA,
    ALIASED,
    BEYOND,
    EDIT,
    EXPECTED,
    NEW,
    NEW_NAMES,
    OLD,
    OLD_DEAD,
    OLD_NAMES,
    OLD_SERVES_NEW,
    OLD_SERVES_OLD,
    PARENTS,
    RECORDED,
    SHOP,
    SWITCH,
    WWW,
    ZONE,
    aliased,
    at,
    consistent,
    failed,
    judge,
    refers,
    said,
    serves,
    switched,
    tags,
    there,
)


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


def test_a_bound_after_36_hours_is_noticed_and_one_at_36_hours_is_not():
    for ttl, noticed in ((36 * 3600 - 300, False), (36 * 3600 - 299, True)):
        found = judge([*consistent(), OLD_SERVES_OLD], old=replace(RECORDED, parent_ns_ttl=ttl))
        assert ("bound_after_36h" in tags(found)) is noticed


def test_edit_in_place_that_was_wrong_at_first_is_waited_for_by_the_ttl_of_what_was_wrong():
    change = ChangeSet(ZONE, SWITCH.expected, switched_at=at(0))
    wrong = said(NEW[0], "A", ("203.0.113.9",), 1, ttl=5000)
    right = [o for second in (2, 3) for o in consistent(second)]
    found = judge([*consistent(), wrong, *right], 10, change)
    assert found.eta.reason == "corrected_late" and found.eta.at == at(2 + 5000)


def test_record_that_was_absent_and_stays_so_is_waited_for_by_nobody():
    change = replace(SWITCH, expected=(replace(EXPECTED, values=()),))
    old = replace(RECORDED, rrsets=(OldRrset(WWW, "A", None, ()),))
    missing = [*switched(), *serves(NEW[0], ()), *serves(NEW[1], ())]
    assert judge(missing, change=change, old=old).eta.at == at(1000)


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
