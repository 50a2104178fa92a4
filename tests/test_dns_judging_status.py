"""What one answer is beside what is expected, and how values are compared."""

from dataclasses import replace

import pytest

from core.dns.change import same_values
from core.dns.judging.status import status_of
from core.dns.observation import Rrset
from tests.dns_sights import A_NEW, A_OLD, EXPECTED, NEW, RESOLVERS, WWW, failed, said


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


def test_record_to_be_removed_is_not_gone_while_its_name_points_elsewhere():
    gone = replace(EXPECTED, values=())
    alias = said(NEW[0], "A", (), answer=(Rrset(WWW, "CNAME", 60, ("shop.example.net",)),))
    assert status_of(alias, gone) == "other"
    assert status_of(alias, replace(gone, alias="shop.example.net")) == "new"
