"""A zone cut that comes or goes is told from a way down that was not found."""

from dataclasses import replace

import pytest

from core.dns.cuts import cut_between
from core.dns.probe import Delegated
from tests.test_dns_verdict import EDIT as IN_PLACE
from tests.test_dns_verdict import NEW, OLD, PARENTS, RECORDED, at, consistent, judge, refers, said, serves

SHOP = "sklep.firma.pl"
ABOVE, BELOW = Delegated("firma.pl", (), (NEW[0],)), Delegated(SHOP, (), (OLD,))
NOWHERE = Delegated("", (), ())
SPOKEN = said(NEW[0], "A", (), name=SHOP)
REFERRED = SPOKEN._replace(flags=frozenset())


@pytest.mark.parametrize(
    ("last", "now", "before", "latest", "found"),
    [
        (ABOVE, ABOVE, [], [], "same"),
        (BELOW, ABOVE, [], [SPOKEN], "goes"),
        (BELOW, ABOVE, [], [REFERRED], None),
        (BELOW, ABOVE, [SPOKEN], [], None),
        (ABOVE, BELOW, [SPOKEN], [], "comes"),
        (ABOVE, BELOW, [], [SPOKEN], None),
        (ABOVE, BELOW, [REFERRED], [], None),
        (BELOW, Delegated("inna.pl", (), (NEW[0],)), [], [SPOKEN], None),
        (NOWHERE, ABOVE, [], [SPOKEN], None),
    ],
)
def test_cut_is_seen_where_the_zone_above_speaks_for_the_name_before_or_now(last, now, before, latest, found):
    assert cut_between(SHOP, last, now, before, latest) == found


def test_zone_that_is_new_below_another_counts_from_the_last_server_that_refers_to_it():
    cut = replace(IN_PLACE, cut=True)
    # It has served its records for long; the second server of the zone above refers to it at 40 s. V = 300 s.
    seen = [*consistent(), *serves(NEW[0]), *serves(NEW[1]), refers(PARENTS[1], ("ns1.old.pl",), 1)]
    eta = judge([*seen, refers(PARENTS[1], ("ns1.new.pl", "ns2.new.pl"), 40)], 50, cut, RECORDED).eta
    assert (eta.at, eta.reason) == (at(40 + 300), "zone_cut")
