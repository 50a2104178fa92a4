"""Two zones compared set by set: what every name and type became, and whom among the new servers it hangs on."""

import pytest

from core.cutover.judging.comparison import beside_mail, compare, is_mail
from core.cutover.zones import Held
from core.dns.observation import Rrset
from tests.cutover_zones import (
    A_NEW,
    A_OLD,
    MAP,
    NEW,
    NS1,
    NS2,
    OLD,
    ZONE,
    asked_zone,
    new_zone,
    old_zone,
    rcode,
    timeout,
    without_aa,
)

WWW, SHOP = "www.firma.pl", "sklep.firma.pl"


def compared(old=OLD, *new, mapping=MAP, zone=old_zone, more=(), wildcard=None, **failing):
    before = zone(old, wildcard=wildcard or {})
    return {(c.name, c.type): c for c in compare(before, new_zone(before, *new, more=more, **failing), mapping)}


def states(*args, **more):
    return {key: one.state for key, one in compared(*args, **more).items()}


def one(key, *args, **more):
    found = compared(*args, **more)[key]
    return found.state, found.old, found.new, found.servers


def test_clean_move_is_moved_or_the_same_throughout():
    assert states() == {
        (ZONE, "A"): "moved",
        (ZONE, "MX"): "same",
        (ZONE, "TXT"): "same",
        ("mail.firma.pl", "A"): "moved",
        (WWW, "CNAME"): "same",
    }


def test_address_is_moved_only_where_it_is_exactly_the_mapped_one():
    assert states(mapping={})[ZONE, "A"] == "different"
    assert states(mapping={A_OLD: "203.0.113.9"})[ZONE, "A"] == "different"
    more = f"{NEW}\n@ A 203.0.113.2"
    assert one((ZONE, "A"), OLD, more) == ("different", (A_OLD,), (A_NEW, "203.0.113.2"), ())


def test_of_several_addresses_those_that_are_not_mapped_must_stay():
    old, new = f"{OLD}\n@ A 198.51.100.7", f"{NEW}\n@ A 198.51.100.7"
    assert states(old, new)[ZONE, "A"] == "moved"
    assert states(old, NEW)[ZONE, "A"] == "different"


def test_address_that_stays_is_the_same_whatever_is_mapped():
    assert states(OLD, OLD)[ZONE, "A"] == "same"


def test_forgotten_name_is_only_old_and_a_new_one_only_new():
    assert one((SHOP, "A"), f"{OLD}\nsklep A 192.0.2.1") == ("only_old", (A_OLD,), (), ())
    assert one((SHOP, "A"), OLD, f"{NEW}\nsklep A 203.0.113.1", more=[SHOP]) == ("only_new", (), (A_NEW,), ())


def test_texts_and_caa_compare_as_they_are_written_there():
    old = OLD + '\n@ CAA 0 ISSUE "letsencrypt.org"\nx TXT "a" "b"'
    new = NEW + '\n@ CAA 0 issue "letsencrypt.org"\nx TXT "ab"'
    assert {key: state for key, state in states(old, new).items() if key[1] in ("CAA", "TXT")} == {
        (ZONE, "CAA"): "same",
        (ZONE, "TXT"): "same",
        ("x.firma.pl", "TXT"): "same",
    }
    assert states(OLD + '\nx TXT "a"', NEW + '\nx TXT "b"')["x.firma.pl", "TXT"] == "different"


def test_soa_and_ns_of_the_apex_and_what_signs_are_not_compared():
    old = f"{OLD}\n@ SOA a.b.pl a.b.pl 1 1 1 1 1\n@ DS 1 13 2 aa\n@ DNSKEY 257 3 13 AA=="
    old += "\n@ CDS 0 0 0 00\n@ NSEC x A\nx RRSIG A"
    assert not {type for _, type in states(old)} & {"SOA", "NS", "DNSKEY", "CDS", "NSEC", "RRSIG", "DS"}


def test_names_of_other_zones_are_not_compared():
    assert ("other.pl", "A") not in compared(zone=outside)


def outside(lines, **more):
    zone = old_zone(lines, **more)
    return old_zone(lines, sets={**zone.sets, ("other.pl", "A"): Held((A_OLD,))})


def test_leftovers_of_certificates_are_ignored_on_both_sides():
    hashed = f"_{'a' * 32}"
    old = f'{OLD}\n_acme-challenge TXT "x"\n@ TXT "_globalsign-domain-verification=1"'
    old += f"\n{hashed} CNAME {'b' * 32}.comodoca.com"
    new = f'{NEW}\n_acme-challenge.www TXT "y"'
    assert states(old, new, more=["_acme-challenge.www.firma.pl"]) == states()


def test_alias_for_renewals_is_no_leftover():
    assert states(f"{OLD}\n_acme-challenge CNAME x.acme.example")["_acme-challenge.firma.pl", "CNAME"] == "only_old"


# -- zones below


BELOW = "\nsub NS ns1.sub.firma.pl\nns1.sub A 198.51.100.1\nsub DS 1 13 2 aa"


def test_zone_below_is_compared_by_its_ns_ds_and_glue():
    found = states(OLD + BELOW, NEW + BELOW)
    assert {found[key] for key in found if "sub" in key[0]} == {"same"} and len(found) == len(states()) + 3
    lost = states(OLD + BELOW, NEW)
    assert {lost[key] for key in lost if "sub" in key[0]} == {"only_old"}


def test_glue_that_a_referral_lacks_is_lost():
    found = states(OLD + BELOW, NEW + "\nsub NS ns1.sub.firma.pl\nsub DS 1 13 2 aa")
    assert found["ns1.sub.firma.pl", "A"] == "only_old" and found["sub.firma.pl", "NS"] == "same"


def test_what_a_file_has_below_a_cut_is_no_record_of_the_zone():
    assert ("www.sub.firma.pl", "A") not in compared(f"{OLD}{BELOW}\nwww.sub A 192.0.2.1", NEW + BELOW)


def test_cut_below_a_cut_is_no_record_of_the_zone():
    deeper = f"{BELOW}\ndeep.sub NS ns.else.pl"
    assert ("deep.sub.firma.pl", "NS") not in compared(OLD + deeper, NEW + deeper)


def test_name_that_the_new_zone_delegates_is_different():
    state, _, new, _ = one(("www.sub.firma.pl", "A"), f"{OLD}\nwww.sub A 192.0.2.1", f"{NEW}\nsub NS ns1.else.pl")
    assert (state, new) == ("different", ("ns1.else.pl",))


# -- aliases


def test_alias_that_became_the_addresses_of_its_target_in_the_zone_is_moved():
    flat = NEW.replace("www CNAME firma.pl", "www A 203.0.113.1")
    assert one((WWW, "CNAME"), OLD, flat) == ("moved", (ZONE,), (A_NEW,), ())
    assert not {(WWW, "A"), (WWW, "AAAA")} & compared(OLD, flat).keys()


def test_addresses_that_became_an_alias_to_the_same_in_the_zone_are_moved():
    assert one((WWW, "CNAME"), OLD.replace("www CNAME firma.pl", "www A 192.0.2.1"), NEW)[0] == "moved"
    old = OLD.replace("www CNAME firma.pl", "www A 192.0.2.7")
    assert one((WWW, "CNAME"), old, NEW) == ("different", ("192.0.2.7",), (ZONE,), ())


def test_alias_that_became_other_addresses_is_one_difference():
    flat = NEW.replace("www CNAME firma.pl", "www A 203.0.113.9\nwww AAAA 2001:db8::9")
    assert one((WWW, "CNAME"), OLD, flat) == ("different", (ZONE,), ("203.0.113.9", "2001:db8::9"), ())


def test_addresses_behind_an_alias_to_others_are_not_proved():
    old = f"{OLD}\nsklep CNAME firma.shop.example"
    assert one((SHOP, "CNAME"), old, f"{NEW}\nsklep A 23.227.38.65") == (
        "different",
        ("firma.shop.example",),
        ("23.227.38.65",),
        (),
    )


def test_flattened_alias_without_its_ipv6_is_different():
    old = f"{OLD}\n@ AAAA 2001:db8::1"
    flat = NEW.replace("www CNAME firma.pl", "www A 203.0.113.1") + "\n@ AAAA 2001:db8::1"
    assert one((WWW, "CNAME"), old, flat)[0] == "different"


def test_alias_to_another_name_is_different_unless_the_zone_proves_the_same_addresses():
    assert states(OLD, NEW.replace("www CNAME firma.pl", "www CNAME else.pl"))[WWW, "CNAME"] == "different"
    assert states(OLD, NEW.replace("www CNAME firma.pl", "www CNAME mail.firma.pl"))[WWW, "CNAME"] == "moved"


def test_alias_that_is_gone_is_only_old():
    assert states(OLD, NEW.replace("www CNAME firma.pl", ""))[WWW, "CNAME"] == "only_old"


def test_alias_that_only_a_wildcard_answers_now_is_judged_by_that():
    wild = NEW.replace("www CNAME firma.pl", "* A 203.0.113.1")
    assert one((WWW, "CNAME"), OLD, wild) == ("moved", (ZONE,), (A_NEW,), ())
    wrong = NEW.replace("www CNAME firma.pl", "* A 203.0.113.9")
    assert one((WWW, "CNAME"), OLD, wrong)[0] == "different"


def test_text_is_lost_where_the_new_zone_has_an_alias():
    old = f'{OLD.replace("www CNAME firma.pl", "www A 192.0.2.1")}\nwww TXT "x"'
    assert states(old, NEW)[WWW, "TXT"] == "only_old"


def test_key_of_dkim_that_was_an_alias_and_is_a_text_is_one_difference():
    name = "s1._domainkey"
    found = compared(f"{OLD}\n{name} CNAME s1.dkim.example", f'{NEW}\n{name} TXT "v=DKIM1; p=AA"')
    assert found[f"{name}.firma.pl", "CNAME"].new == ("v=DKIM1; p=AA",)
    assert (f"{name}.firma.pl", "TXT") not in found


def test_other_records_beside_an_alias_of_a_panels_export_are_compared_too():
    # Cloudflare's export has a CNAME at the apex, which is served as addresses.
    old = f"{OLD.replace('@ A 192.0.2.1', '@ CNAME firma.shop.example')}"
    found = states(old, NEW)
    assert found[ZONE, "CNAME"] == "different" and found[ZONE, "TXT"] == "same" and found[ZONE, "MX"] == "same"


def test_loop_of_aliases_ends():
    loop = "\na CNAME b.firma.pl\nb CNAME a.firma.pl"
    assert states(OLD + loop, f"{NEW}\na A 203.0.113.1\nb A 203.0.113.1")["a.firma.pl", "CNAME"] == "different"


def with_target(o):
    """Answer as nsd and PowerDNS do: what follows the alias, and its NXDOMAIN."""
    if o.question.name == WWW and o.answer:
        behind = Rrset(ZONE, o.question.type, 60, ("203.0.113.66",))
        return o._replace(answer=(*o.answer, behind), rcode="NXDOMAIN")
    return o


def test_what_follows_an_alias_on_the_same_server_is_not_believed():
    assert compared(OLD, NEW, first=with_target) == compared()


# -- wildcards


def test_what_a_wildcard_answers_for_a_name_that_was_only_asked_for_is_no_record():
    wild = {"A": Held((A_OLD,))}
    lines = f"{OLD}\nblog A 192.0.2.1"
    assert ("blog.firma.pl", "A") not in compared(lines, zone=asked_zone, wildcard=wild)
    assert states(lines, zone=old_zone, wildcard=wild)["blog.firma.pl", "A"] == "only_old"


def test_what_the_new_wildcard_answers_is_none_of_the_new_zones_own():
    assert states(OLD, f"{NEW}\n* A 203.0.113.1", more=["blog.firma.pl"]) == states()


def test_record_that_the_new_wildcard_answers_rightly_is_moved():
    assert states(f"{OLD}\nblog A 192.0.2.1", f"{NEW}\n* A 203.0.113.1")["blog.firma.pl", "A"] == "moved"


# -- servers


@pytest.mark.parametrize(
    "how",
    [timeout(), rcode("SERVFAIL"), rcode("REFUSED"), rcode("NXDOMAIN", aa=True), rcode("NOTIMP"), without_aa()],
)
def test_where_no_server_serves_the_zone_everything_is_unknown(how):
    assert set(states(OLD, NEW, first=how).values()) == {"unknown"}


@pytest.mark.parametrize(
    "how", [timeout, lambda *k: rcode("SERVFAIL", *k), lambda *k: rcode("REFUSED", *k), without_aa]
)
def test_one_question_that_fails_is_unknown(how):
    found = states(OLD, NEW, first=how((ZONE, "MX")))
    assert found.pop((ZONE, "MX")) == "unknown" and "unknown" not in found.values()


def test_truncated_answer_is_unknown():
    cut = lambda o: o._replace(flags=frozenset(("AA", "TC"))) if o.question.type == "MX" else o  # noqa: E731
    assert states(OLD, NEW, first=cut)[ZONE, "MX"] == "unknown"


def test_what_no_server_was_asked_is_unknown():
    before = old_zone()
    assert {one.state for one in compare(before, new_zone(old_zone("@ A 192.0.2.1")), MAP)} == {
        "moved",
        "same",
        "unknown",
    }


def test_worst_of_the_servers_counts_and_those_that_say_otherwise_are_named():
    assert one((ZONE, "A"), OLD, NEW, OLD) == ("same", (A_OLD,), (A_OLD,), (NS2,))
    wrong = NEW.replace("@ A 203.0.113.1", "@ A 203.0.113.9")
    assert one((ZONE, "A"), OLD, wrong, NEW) == ("different", (A_OLD,), ("203.0.113.9",), (NS1,))
    without = NEW.replace("@ A 203.0.113.1", "")
    assert one((ZONE, "A"), OLD, wrong, without)[0] == "only_old"
    assert one((WWW, "CNAME"), OLD, NEW, NEW.replace("www CNAME firma.pl", ""))[::3] == ("only_old", (NS2,))


def test_server_that_could_not_be_asked_leaves_it_unknown_unless_another_is_wrong():
    assert one((ZONE, "A"), OLD, NEW, NEW, second=timeout()) == ("unknown", (A_OLD,), (A_NEW,), (NS2,))
    wrong = NEW.replace("@ A 203.0.113.1", "@ A 203.0.113.9")
    assert one((ZONE, "A"), OLD, wrong, NEW, second=timeout())[0] == "different"


def test_new_records_that_one_server_lacks_name_it():
    found = one((SHOP, "A"), OLD, f"{NEW}\nsklep A 203.0.113.1", NEW, more=[SHOP])
    assert found[0] == "only_new" and len(found[3]) == 1


def test_names_are_told_in_the_order_of_the_dns():
    found = compare(old_zone(), new_zone(old_zone()), MAP)
    assert [(c.name, c.type) for c in found][:3] == [(ZONE, "A"), (ZONE, "MX"), (ZONE, "TXT")]


def test_hints_move_with_their_addresses():
    old = f'{OLD}\nwww2 HTTPS 1 . alpn="h2" ipv4hint="192.0.2.1"'
    new = f'{NEW}\nwww2 HTTPS 1 . alpn="h2" ipv4hint="203.0.113.1"'
    assert states(old, new)["www2.firma.pl", "HTTPS"] == "moved"


def test_thousands_of_names_take_no_time_to_speak_of():
    many = "\n".join(f"n{number} A 192.0.2.1" for number in range(1_000))
    assert set(states(OLD + many).values()) == {"moved", "same", "only_old"}


# -- what is the mail's


@pytest.mark.parametrize(
    ("name", "type", "values"),
    [
        (ZONE, "MX", ()),
        (ZONE, "TXT", ("V=SPF1 mx -all",)),
        ("mail.firma.pl", "TXT", ("x", "v=spf1")),
        ("_dmarc.firma.pl", "TXT", ()),
        ("_dmarc.firma.pl", "CNAME", ("x",)),
        ("s1._domainkey.firma.pl", "TXT", ()),
        ("_mta-sts.firma.pl", "TXT", ()),
        ("_smtp._tls.firma.pl", "TXT", ()),
        ("default._bimi.firma.pl", "TXT", ()),
    ],
)
def test_mails_records_are_known_by_name_or_by_what_they_say(name, type, values):
    assert is_mail(name, type, values)


@pytest.mark.parametrize(
    ("name", "type", "values"),
    [
        (ZONE, "TXT", ("google-site-verification=x",)),
        (ZONE, "TXT", ("v=spf1x",)),
        (ZONE, "A", ()),
        ("dmarc.firma.pl", "TXT", ()),
        ("my_dmarc.firma.pl", "TXT", ()),
        ("mta-sts.firma.pl", "A", ()),
    ],
)
def test_other_records_are_not_the_mails(name, type, values):
    assert not is_mail(name, type, values)


def test_beside_an_spf_text_other_texts_are_told_apart():
    assert beside_mail(ZONE, "TXT", ("a", "v=spf1 -all", "b")) == ("a", "b")
    assert beside_mail("_dmarc.firma.pl", "TXT", ("a",)) == ()
