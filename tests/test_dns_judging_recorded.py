"""What stood before a change, read off what was observed then."""

import pytest

from core.dns.change import ChangeSet, Expected, Old, OldRrset
from core.dns.judging.aliases import chain
from core.dns.judging.history import grouped
from core.dns.judging.recorded import before_edit, recorded
from core.dns.observation import Question, Rrset
from tests.dns_sights import (
    A_NEW,
    A_OLD,
    AA,
    EXPECTED,
    NEW,
    OLD,
    OLD_NAMES,
    PARENTS,
    RESOLVERS,
    WWW,
    ZONE,
    failed,
    refers,
    said,
)

A, SOA = Question(WWW, "A"), "ns1.old.pl host.old.pl 7 1 1 1 60"


def old_side(seconds=0, values=A_OLD, ttl=300):
    return [
        *(refers(parent, OLD_NAMES, seconds, additional=(Rrset("ns1.old.pl", "A", 800, ("127.0.3.1",)),))
          for parent in PARENTS),
        said(OLD, "NS", OLD_NAMES, seconds, ttl=900),
        said(OLD, "SOA", (SOA,), seconds, ttl=3600),
        said(OLD, "A", values, seconds, ttl=ttl),
    ]  # fmt: skip


def test_every_ttl_of_the_old_side_is_recorded():
    found = recorded(f"{ZONE}.", [A], old_side())
    assert found == Old(1000, 900, 800, 60, (OldRrset(WWW, "A", 300, A_OLD),), ("127.0.3.1",))


def test_ds_at_the_parent_is_recorded_where_there_is_one():
    ds = [said(PARENTS[0], "DS", ("12345 13 2 " + "ab" * 32,), ttl=86400, flags=AA), said(PARENTS[1], "DS", ())]
    assert recorded(ZONE, [A], [*old_side(), *ds]).ds_ttl == 86400
    assert recorded(ZONE, [A], [*old_side(), ds[1]]).ds_ttl is None


def test_nothing_observed_is_nothing_known():
    assert recorded(ZONE, [A], []) == Old(rrsets=(OldRrset(WWW, "A"),))
    silent = [failed(OLD), failed(PARENTS[0], "NS"), said(OLD, "A", (), rcode="SERVFAIL")]
    assert recorded(ZONE, [A], silent) == Old(rrsets=(OldRrset(WWW, "A"),))


def test_what_a_resolver_or_a_server_without_authority_says_is_not_recorded():
    strange = [said(RESOLVERS[0], "A", A_NEW, ttl=9000), said(OLD, "A", A_NEW, ttl=9000, flags=frozenset())]
    assert recorded(ZONE, [A], [*old_side(), *strange]).rrsets == (OldRrset(WWW, "A", 300, A_OLD),)


@pytest.mark.parametrize(("seconds", "left"), [(10, 290), (100, 200), (230, 70), (241, 60), (5000, 60)])
def test_ttl_that_was_lowered_counts_with_what_is_left_of_it(seconds, left):
    # It may have been 300 s until it was seen lowered to 60 s, at 0.
    lowered = [*old_side(-50), *old_side(0, ttl=60), *old_side(seconds, ttl=60)]
    assert recorded(ZONE, [A], lowered).rrsets[0].ttl == left


def test_ttl_of_the_server_that_was_behind_counts():
    second = said(NEW[0], "A", A_OLD, ttl=900)
    seen = [*old_side(), refers(PARENTS[0], [*OLD_NAMES, NEW[0].name], 1), second]
    assert recorded(ZONE, [A], seen).rrsets[0].ttl == 900


def test_record_that_was_not_there_is_recorded_as_absent_with_the_ttl_that_its_denial_carried():
    # A server that does not reduce it to MINIMUM (YADIFA): BIND, PowerDNS and Knot Resolver keep it as sent.
    missing = said(OLD, "A", (), rcode="NXDOMAIN", authority=(Rrset(ZONE, "SOA", 90, (SOA,)),))
    found = recorded(ZONE, [A], [o for o in old_side() if o.question != A] + [missing])
    assert (found.rrsets, found.negative_ttl) == ((OldRrset(WWW, "A", 90, ()),), 90)


def test_values_that_were_not_always_the_same_are_unknown():
    assert recorded(ZONE, [A], [*old_side(), *old_side(9, A_NEW)]).rrsets == (OldRrset(WWW, "A", 300, None),)


def test_what_the_zone_s_server_says_of_another_zone_is_not_recorded():
    chain_of_it = (Rrset(WWW, "CNAME", 50, ("shop.example.net",)), Rrset("shop.example.net", "A", 9000, A_NEW))
    seen = [o for o in old_side() if o.question != A] + [said(OLD, "A", (), answer=chain_of_it)]
    (found,) = recorded(ZONE, [A], seen).rrsets
    assert (found.ttl, found.values) == (50, None)


def test_alias_into_another_zone_is_recorded_with_the_longest_ttl_along_it():
    alias = said(OLD, "A", (), answer=(Rrset(WWW, "CNAME", 50, ("shop.example.net",)),))
    there = said(NEW[0], "A", A_NEW, ttl=70, name="shop.example.net")
    seen = [o for o in old_side() if o.question != A] + [alias]
    to_shop, at_shop = (WWW, "CNAME", ("shop.example.net",)), ("shop.example.net", "A", A_NEW)
    (found,) = recorded(ZONE, [A], [*seen, there]).rrsets
    assert found == OldRrset(WWW, "A", 70, A_NEW, ((to_shop, 50), (at_shop, 70)))
    assert recorded(ZONE, [A], seen).rrsets == (OldRrset(WWW, "A", 50, None, ((to_shop, 50),)),)
    # Whoever has forgotten the alias goes the new way; where the alias stands, the end it leads to counts.
    assert (found.ttl_beside(()), found.ttl_beside({to_shop}), found.ttl_beside({to_shop, at_shop})) == (50, 70, 70)


EDIT = ChangeSet(ZONE, (EXPECTED,), addresses=tuple(server.address for server in NEW))


def test_edit_is_known_once_it_was_seen_at_every_server():
    before = [said(server, "A", A_OLD, n) for n, server in enumerate(NEW)]
    after = [said(server, "A", A_NEW, 9) for server in NEW]
    assert before_edit(EDIT, [*before, *after]) == before
    assert before_edit(EDIT, after) == []
    # The other one may have changed long ago, from who knows what.
    assert [o for o in before_edit(EDIT, [before[0], *after]) if o.question == A] == []


def test_record_that_stays_the_same_beside_an_edited_one_is_nothing_to_wait_for():
    mail = Expected(ZONE, "MX", ("10 mail.firma.pl",))
    change = ChangeSet(ZONE, (EXPECTED, mail), addresses=EDIT.addresses)
    seen = [said(server, "MX", mail.values) for server in NEW] + [said(server, "A", A_OLD) for server in NEW]
    before = before_edit(change, [*seen, *(said(server, "A", A_NEW, 9) for server in NEW)])
    assert before == seen


def test_chain_of_aliases_that_is_a_circle_ends():
    def points(name, to):
        return said(OLD, "A", (), name=name, answer=(Rrset(name, "CNAME", 60, (to,)),), flags=AA)

    seen = grouped([points(WWW, "a.net"), points("a.net", "b.net"), points("b.net", WWW)], lambda o: o.question)
    assert [question.name for question in chain(A, seen)] == [WWW, "a.net", "b.net"]
    endless = grouped([points(f"{n}.net", f"{n + 1}.net") for n in range(50)], lambda o: o.question)
    assert len(chain(Question("0.net", "A"), endless)) == 9


def test_record_whose_alias_s_end_was_edited_elsewhere_is_known_from_before_its_edit():
    shop, mail = "shop.example.net", Expected(ZONE, "MX", ("10 mail.firma.pl",))
    change = ChangeSet(ZONE, (Expected(WWW, "A", A_NEW, shop), mail), addresses=EDIT.addresses)
    alias = (Rrset(WWW, "CNAME", 50, (shop,)),)
    points = [said(server, "A", (), n, answer=alias) for server in NEW for n in (0, 9)]
    edited = [said(server, "MX", values, n) for server in NEW for n, values in ((0, ("1 old.pl",)), (9, mail.values))]
    beyond = [said(OLD, "A", values, n, name=shop) for n, values in ((0, A_OLD), (9, A_NEW))]
    assert A in {o.question for o in before_edit(change, [*points, *edited, beyond[1]])}
    before = before_edit(change, [*points, *edited, *beyond])
    assert [o.values for o in before if o.question.name == shop] == [A_OLD]


def test_ipv6_address_of_a_name_server_counts_like_any_other():
    glue = (Rrset("ns1.old.pl", "AAAA", 4000, ("2001:db8::1",)),)
    assert recorded(ZONE, [A], [*old_side(), refers(PARENTS[0], OLD_NAMES, 1, additional=glue)]).address_ttl == 4000


def test_told_ttl_makes_nothing_shorter_that_was_seen_to_be_longer():
    links = (((WWW, "CNAME", ("a.firma.pl",)), 30),)
    seen = Old(1000, None, 30, 60, (OldRrset(WWW, "A", 400, (), links),), ("127.0.3.1",))
    told = seen.at_least(100, signed=False)
    assert (told.parent_ns_ttl, told.child_ns_ttl, told.address_ttl, told.negative_ttl) == (1000, 100, 100, 100)
    assert (told.ds_ttl, told.dnskey_ttl, told.servers) == (None, None, seen.servers)
    # Which of the links it was told of nobody knows.
    assert told.rrsets == (OldRrset(WWW, "A", 400, ()),)
    signed = Old(ds_ttl=300).at_least(100, signed=True)
    assert (signed.ds_ttl, signed.dnskey_ttl) == (300, 100)
