"""Two zones compared set by set: what is gone, new, other; what a move always changes; what nobody knows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.language import LANGUAGES
from core.zonefile.difference import difference
from core.zonefile.record import Record, ZoneFile
from tests.zones import NS, SOA, A, row, zone_of


def between(old, new):
    """What differs beside SOA and NS, each change as its kind, name, and data of either side; all have words."""
    found = difference(zone_of(SOA, NS, *old), zone_of(SOA, NS, *new))
    assert not found.apex and not found.other_zone
    for change in (*found.changes, *found.leftovers, *found.unknown):
        for language in LANGUAGES.values():
            said = language.text(change.message)
            assert "zone.difference" not in said and change.name in said and "{" not in said
    return found


def brief(changes):
    return [(one.kind, one.name.removesuffix(".alfa.example."), one.type, one.old, one.new) for one in changes]


def test_equal_zones_differ_in_nothing_whatever_their_order():
    rows = [row("a", "A", f"192.0.2.{n}") for n in range(3)]
    found = between(rows, rows[::-1])
    assert found.none and found.same == 3


def test_sets_are_gone_new_or_other_name_by_name():
    old = row("b", "A", "192.0.2.1"), row("a", "MX", "10 x.example."), row("a", "MX", "20 y.example."), A
    new = row("c", "A", "192.0.2.1"), row("a", "MX", "10 x.example."), row("a", "MX", "30 z.example."), A
    assert brief(between(old, new).changes) == [
        ("data", "a", "MX", ("20 y.example.",), ("30 z.example.",)),
        ("gone", "b", "A", ("192.0.2.1",), ()),
        ("new", "c", "A", (), ("192.0.2.1",)),
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ([A, row("", "A", "192.0.2.2")], [A], "the new zone lacks 192.0.2.2"),
        ([A], [A, row("", "A", "192.0.2.2")], "the new zone has more: 192.0.2.2"),
        ([A], [row("", "A", "192.0.2.2", ttl=90)], "192.0.2.1 (TTL 60), only in the new one 192.0.2.2 (TTL 90)"),
        ([A], [row("", "A", "192.0.2.2", ttl=None)], "192.0.2.1 (TTL 60), only in the new one 192.0.2.2 (TTL unknown)"),
    ],
)
def test_other_data_is_told_from_the_side_that_lacks_it_with_both_ttls(old, new, said):
    (change,) = between(old, new).changes
    assert change.kind == "data" and said in LANGUAGES["en"].text(change.message)


@pytest.mark.parametrize(
    ("type", "old", "new"),
    [
        ("CNAME", "WWW.Beta.example.", "www.beta.example."),
        ("MX", "10 Mail.beta.example.", "10 mail.BETA.example."),
        ("HTTPS", '1 Www.beta.example. alpn="h2"', '1 www.beta.example. alpn="h2"'),
        ("AAAA", "2001:db8:0::1", "2001:DB8::1"),
        ("TXT", '"a\\;b"', '"a;b"'),
        ("CAA", '0 issue "ca.example"', "0 issue ca.example"),
        ("A", "192.0.2.1", "\\# 4 c0000201"),
    ],
)
def test_data_that_is_the_same_on_the_wire_or_but_for_the_case_of_names_is_no_difference(type, old, new):
    assert between([row("a", type, old)], [row("A", type.lower(), new)]).none


def test_the_case_of_a_text_counts():
    assert [one.kind for one in between([row("a", "TXT", '"x"')], [row("a", "TXT", '"X"')]).changes] == ["data"]


def test_the_same_text_split_otherwise_is_told_as_that_beside_a_text_that_is_another():
    old = row("a", "TXT", '"v=spf1 " "-all"'), row("a", "TXT", '"one"')
    new = row("a", "TXT", '"v=spf1 -all"'), row("a", "TXT", '"two"')
    assert brief(between(old, new).changes) == [
        ("split", "a", "TXT", ('"v=spf1 " "-all"',), ('"v=spf1 -all"',)),
        ("data", "a", "TXT", ('"one"',), ('"two"',)),
    ]
    # Joined they are others: strings are joined without blanks.
    assert [one.kind for one in between([row("a", "TXT", '"v" "x"')], [row("a", "TXT", '"v x"')]).changes] == ["data"]


# -- TTLs


def test_a_ttl_alone_that_differs_is_told_in_seconds():
    (change,) = between([A], [row("", "A", "192.0.2.1", ttl=300)]).changes
    assert (change.kind, change.old_ttls, change.new_ttls) == ("ttl", (60,), (300,))
    assert LANGUAGES["pl"].text(change.message) == (
        "alfa.example. A: różni się tylko TTL: w starej strefie 60 s, w nowej 300 s"
    )


@pytest.mark.parametrize(("old", "new"), [(None, 300), (300, None), (None, None)])
def test_an_unknown_ttl_equals_none_and_differs_from_none(old, new):
    found = between([row("a", "A", "192.0.2.1", ttl=old)], [row("a", "A", "192.0.2.1", ttl=new)])
    assert not found.changes and not found.none
    assert [one.kind for one in found.unknown] == ["ttl_unknown"]
    for ttl, part in ((old, "old zone"), (new, "new one")):
        assert f"{'unknown' if ttl is None else ttl} in the {part}" in LANGUAGES["en"].text(found.unknown[0].message)


def test_unequal_ttls_within_a_set_are_told_both():
    unequal = [row("a", "A", "192.0.2.1", ttl=300), row("a", "A", "192.0.2.2", ttl=60)]
    equal = [row("a", "A", "192.0.2.1"), row("a", "A", "192.0.2.2")]
    (change,) = between(unequal, equal).changes
    assert (change.kind, change.old_ttls) == ("ttl", (60, 300)) and "60/300 s" in LANGUAGES["en"].text(change.message)


# -- what stands apart


def test_the_zones_own_soa_and_ns_are_a_part_of_their_own_and_a_serial_is_told_alone():
    new_serial = SOA._replace(rdata=SOA.rdata.replace(" 1 ", " 2 "))
    found = difference(zone_of(SOA, NS), zone_of(new_serial, row("", "NS", "ns.nowy.example.")))
    assert not found.changes
    assert [(one.kind, one.type) for one in found.apex] == [("data", "NS"), ("serial", "SOA")]
    other = SOA._replace(rdata=SOA.rdata.replace("ns.hoster", "ns.nowy").replace(" 1 ", " 2 "))
    assert [one.kind for one in difference(zone_of(SOA), zone_of(other)).apex] == ["data"]


def test_ns_of_a_name_below_is_no_matter_of_the_apex():
    assert brief(between([row("sub", "NS", "a.example.")], []).changes) == [("gone", "sub", "NS", ("a.example.",), ())]


HASH = "0123456789abcdef" * 2


@pytest.mark.parametrize(
    "left",
    [
        row("_acme-challenge", "TXT", '"x"'),
        row("_acme-challenge.www", "TXT", '"x"'),
        row("_cpanel-dcv-test-record", "TXT", '"_cpanel-dcv-test-record=x"'),
        row(f"_{HASH}", "CNAME", f"{HASH}.{HASH}.x1.comodoca.com."),
        row(f"_{HASH}.www", "CNAME", f"{HASH}.{HASH}.x1.Sectigo.com."),
        row("_dnsauth", "TXT", '"x"'),
        row("", "TXT", '"_globalsign-domain-verification=x"'),
    ],
)
def test_proofs_for_issuers_are_left_over_and_told_apart(left):
    text = row("", "TXT", '"v=spf1 -all"')
    for old, new, kind in (([left, text], [text], "gone"), ([text], [left, text], "new")):
        found = between(old, new)
        assert not found.changes and len(found.leftovers) == 1
        assert found.leftovers[0].kind in (kind, "data")


@pytest.mark.parametrize(
    "kept",
    [
        row("_acme-challenge", "CNAME", "alfa.acme.example."),
        row(f"_{HASH}", "CNAME", f"_{HASH}.acm-validations.aws."),
        row("acme-challenge", "TXT", '"x"'),
    ],
)
def test_aliases_that_renewals_need_are_not_left_over(kept):
    assert [one.kind for one in between([kept], []).changes] == ["gone"]


def test_zones_of_different_names_are_said_to_be_such():
    old = zone_of(SOA, NS)
    new = ZoneFile("beta.example.", "master", (Record("beta.example.", 60, "A", "192.0.2.1"),), ())
    assert difference(old, new).other_zone and not difference(old, new).none
    # A file that does not say its name is no other zone.
    assert not difference(old, zone_of(SOA, NS, origin="")).other_zone


def test_what_the_dns_does_not_know_is_compared_as_text():
    odd = [row("a", "ALIAS", "b.example."), Record("a..example.", 60, "A", "192.0.2.1"), row("b", "A", "x")]
    assert between(odd, odd).none
    found = between(odd, [row("a", "ALIAS", "c.example."), *odd[1:]])
    assert brief(found.changes) == [("data", "a", "ALIAS", ("b.example.",), ("c.example.",))]


_ROWS = st.lists(
    st.builds(
        lambda name, n, ttl, type: row(name, type, f"192.0.2.{n}" if type == "A" else f'"{n}"', ttl=ttl),
        st.sampled_from(("a", "b", "c.a", "*")),
        st.integers(0, 3),
        st.sampled_from((60, 300, None)),
        st.sampled_from(("A", "TXT")),
    ),
    max_size=8,
)


@given(_ROWS, _ROWS)
def test_a_set_is_alike_or_told_once_and_the_other_way_round_mirrored(old, new):
    there, back = difference(zone_of(*old), zone_of(*new)), difference(zone_of(*new), zone_of(*old))
    turned = {"gone": "new", "new": "gone"}
    for part in ("changes", "unknown"):
        assert getattr(there, part) == tuple(
            one._replace(kind=turned.get(one.kind, one.kind), old=one.new, new=one.old,
                         old_ttls=one.new_ttls, new_ttls=one.old_ttls)
            for one in getattr(back, part)
        )  # fmt: skip
    sets = {(one.name, one.type) for one in (*old, *new)}
    told = [(one.name, one.type) for one in (*there.changes, *there.unknown)]
    assert there.same + len(told) == len(sets) and len(told) == len({*told})
    assert difference(zone_of(*old), zone_of(*old)).changes == ()
