"""What is found of sets of two zones: each fault by its own tag and alone, and nothing where a move is clean."""

import pytest

from core.cutover.judging import told
from core.language import LANGUAGES
from tests.cutover_zones import (
    A_NEW,
    A_OLD,
    NEW,
    NS1,
    OLD,
    WILD_NEW,
    WILD_OLD,
    ZONE,
    asked_zone,
    found,
    old_zone,
    only,
    tags,
    timeout,
    weight,
)

# -- nothing where nothing is wrong


PANEL = """
ftp A 203.0.113.1
webmail A 203.0.113.1
autodiscover CNAME firma.pl
_autodiscover._tcp SRV 0 0 443 mail.firma.pl
cpanel A 203.0.113.1
_dmarc TXT "v=DMARC1; p=none"
default._domainkey TXT "v=DKIM1; p=AA"
@ CAA 0 issue "letsencrypt.org"
"""
ASKED_BESIDE = [f"{one}.{ZONE}" for one in ("ftp", "webmail", "autodiscover", "cpanel", "_dmarc", "default._domainkey")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (OLD, NEW),
        (OLD, NEW + PANEL),
        (OLD, NEW.replace("www CNAME firma.pl", "www A 203.0.113.1")),
        (OLD.replace("www CNAME firma.pl", "www A 192.0.2.1"), NEW),
        (f"{OLD}\nsklep CNAME x.shop.example", f"{NEW}\nsklep CNAME x.shop.example"),
        (f"{OLD}\nsklep A 198.51.100.7", f"{NEW}\nsklep A 198.51.100.7"),
        (f'{OLD}\n_acme-challenge TXT "x"', NEW),
        (OLD + WILD_OLD, NEW + WILD_NEW),
        (f"{OLD}\nsub NS ns.else.pl", f"{NEW}\nsub NS ns.else.pl"),
        (f"{OLD}\n_sip._tcp SRV 0 0 1 x.else.pl", f"{NEW}\n_sip._tcp SRV 0 0 1 x.else.pl"),
        (f"{OLD}\nx 60 A 192.0.2.1", f"{NEW}\nx 14400 A 203.0.113.1"),
        (f"{OLD}\nx 86400 A 192.0.2.1", f"{NEW}\nx 300 A 203.0.113.1"),
        (f'{OLD}\n@ TXT "google-site-verification=1"', f'{NEW}\n@ TXT "google-site-verification=1"'),
    ],
)
@pytest.mark.parametrize("kind", [old_zone, asked_zone])
def test_clean_move_has_no_finding(kind, old, new):
    before = kind(old, between=frozenset(("_tcp.firma.pl",)) if "_tcp" in old else frozenset())
    assert tags(before, new, new, more=ASKED_BESIDE, issuers={ZONE: "Let's Encrypt, R11"}) == []


def test_new_mail_policy_is_the_mails_and_so_is_what_became_of_the_old():
    assert tags(OLD, NEW.replace('@ TXT "v=spf1 mx -all"', '@ TXT "v=spf1 a -all"')) == []
    assert tags(OLD, NEW.replace("@ MX 10 mail.firma.pl", "")) == []
    assert tags(f'{OLD}\ns1._domainkey TXT "x"\n_dmarc CNAME a.b.pl', NEW) == []


# -- lost


def test_forgotten_name_blocks_and_is_named_alone():
    assert only(f"{OLD}\nsklep A 192.0.2.1") == ("record_lost", "sklep.firma.pl", {"type": "A", "old": A_OLD})
    assert weight("record_lost") == "blocked"


@pytest.mark.parametrize("record", ["x CNAME y.else.pl", "_sip._tcp SRV 0 0 1 x.else.pl", "sub NS ns.else.pl"])
def test_whatever_leads_somewhere_and_is_lost_blocks(record):
    assert [tag for tag, _ in tags(f"{OLD}\n{record}")] == ["record_lost"]


def test_alias_is_lost_as_one():
    assert tags(OLD, NEW.replace("www CNAME firma.pl", "")) == [("record_lost", "www.firma.pl")]


def test_zone_below_is_lost_as_one_with_its_ds_and_glue():
    below = "\nsub NS ns1.sub.firma.pl\nns1.sub A 198.51.100.1\nsub DS 1 13 2 aa"
    assert tags(OLD + below) == [("record_lost", "sub.firma.pl")]


def test_lost_glue_is_told_of_the_name_server():
    below = "\nsub NS ns1.sub.firma.pl\nns1.sub A 198.51.100.1"
    assert tags(OLD + below, f"{NEW}\nsub NS ns1.sub.firma.pl") == [("record_lost", "ns1.sub.firma.pl")]


@pytest.mark.parametrize(
    "record",
    [
        '@ TXT "google-site-verification=1"',
        '@ CAA 0 issue "letsencrypt.org"',
        "_443._tcp TLSA 3 1 1 aa",
        "www2 HTTPS 1 . alpn=h2",
    ],
)
def test_what_only_proves_or_hints_may_be_lost_where_somebody_says_so(record):
    assert [tag for tag, _ in tags(f"{OLD}\n{record}")] == ["side_record_lost"]
    assert weight("side_record_lost") == "accept"


def test_proof_beside_spf_is_told_without_the_spf():
    old = f'{OLD}\n@ TXT "google-site-verification=1"'
    gone = {"type": "TXT", "old": "google-site-verification=1"}
    assert only(old) == ("side_record_lost", ZONE, gone)
    assert only(old, NEW.replace('@ TXT "v=spf1 mx -all"', "")) == ("side_record_lost", ZONE, gone)
    other = f'{NEW}\n@ TXT "google-site-verification=2"'
    assert only(old, other) == ("record_differs", ZONE, {**gone, "new": "google-site-verification=2"})


def test_text_or_authority_that_came_beside_others_is_no_finding():
    both = '\n@ CAA 0 issue "certum.pl"\nx TXT "a"'
    assert tags(OLD + both, f'{NEW}{both}\n@ CAA 0 issue "letsencrypt.org"\nx TXT "b"\n@ TXT "c"') == []


@pytest.mark.parametrize("name", ["ftp", "webmail", "autodiscover", "autoconfig"])
def test_panels_service_may_be_lost_where_somebody_says_so(name):
    assert tags(f"{OLD}\n{name} A 192.0.2.1") == [("service_name_lost", f"{name}.firma.pl")]
    assert weight("service_name_lost") == "accept"


def test_service_of_another_company_under_a_panels_name_blocks():
    assert tags(f"{OLD}\nautodiscover CNAME autodiscover.outlook.com") == [("record_lost", "autodiscover.firma.pl")]
    assert [tag for tag, _ in tags(f"{OLD}\n_autodiscover._tcp SRV 0 0 443 x.else.pl")] == ["record_lost"]


def test_panels_service_at_the_old_hoster_is_a_panels():
    assert tags(f"{OLD}\nwebmail CNAME poczta.old.pl") == [("service_name_lost", "webmail.firma.pl")]
    assert tags(f"{OLD}\nbok CNAME panel.old.pl") == [("record_lost", "bok.firma.pl")]


def test_name_of_the_old_panel_is_told_only():
    assert tags(f"{OLD}\ncpanel A 192.0.2.1") == [("panel_name_lost", "cpanel.firma.pl")]
    assert weight("panel_name_lost") == "notice"


def test_mail_clients_names_block():
    assert tags(f"{OLD}\nimap A 192.0.2.1") == [("record_lost", "imap.firma.pl")]


def test_host_of_the_mail_without_any_address_is_the_mails_law():
    assert tags(OLD, NEW.replace("mail A 203.0.113.1", "")) == []
    both = f"{OLD}\nmail AAAA 2001:db8::1"
    assert tags(both, NEW.replace("mail A 203.0.113.1", "mail AAAA 2001:db8::1")) == [("record_lost", "mail.firma.pl")]


def test_other_records_of_such_a_host_are_told_here():
    new = NEW.replace("mail A 203.0.113.1", "")
    assert tags(f'{OLD}\nmail TXT "x"', new) == [("side_record_lost", "mail.firma.pl")]


def test_host_of_an_mx_that_the_mails_law_does_not_know_is_told_here():
    new = NEW.replace("mail A 203.0.113.1", "")
    assert tags(OLD, new, first=timeout((ZONE, "MX"))) == [
        ("new_questions_failed", NS1),
        ("record_lost", "mail.firma.pl"),
    ]


def test_name_server_of_a_zone_below_that_hides_an_mx_is_no_host_of_the_mail():
    old = f"{OLD}\nx MX 10 mail.firma.pl\nns1 A 192.0.2.9"
    assert ("record_lost", "ns1.firma.pl") in tags(old, f"{NEW}\nx NS ns1.firma.pl")


def test_own_name_server_of_the_old_zone_is_told_only():
    old = OLD.replace("ns1.old.pl", "ns1.firma.pl") + "\nns1 A 192.0.2.53"
    assert tags(old) == [("old_name_server_lost", "ns1.firma.pl")]
    assert weight("old_name_server_lost") == "notice"


def test_ipv6_that_is_lost_is_one_decision_for_all_names():
    old = f"{OLD}\n@ AAAA 2001:db8::1\nmail AAAA 2001:db8::1"
    assert only(old) == ("ipv6_lost", ZONE, {"names": "firma.pl, mail.firma.pl"})
    assert weight("ipv6_lost") == "accept"


def test_ipv6_that_an_alias_lost_with_its_target_is_told_of_the_target():
    flat = NEW.replace("www CNAME firma.pl", "www A 203.0.113.1")
    assert only(f"{OLD}\n@ AAAA 2001:db8::1", flat) == ("ipv6_lost", ZONE, {"names": ZONE})
    assert tags(f"{OLD}\n@ AAAA 2001:db8::1", f"{flat}\n@ AAAA 2001:db8::1") == [("alias_differs", "www.firma.pl")]


def test_ipv6_that_is_lost_beside_another_address_is_no_forgotten_name():
    old = f"{OLD}\nx A 192.0.2.8\nx AAAA 2001:db8::1"
    assert tags(old, f"{NEW}\nx A 203.0.113.8") == [("address_differs", "x.firma.pl"), ("ipv6_lost", ZONE)]


def test_ipv6_alone_that_is_lost_blocks():
    assert tags(f"{OLD}\nv6 AAAA 2001:db8::1") == [("record_lost", "v6.firma.pl")]


# -- different


def test_address_that_is_not_the_mapped_one_is_to_be_accepted():
    new = NEW.replace("@ A 203.0.113.1", "@ A 203.0.113.9")
    assert only(OLD, new)[::2] == ("address_differs", {"type": "A", "old": A_OLD, "new": "203.0.113.9"})
    assert weight("address_differs") == "accept"


def test_alias_replaced_by_addresses_that_nothing_proves_is_to_be_accepted_once():
    old = f"{OLD}\nsklep CNAME x.shop.example"
    assert tags(old, f"{NEW}\nsklep A 23.227.38.65\nsklep AAAA 2001:db8::7") == [("alias_differs", "sklep.firma.pl")]
    assert tags(f"{OLD}\nsklep A 198.51.100.7", f"{NEW}\nsklep CNAME x.shop.example") == [
        ("alias_differs", "sklep.firma.pl")
    ]


def test_other_records_that_differ_are_to_be_accepted():
    assert tags(f'{OLD}\nx TXT "a"', f'{NEW}\nx TXT "b"') == [("record_differs", "x.firma.pl")]
    assert weight("record_differs") == weight("alias_differs") == "accept"


def test_name_left_at_an_old_address_is_to_be_accepted():
    both = "\nsklep A 192.0.2.1"
    values = {"type": "A", "old": A_OLD, "new": A_NEW}
    assert only(OLD + both, NEW + both) == ("not_moved", "sklep.firma.pl", values)
    assert weight("not_moved") == "accept"


def test_host_of_the_mail_left_at_an_old_address_is_the_mails_law():
    assert tags(OLD, NEW.replace("mail A 203.0.113.1", "mail A 192.0.2.1")) == []


def test_address_that_is_both_old_and_new_is_not_left_behind():
    swap = {A_OLD: A_NEW, A_NEW: A_OLD}
    assert tags("@ A 192.0.2.1\nx A 192.0.2.1", "@ A 203.0.113.1\nx A 192.0.2.1", mapping=swap) == []


def test_alias_into_the_old_hosters_domain_is_to_be_accepted():
    alias = "\npanel CNAME serwer12.old.pl"
    assert only(OLD + alias, NEW + alias)[:2] == ("alias_at_old_hoster", "panel.firma.pl")
    assert tags(OLD + alias, OLD.replace(A_OLD, A_NEW) + alias) == []
    assert weight("alias_at_old_hoster") == "accept"


def test_hosters_of_one_country_ending_are_not_one():
    alias = "\nx CNAME a.other.com.pl"
    old = OLD.replace("old.pl", "old.com.pl")
    assert tags(old + alias, NEW + alias) == []
    assert tags(f"{old}\nx CNAME a.old.com.pl", f"{NEW}\nx CNAME a.old.com.pl") == [
        ("alias_at_old_hoster", "x.firma.pl")
    ]


def test_zone_below_that_stays_at_the_old_servers_is_to_be_accepted():
    below = "\nsub NS ns1.old.pl"
    assert only(OLD + below, NEW + below) == ("below_at_old_servers", "sub.firma.pl", {"servers": "ns1.old.pl"})


def test_forgotten_names_and_texts_of_everything_at_once_are_told_each():
    old = f"{OLD}\nsklep A 192.0.2.1\nblog CNAME x.blog.example\nftp A 192.0.2.1"
    assert tags(old) == [
        ("record_lost", "blog.firma.pl"),
        ("record_lost", "sklep.firma.pl"),
        ("service_name_lost", "ftp.firma.pl"),
    ]


def test_apex_that_is_an_alias_blocks_and_is_the_one_thing_told_of_it():
    alias = "@ NS ns1.new.pl\n@ CNAME x.shop.example\nwww CNAME firma.pl\nmail A 203.0.113.1"
    assert only(OLD, alias) == ("new_apex_alias", ZONE, {"alias": "x.shop.example"})
    assert weight("new_apex_alias") == "blocked"


def test_hint_at_an_old_address_blocks():
    hint = '\n@ HTTPS 1 . alpn="h2" ipv4hint="192.0.2.1"'
    values = {"type": "HTTPS", "old": A_OLD, "new": A_NEW}
    assert only(OLD + hint, NEW + hint) == ("hint_at_old_address", ZONE, values)
    assert weight("hint_at_old_address") == "blocked"


def test_hint_at_an_address_that_the_name_still_has_is_told_as_that():
    both = '\nsklep A 192.0.2.1\nsklep HTTPS 1 . ipv4hint="192.0.2.1"'
    assert tags(OLD + both, NEW + both) == [("not_moved", "sklep.firma.pl")]


def test_longer_ttls_are_one_notice():
    old, new = OLD.replace("A 192", "300 A 192"), NEW.replace("A 203", "86400 A 203")
    (finding,) = found(old, new)
    assert finding.tag == "ttl_longer" and "firma.pl A 300 → 86400" in finding.values["records"]
    assert weight("ttl_longer") == "notice"


def test_ttl_that_nobody_said_is_not_compared():
    before = old_zone()
    before = old_zone(sets={key: held._replace(ttl=None) for key, held in before.sets.items()})
    assert tags(before, NEW.replace("A 203", "86400 A 203")) == []


# -- only new


def test_new_records_are_one_notice():
    new = f"{NEW}\ntest A 203.0.113.1\ndev A 203.0.113.1"
    (finding,) = found(OLD, new, more=["test.firma.pl", "dev.firma.pl"])
    assert (finding.tag, finding.name) == ("records_new", ZONE)
    assert finding.values["records"] == "dev.firma.pl A, test.firma.pl A" and weight("records_new") == "notice"


def test_new_ipv6_is_one_notice():
    assert only(OLD, f"{NEW}\n@ AAAA 2001:db8::2\nmail AAAA 2001:db8::2") == (
        "ipv6_new",
        ZONE,
        {"names": "firma.pl, mail.firma.pl"},
    )


# -- bounds


def test_two_thousand_lost_names_are_forty_findings():
    many = "".join(f"\nn{number} A 192.0.2.1" for number in range(500))
    findings = found(OLD + many)
    assert len(findings) == told.MOST and "+" in findings[-1].name
    assert {finding.tag for finding in findings} == {"record_lost"}


def test_long_values_and_names_stay_short():
    long = "a" * 3_000
    texts = "".join(f'\nx TXT "{number}{long}"' for number in range(30))
    (finding,) = found(OLD + texts)
    assert len(finding.values["old"]) < 2_000


def test_values_full_of_braces_and_markup_are_text():
    (finding,) = found(f'{OLD}\nx TXT "{{name}} {{0}} <b>%s</b>"')
    for language in LANGUAGES.values():
        assert "{name} {0} <b>%s</b>" in language.text(finding.message)
