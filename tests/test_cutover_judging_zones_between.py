"""What is found of names that nobody wrote down: wildcards, names between others, and whom CAA lets issue."""

import pytest

from core.cutover.zones import Held
from core.dns.observation import Rrset
from tests.cutover_zones import (
    A_OLD,
    NEW,
    NS1,
    OLD,
    WILD_NEW,
    WILD_OLD,
    ZONE,
    asked_zone,
    old_zone,
    only,
    rcode,
    tags,
    timeout,
    weight,
)

# -- wildcards and names between


def wild(lines, kind=asked_zone, **types):
    return kind(lines, wildcard={type: Held(tuple(values)) for type, values in types.items()})


def test_wildcard_that_is_lost_is_to_be_accepted():
    assert only(wild(OLD, A=[A_OLD])) == ("wildcard_lost", "*.firma.pl", {"type": "A", "old": A_OLD, "new": "–"})
    assert tags(wild(OLD + WILD_OLD, old_zone, A=[A_OLD])) == [("wildcard_lost", "*.firma.pl")]
    assert weight("wildcard_lost") == "accept"


def test_wildcard_that_moved_as_mapped_is_no_finding():
    assert tags(wild(OLD, A=[A_OLD]), NEW + WILD_NEW) == []
    assert tags(wild(OLD + WILD_OLD, old_zone, A=[A_OLD]), NEW + WILD_NEW) == []
    assert tags(wild(OLD, CNAME=["firma.pl"]), f"{NEW}\n* CNAME firma.pl") == []
    assert tags(OLD + WILD_OLD, NEW + WILD_NEW) == []


def test_wildcard_that_leads_elsewhere_is_to_be_accepted():
    assert tags(wild(OLD, A=[A_OLD]), f"{NEW}\n* A 203.0.113.9") == [("wildcard_differs", "*.firma.pl")]
    assert tags(wild(OLD, CNAME=["firma.pl"]), f"{NEW}\n* CNAME x.else.pl") == [("wildcard_differs", "*.firma.pl")]


def test_www_and_hosts_of_the_mail_that_only_the_lost_wildcard_answered_block():
    old = OLD.replace("www CNAME firma.pl", "").replace("mail A 192.0.2.1", "")
    without = NEW.replace("www CNAME firma.pl", "").replace("mail A 203.0.113.1", "")
    assert tags(wild(old, A=[A_OLD]), without) == [
        ("wildcard_lost", "*.firma.pl"),
        ("record_lost", "www.firma.pl"),
        ("record_lost", "mail.firma.pl"),
    ]
    assert tags(wild(old, A=[A_OLD]), NEW, more=["www.firma.pl", "mail.firma.pl"])[0] == ("wildcard_lost", "*.firma.pl")
    assert ("record_lost", "www.firma.pl") not in tags(wild(old, A=[A_OLD]), NEW, more=["www.firma.pl"])


def test_wildcard_that_is_an_alias_is_lost_like_any_other():
    assert tags(wild(OLD, CNAME=["firma.pl"])) == [("wildcard_lost", "*.firma.pl")]
    assert tags(f"{OLD}\n* CNAME firma.pl") == [("wildcard_lost", "*.firma.pl")]


def test_wildcard_that_is_an_alias_on_one_side_only_is_proved_within_the_zone():
    assert tags(wild(OLD, CNAME=["firma.pl"]), NEW + WILD_NEW) == []
    assert tags(wild(OLD, A=[A_OLD]), f"{NEW}\n* CNAME firma.pl") == []
    assert tags(wild(OLD, CNAME=["firma.pl"]), f"{NEW}\n* A 203.0.113.9") == [("wildcard_differs", "*.firma.pl")]
    assert tags(wild(OLD, CNAME=["x.else.pl"]), NEW + WILD_NEW) == [("wildcard_differs", "*.firma.pl")]
    assert tags(wild(OLD, A=[A_OLD]), f"{NEW}\n* CNAME x.else.pl") == [("wildcard_differs", "*.firma.pl")]


def test_wildcard_that_a_server_does_not_answer_is_unknown():
    assert tags(wild(OLD, A=[A_OLD]), NEW, first=timeout(("qwertyuiop.firma.pl", "A"))) == [
        ("new_questions_failed", NS1)
    ]
    assert tags(wild(OLD, NAPTR=["x"])) == [("new_questions_failed", NS1)]


def test_wildcard_of_the_mail_that_was_only_asked_for_is_told_here():
    assert tags(wild(OLD, MX=["10 mail.firma.pl"])) == [("wildcard_lost", "*.firma.pl")]


def test_wildcard_left_at_an_old_address_is_told_as_that():
    assert tags(wild(OLD, A=[A_OLD]), NEW + WILD_OLD) == [("not_moved", "*.firma.pl")]


def test_wildcard_on_which_servers_differ_blocks():
    assert tags(wild(OLD, A=[A_OLD]), NEW + WILD_NEW, NEW) == [("new_servers_differ", "*.firma.pl")]


def test_wildcard_below_a_name_is_told_too():
    assert tags(f"{OLD}\n*.dev A 192.0.2.1") == [("wildcard_lost", "*.dev.firma.pl")]


def test_wildcard_that_is_new_is_a_notice():
    assert only(OLD, NEW + WILD_NEW) == ("wildcard_new", "*.firma.pl", {"new": "A 203.0.113.1"})


def test_name_that_the_wildcard_answered_and_that_leads_elsewhere_now_is_told():
    new = f"{NEW}{WILD_NEW}\nftp A 203.0.113.2"
    assert only(wild(OLD, A=[A_OLD]), new, more=["ftp.firma.pl"]) == (
        "wildcard_name_differs",
        ZONE,
        {"names": "ftp.firma.pl"},
    )


def test_name_that_leads_elsewhere_than_the_wildcard_is_to_be_accepted():
    assert weight("wildcard_name_differs") == "accept" and weight("wildcard_new") == "notice"


def test_name_whose_own_records_are_what_the_wildcard_answered_is_no_finding():
    named = f"{NEW}\nftp A 203.0.113.1"
    assert tags(wild(OLD, A=[A_OLD]), named + WILD_NEW, more=["ftp.firma.pl"]) == []
    assert tags(wild(OLD, A=[A_OLD]), named, more=["ftp.firma.pl"]) == [("wildcard_lost", "*.firma.pl")]
    text = f'{NEW}{WILD_NEW}\nftp TXT "x"'
    assert tags(wild(OLD, A=[A_OLD]), text, more=["ftp.firma.pl"]) == [("wildcard_name_differs", ZONE)]


def between(*names, lines=OLD, kind=asked_zone):
    return kind(lines, between=frozenset(f"{name}.firma.pl" for name in names))


def test_something_below_a_name_that_the_new_zone_denies_is_unknown():
    assert only(between("_domainkey")) == ("between_lost", "_domainkey.firma.pl", {"new": "NXDOMAIN"})
    assert tags(between("dev"), NEW + WILD_NEW) == [("wildcard_new", "*.firma.pl"), ("between_lost", "dev.firma.pl")]
    assert weight("between_lost") == "unknown"


def test_something_unseen_below_a_name_on_both_sides_is_to_be_accepted():
    new = f'{NEW}\nx._domainkey TXT "v=DKIM1; p=AA"'
    assert tags(between("_domainkey"), new) == [("between_hidden", "_domainkey.firma.pl")]
    assert tags(between("_domainkey", kind=old_zone), new) == []
    assert weight("between_hidden") == "accept"


def test_name_between_others_that_the_new_servers_deny_is_told():
    lines = "\n_sip._tcp SRV 0 0 1 x.else.pl"
    before = between("_tcp", lines=OLD + lines)
    assert tags(before, NEW + lines) == []
    denied = rcode("NXDOMAIN", ("_tcp.firma.pl", "A"), aa=True)
    assert only(before, NEW + lines, first=denied) == ("between_denied", "_tcp.firma.pl", {"new": "NXDOMAIN"})


def test_name_between_others_that_are_all_lost_is_not_told_beside_them():
    before = between("_tcp", lines=f"{OLD}\n_sip._tcp SRV 0 0 1 x.else.pl")
    assert tags(before, NEW) == [("record_lost", "_sip._tcp.firma.pl")]


def test_name_between_that_a_server_does_not_answer_is_unknown():
    assert tags(between("dev"), NEW, first=timeout(("dev.firma.pl", "A"))) == [("new_questions_failed", NS1)]


# -- CAA


CAA = '\n@ CAA 0 issue "certum.pl"'
ISSUER = "Let's Encrypt, R11"


def caa(record, issuer=ISSUER, site=ZONE, more=""):
    lines = f"\n@ CAA {record}" if record else ""
    return tags(f"{OLD}{lines}{more}", f"{NEW}{lines}{more}", issuers={site: issuer})


def test_caa_that_shuts_out_the_authority_of_the_new_certificate_blocks():
    tag, name, values = only(OLD + CAA, NEW + CAA, issuers={"www.firma.pl": ISSUER})
    assert (tag, name) == ("caa_forbids", "www.firma.pl")
    assert values == {"caa": '0 issue "certum.pl"', "at": ZONE, "issuer": ISSUER, "wanted": "letsencrypt.org"}
    assert weight("caa_forbids") == "blocked"


@pytest.mark.parametrize(
    ("record", "issuer"),
    [
        ('0 issue "letsencrypt.org"', "Let's Encrypt, E5"),
        ('0 issue "LetsEncrypt.org; validationmethods=dns-01"', ISSUER),
        ('0 issue "sectigo.com"', "ZeroSSL, ZeroSSL RSA Domain Secure Site CA"),
        ('0 issue "comodoca.com"', "cPanel, Inc., cPanel, Inc. Certification Authority"),
        ('0 issue "digicert.com"', "GeoTrust Inc."),
        ('0 issue "pki.goog"', "Google Trust Services, WR1"),
        ('0 issue "certum.pl"', "Asseco Data Systems S.A., Certum"),
        ('0 issue "buypass.com"', "Buypass AS-983163327"),
        ('0 iodef "mailto:a@firma.pl"', ISSUER),
        ('0 issuewild ";"', ISSUER),
        ('0 issue "little.example"', "CA of little.example"),
        ("", ISSUER),
    ],
)
def test_caa_that_lets_the_authority_in_is_no_finding(record, issuer):
    assert caa(record, issuer) == []


@pytest.mark.parametrize("record", ['0 issue ";"', '0 issue ""', '128 strange "x"'])
def test_caa_that_lets_nobody_in_blocks(record):
    assert caa(record) == [("caa_forbids", ZONE)]


def test_authority_that_is_not_known_here_is_a_notice():
    assert caa('0 issue "certum.pl"', "Small CA") == [("caa_issuer_unknown", ZONE)]
    assert caa('0 issue ";"', "Small CA") == [("caa_forbids", ZONE)]


def test_nearest_caa_counts_and_that_of_an_aliases_target():
    near = '\nsklep A 192.0.2.9\nsklep CAA 0 issue "letsencrypt.org"'
    assert caa('0 issue "certum.pl"', site="sklep.firma.pl", more=near) == []
    assert caa('0 issue "certum.pl"', site="www.sklep.firma.pl", more=near) == []
    alias = f"{near}\nshop CNAME sklep.firma.pl"
    assert caa('0 issue "certum.pl"', site="shop.firma.pl", more=alias) == []
    assert caa('0 issue "certum.pl"', site="x.firma.pl", more="\nx CNAME x.shop.example") == [
        ("caa_forbids", "x.firma.pl")
    ]


def test_caa_is_not_looked_at_where_no_certificate_was_seen():
    assert tags(OLD + CAA, NEW + CAA) == []


def test_site_of_another_zone_has_no_caa_here():
    assert caa('0 issue "certum.pl"', site="other.pl") == []


@pytest.mark.parametrize("values", [("\\# 1 00", "x"), ("0 issue",), ("0 issue {name}%s",)])
def test_caa_that_is_none_is_passed_over(values):
    def odd(o):
        return o._replace(answer=(Rrset(ZONE, "CAA", 60, values),)) if o.question.type == "CAA" else o

    assert {tag for tag, _ in tags(OLD, NEW, issuers={ZONE: ISSUER}, first=odd)} <= {"caa_forbids", "records_new"}
