"""What somebody asks of a check: read into a wish, or refused by the field, the value and what would be right."""

import datetime as dt

import pytest

from core.dns.asked import FIELDS, MORE, READY, read_wish
from core.dns.chosen import MOST, read_added
from core.dns.names import Name
from core.dns.observation import Question
from core.dns.values import EXAMPLES
from core.dns.views import record_type
from core.dns.wish import Wish
from core.ground.messages import InputError
from core.language import ENGLISH, LANGUAGES
from core.migration.dns_check import check_form, checkable
from tests.migrations import Life

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)


def wish(private=False, **form):
    return read_wish({"name": "firma.pl", **form}, NOW, private=private)


def refused(private=False, **form):
    with pytest.raises(InputError) as found:
        wish(private, **form)
    return [(error.field, error.message.id) for error in found.value.errors]


def test_blank_form_but_for_the_name_asks_for_the_usual_types():
    assert wish() == Wish(Name("firma.pl", "firma.pl"))
    assert wish(**dict.fromkeys(FIELDS[1:], "")) == wish()


def test_filled_form_is_read_whole():
    found = wish(
        types="a, mx",
        expect="192.0.2.10",
        was="192.0.2.1 , 192.0.2.2",
        old="ns1.stary.pl, 9.9.9.9",
        new="NS1.Nowy.pl ns2.nowy.pl",
        ttl="2d",
        switched="21.11.2026 12:30",
    )
    assert (found.types, found.value_type, found.expected) == (("A", "MX"), "A", ("192.0.2.10",))
    assert found.was == ("192.0.2.1", "192.0.2.2")
    assert found.old_servers == ("ns1.stary.pl", "9.9.9.9")
    assert found.new_servers == ("ns1.nowy.pl", "ns2.nowy.pl")
    assert found.old_ttl == 172_800
    assert found.switched_at == dt.datetime(2026, 11, 21, 11, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("types", "value", "type"),
    [
        ("", "192.0.2.1", "A"),
        ("", "2001:db8::1", "AAAA"),
        ("", "10 mx.firma.pl", "MX"),
        ("", "v=spf1 -all", "TXT"),
        ("SPF,TXT", "v=spf1 include:a.pl, -all", "SPF"),
        ("DMARC,A", "v=DMARC1; p=none", "DMARC"),
        ("CNAME", "www.firma.pl", "CNAME"),
        ("TXT", "192.0.2.1", "TXT"),
        ("CAA,A", '0 issue "ca.example"', "CAA"),
        ("CAA,MX", '0 issue "ca.example; a=b"', "CAA"),
        ("A,HTTPS", '1 . alpn="h2,h3"', "HTTPS"),
        ("MX,SVCB", '1 dns.firma.pl alpn="dot"', "SVCB"),
        ("HTTPS", "0 www.firma.pl", "HTTPS"),
    ],
)
def test_expected_value_says_by_its_looks_of_which_type_it_is(types, value, type):
    found = wish(types=types, expect=value)
    assert (found.value_type, found.expected) == (type, (value,))


def test_values_are_kept_in_the_form_in_which_servers_are_heard():
    found = wish(types="MX", expect="010 MX.Firma.pl., 20  mx2.żółw.pl", was="10 mx.firma.pl.")
    assert found.expected == ("10 mx.firma.pl", "20 mx2.xn--w-uga1v8h.pl") and found.was == ("10 mx.firma.pl",)
    assert wish(types="TXT", expect='"a" "b"\nab').expected == ("ab",)
    assert wish(types="HTTPS", expect="1 . ipv4hint=192.0.2.1 alpn=h2,h3\n0 b.pl").expected == (
        '1 . alpn="h2,h3" ipv4hint="192.0.2.1"',
        "0 b.pl",
    )


def test_texts_are_one_a_line_and_other_values_one_a_comma():
    assert wish(types="TXT", expect="a, b\nc").expected == ("a, b", "c")
    assert wish(types="MX", expect="10 a.pl, 20 b.pl").expected == ("10 a.pl", "20 b.pl")


@pytest.mark.parametrize(
    ("form", "mistakes"),
    [
        ({"name": ""}, [("check.name", "error.empty")]),
        ({"name": "https://www.firma.pl/x"}, [("check.name", "error.name_url")]),
        ({"name": "biuro@firma.pl"}, [("check.name", "error.name_email")]),
        ({"name": "192.0.2.1"}, [("check.name", "error.name_address")]),
        ({"types": "A,PTR,X"}, [("check.types", "error.one_of")] * 2),
        ({"types": "NS"}, [("check.types", "error.one_of")]),
        ({"expect": "firma"}, [("check.expect", "error.value_of_which_type")]),
        ({"types": "A", "expect": "firma"}, [("check.expect", "error.record_value")]),
        ({"types": "A", "expect": "300.1.1.1"}, [("check.expect", "error.record_value")]),
        ({"types": "MX", "expect": "mx.firma.pl"}, [("check.expect", "error.record_value")]),
        ({"expect": "192.0.2.1", "was": "10 mx.a.pl"}, [("check.was", "error.other_type")]),
        ({"old": "10.0.0.1"}, [("check.old", "error.private_address")]),
        ({"old": "127.0.0.1, ::1"}, [("check.old", "error.private_address")] * 2),
        ({"old": "http://a b"}, [("check.old", "error.name_one_label")] * 2),
        ({"new": "192.0.2.1"}, [("check.new", "error.name_address")]),
        ({"ttl": "-5"}, [("check.ttl", "error.ttl")]),
        ({"ttl": "long"}, [("check.ttl", "error.ttl")]),
        ({"ttl": "9999999999"}, [("check.ttl", "error.ttl")]),
        ({"switched": "22.11.2026 12:00"}, [("check.switched", "error.future")]),
        ({"expect": "x" * 3000}, [("check.expect", "error.too_long")]),
    ],
)
def test_wrong_field_is_named(form, mistakes):
    assert refused(**form) == mistakes


def test_unreadable_moment_is_refused_and_all_mistakes_are_told_at_once():
    assert {field for field, _ in refused(name="", ttl="x", switched="kiedyś")} == {
        "check.name",
        "check.ttl",
        "check.switched",
    }


def test_address_inside_another_is_that_one():
    assert wish(private=True, old="::ffff:127.0.3.1").old_servers == ("127.0.3.1",)
    assert refused(old="::ffff:10.0.0.1, 2002:a00:1::1") == [("check.old", "error.private_address")] * 2


def test_private_address_is_asked_where_the_setting_allows():
    assert wish(private=True, old="127.0.3.1").old_servers == ("127.0.3.1",)
    assert refused(private=True, old="224.0.0.1") == [("check.old", "error.private_address")]


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_mistakes_name_the_field_in_the_readers_words(language):
    with pytest.raises(InputError) as found:
        wish(ttl="x", old="10.0.0.1", types="PTR")
    for error in found.value.errors:
        assert not language.mistake(error).startswith("check.")


def test_names_of_records_below_a_domain_can_be_checked():
    assert read_wish({"name": "_dmarc.Firma.pl"}, NOW).name == Name("_dmarc.firma.pl", "_dmarc.firma.pl")
    assert read_wish({"name": "sel._domainkey.żółw.pl."}, NOW).name.ascii == "sel._domainkey.xn--w-uga1v8h.pl"
    for wrong in ("_dmarc", "_.pl", "a_b.pl", "_dmarc.firma", "_x." * 100 + "firma.pl", "_dmarc._x"):
        with pytest.raises(InputError):
            read_wish({"name": wrong}, NOW)


def test_absence_can_be_expected_and_can_have_been_before():
    assert wish(types="MX", expect="-").expected == ()
    found = wish(types="MX", was="-", expect="10 mx.firma.pl")
    assert (found.was, found.expected) == ((), ("10 mx.firma.pl",)) and wish(types="MX", was="-").tells
    assert refused(expect="-") == [("check.expect", "error.value_of_which_type")]


def test_name_too_long_for_its_dmarc_is_refused_with_it_only():
    name = ".".join(["a" * 49] * 5)
    assert len(name) == 249 and read_wish({"name": name}, NOW).name.ascii == name
    with pytest.raises(InputError) as found:
        read_wish({"name": name, "types": "A,DMARC"}, NOW)
    assert [error.message.id for error in found.value.errors] == ["error.too_long"]


def test_hour_alone_is_refused_as_a_link_with_it_would_mean_another_day_tomorrow():
    assert refused(switched="14:02") == [("check.switched", "error.check_moment")]


# -- SPF and DMARC


def test_spf_is_read_from_the_texts_and_dmarc_asked_of_its_own_name():
    asked = wish(types="A,SPF,TXT,DMARC")
    assert asked.wire == (
        Question("firma.pl", "A"),
        Question("firma.pl", "TXT"),
        Question("_dmarc.firma.pl", "TXT"),
    )
    assert asked.questions == (
        Question("firma.pl", "A"),
        Question("firma.pl", "SPF"),
        Question("firma.pl", "TXT"),
        Question("_dmarc.firma.pl", "DMARC"),
    )


def test_one_spf_and_one_dmarc_are_expected_and_nothing_else_is_taken_for_them():
    assert wish(types="SPF", expect='"v=spf1 " "-all"').expected == ("v=spf1 -all",)
    assert wish(types="DMARC", expect=r"v=DMARC1\; p=none").expected == ("v=DMARC1; p=none",)
    for form in (
        {"types": "SPF", "expect": "google-site-verification=x"},
        {"types": "SPF", "expect": "v=spf10 -all"},
        {"types": "DMARC", "expect": "v=spf1 -all"},
        {"types": "DMARC", "was": "v=dmarc1; p=none"},
    ):
        assert refused(**form) == [(f"check.{'was' if 'was' in form else 'expect'}", "error.record_policy")]
    assert refused(types="SPF", expect="v=spf1 -all\nv=spf1 ~all") == [("check.expect", "error.record_policies")]


def test_every_ready_type_can_be_asked():
    from core.dns.asking import packets

    assert {record_type(type) for type in (*READY, *MORE)} == EXAMPLES.keys()
    for question in wish(types=",".join(READY)).wire:
        assert packets.query(question, id=1, recursion=True)


# -- resolvers added by hand


def test_added_resolvers_are_read_line_by_line():
    found = read_added("9.9.9.9 Quad9\n\n  2620:fe::fe, Quad9 IPv6\n9.9.9.9 again", private=False)
    assert [(server.address, server.operator, server.role) for server in found] == [
        ("9.9.9.9", "again", "resolver"),
        ("2620:fe::fe", "Quad9 IPv6", "resolver"),
    ]


def test_wrong_line_is_told_by_its_number_and_reason():
    with pytest.raises(InputError) as found:
        read_added("9.9.9.9\nquad9\n10.0.0.1 Biuro", private=False)
    said = [ENGLISH.mistake(error) for error in found.value.errors]
    assert "line 2" in said[0] and "quad9" in said[0]
    assert "line 3" in said[1] and "PRIVATE_SERVERS" in said[1]


def test_no_more_resolvers_are_added_than_may_be():
    with pytest.raises(InputError) as found:
        read_added("\n".join(f"9.9.9.{n}" for n in range(MOST + 2)), private=False)
    assert len(found.value.errors) == 2


def test_link_has_no_more_servers_asked_than_any_zone_has():
    for field, one in (("old", "9.9.{}.9"), ("old", "n{}.pl"), ("new", "n{}.pl")):
        servers = [one.format(n) for n in range(27)]
        assert refused(**{field: ",".join(servers)}) == [(f"check.{field}", "error.check_servers")]
        assert len(getattr(wish(**{field: ",".join(servers[1:])}), f"{field}_servers")) == 26


# -- domains of the pipeline


def test_domain_of_a_migration_brings_its_servers_and_its_switch_along():
    life = Life("firma.pl", "inna.pl")
    (d, other) = life.m.active
    d.old_ns, d.new_ns = "ns1.stary.pl ns2.stary.pl", "ns1.nowy.pl"
    d.new_addresses, d.old_addresses = "192.0.2.10 2001:db8::1", "2001:db8::2"
    form = check_form(d)
    found = wish(True, **form)
    assert found.name.ascii == "firma.pl"
    assert found.old_servers == ("ns1.stary.pl", "ns2.stary.pl") and found.new_servers == ("ns1.nowy.pl",)
    assert found.expected == ("192.0.2.10",)
    assert "switched" not in form
    assert check_form(other) == {"name": "inna.pl"}
    # Addresses that a look before the switch needs stand beside names: a check takes names where there are some.
    d.old_ns, d.new_ns = "ns1.stary.pl 192.0.2.53", "ns1.nowy.pl 192.0.2.54"
    other.old_ns, other.new_ns = "192.0.2.53", "192.0.2.54"
    assert wish(True, **check_form(d)).new_servers == ("ns1.nowy.pl",)
    assert check_form(d)["old"] == "ns1.stary.pl" and check_form(other) == {"name": "inna.pl", "old": "192.0.2.53"}
    assert [c.domain.name for c in checkable([life.m])] == ["firma.pl", "inna.pl"]
