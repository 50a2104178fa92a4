"""A zone cut that comes or goes is told from a way down that was not found."""

from dataclasses import replace

import pytest

from core.dns.asking.check import Check
from core.dns.asking.engine import Engine
from core.dns.judging.check_so_far import Move
from core.dns.judging.zone_cuts import cut_between
from core.dns.names import parse_name
from core.dns.observation import Rrset
from core.dns.way_down import Delegated
from core.dns.wish import Wish
from tests.dns_sights import A_NEW, A_OLD, NEW, OLD, PARENTS, RECORDED, at, consistent, judge, refers, said, serves
from tests.dns_sights import EDIT as IN_PLACE

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


def test_round_that_a_cut_came_into_does_not_count_what_leads_there_beside():
    wish = Wish(parse_name(SHOP), ("A",), A_NEW)
    check = Check(wish, Engine(), (), ())
    there = said(OLD, "A", A_NEW, 2, name=SHOP)
    came = REFERRED._replace(at=at(1), authority=(Rrset(SHOP, "NS", 12, (OLD.name,)),))
    before = [
        refers(PARENTS[0], [server.name for server in NEW]),
        said(NEW[0], "A", A_OLD, 0, ttl=8, name=SHOP),
        came,  # the walk had ended at the zone above, and its server referred there a moment later
    ]
    # As the rounds of a check leave it: the zone above, the round that the cut came into, the zone below.
    check.rounds, check.latest = [before, [there]], BELOW
    check.move = Move(before, (NEW[0],), at(2), True, ABOVE.zone, cut=True)
    (was,) = check.old(check.change()).rrsets
    # A TTL of 8, given out until the next look a second later at most; the 12 of the NS set lead where all go now.
    assert was.ttl <= 8 + 1
