"""What the mail's law finds: nothing of a clean move, and each fault alone by its own tag."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cutover.finding import parse_weights
from core.cutover.judging import mail_law
from core.cutover.judging.comparison import is_mail
from core.cutover.result import Compared
from core.language import LANGUAGES
from tests.mail_zones import (
    BEFORE,
    DKIM,
    DMARC,
    ELSEWHERE,
    KEY,
    NEW,
    OLD,
    OTHER_KEY,
    POLICY,
    SELECTOR,
    SERVERS,
    ZONE,
    found,
    new_zone,
    observed,
    old_zone,
    spf,
    tags,
)  # fmt: skip

MAIL = f"mail.{ZONE}"
MX = (ZONE, "MX")
STS, TLS, BIMI = (f"_mta-sts.{ZONE}", "TXT"), (f"_smtp._tls.{ZONE}", "TXT"), (f"default._bimi.{ZONE}", "TXT")
WEIGHTS = parse_weights(Path("data/cutover_findings.toml").read_text("utf-8"))


def test_a_clean_move_has_no_finding():
    assert found() == []


def key(text):
    return {(SELECTOR, "TXT"): (text,)}


def dmarc(*texts):
    return {(POLICY, "TXT"): texts}


FAULTS = [
    # MX
    ("mx_lost", {MX: None}),
    ("mx_null", {MX: ("0 .",)}),
    ("mx_null", {MX: ("0 .", f"10 {MAIL}")}),
    ("mx_alias", {(MAIL, "A"): None, (MAIL, "CNAME"): ("host.nowy.pl",)}),
    ("mx_differs", {MX: (f"20 {MAIL}",)}),
    ("mx_unknown", {MX: (f"10 {MAIL}", "20 mx2.nowy.pl"), STS: ("v=STSv1; id=2",)}),
    ("mx_unknown", {MX: ("10 mx.nowy.pl",), STS: ("v=STSv1; id=2",)}),
    ("mx_old_host", {MX: ("10 poczta.dawny.pl",), STS: None, BIMI: None}),
    # SPF
    ("spf_lost", {(ZONE, "TXT"): ("google-site-verification=1",)}),
    ("spf_twice", {(ZONE, "TXT"): (f"v=spf1 ip4:{NEW} -all", "v=spf1 mx -all")}),
    ("spf_broken", spf(f"v=spf1 a mx ip4:{NEW}.7 -all")),
    ("spf_broken", spf(f"v=spf1 ip4:{NEW} -all; x")),
    ("spf_lookups", spf("v=spf1 " + " ".join(f"include:_{n}.example.com" for n in range(11)) + f" ip4:{NEW} -all")),
    ("spf_lets_all", spf("v=spf1 a mx +all")),
    ("spf_lets_all", spf("v=spf1 a mx all")),
    ("spf_old_server", spf(f"v=spf1 ip4:{OLD} -all")),
    ("spf_old_server", spf("v=spf1 ip4:192.0.2.200/24 -all")),
    ("spf_new_missing", spf(f"v=spf1 ip4:{ELSEWHERE} -all")),
    ("spf_new_missing", spf(f"v=spf1 -all ip4:{NEW}")),
    ("spf_differs", spf(f"v=spf1 a mx ip4:{NEW} ~all")),
    ("spf_old_too", spf(f"v=spf1 a mx ip4:{OLD} -all")),
    # DKIM
    ("dkim_lost", {(SELECTOR, "TXT"): None}),
    ("dkim_revoked", key("v=DKIM1; p=")),
    ("dkim_twice", {(SELECTOR, "TXT"): (DKIM, f"v=DKIM1; p={OTHER_KEY}")}),
    ("dkim_differs", key(f"v=DKIM1; p={OTHER_KEY}")),
    ("dkim_differs", {(SELECTOR, "TXT"): None, (SELECTOR, "CNAME"): ("firma-pl.dkim.nowy.pl",)}),
    ("dkim_version", key(f"k=rsa; v=DKIM1; p={KEY}")),
    ("dkim_version", key(rf"v=DKIM1\\; k=rsa\\; p={KEY}")),
    ("dkim_unread", key("v=DKIM1; k=rsa; " + KEY.rstrip("="))),
    ("dkim_tag_twice", key(f"v=DKIM1; k=rsa; k=rsa; p={KEY}")),
    ("dkim_no_key", key("v=DKIM1; k=rsa;")),
    ("dkim_kind", key(f"v=DKIM1; k=rsa1024; p={KEY}")),
    ("dkim_hash", key(f"v=DKIM1; h=sha1; p={KEY}")),
    ("dkim_service", key(f"v=DKIM1; s=tlsrpt; p={KEY}")),
    ("dkim_key", key(f"v=DKIM1; p={KEY[:-3]}")),
    ("dkim_key", key(f"v=DKIM1; p={KEY[:64]}")),
    ("dkim_empty_tag", key(f"v=DKIM1;; k=rsa; p={KEY}")),
    # DMARC
    ("dmarc_lost", {(POLICY, "TXT"): None}),
    ("dmarc_twice", dmarc(DMARC, "v=DMARC1; p=none")),
    ("dmarc_broken", dmarc(DMARC.replace("DMARC1", "dmarc1"))),
    ("dmarc_broken", dmarc(DMARC.replace(";", r"\\;"))),
    ("dmarc_broken", dmarc("p=quarantine; v=DMARC1")),
    ("dmarc_tag_twice", dmarc("v=DMARC1; p=quarantine; p=none")),
    ("dmarc_no_policy", dmarc("v=DMARC1; p=quarantene")),
    ("dmarc_no_policy", dmarc("v=DMARC1; rua=mailto:dmarc@firma.pl")),
    ("dmarc_order", dmarc("v=DMARC1; rua=mailto:dmarc@firma.pl; p=quarantine")),
    ("dmarc_weaker", dmarc(DMARC.replace("quarantine", "none"))),
    ("dmarc_weaker", dmarc(f"{DMARC}; t=y")),
    ("dmarc_differs", dmarc("v=DMARC1; p=reject; rua=mailto:dmarc@firma.pl")),
    ("dmarc_differs", {(POLICY, "TXT"): None, (POLICY, "CNAME"): ("firma-pl.dmarc.nowy.pl",)}),
    # the rest
    ("mta_sts_lost", {STS: None}),
    ("tls_reports_lost", {TLS: None}),
    ("bimi_lost", {BIMI: None}),
    ("mail_text_differs", {STS: ("v=STSv1; id=2",)}),
]


@pytest.mark.parametrize(("tag", "changed"), FAULTS, ids=[f"{at}-{tag}" for at, (tag, _) in enumerate(FAULTS)])
def test_each_fault_alone_gives_exactly_its_tag(tag, changed):
    # BIMI and MTA-STS are lost beside, where a row says so.
    besides = {"mx_old_host": ["mta_sts_lost", "bimi_lost"], "mx_unknown": ["mail_text_differs"]}
    assert tags(changed) == [tag, *besides.get(tag, [])]


def test_an_mx_host_without_an_address_blocks():
    assert tags({(MAIL, "A"): None}, hosts={MAIL: ()}) == ["mx_no_address"]
    assert tags({MX: ("10 192.0.2.1",)}, {STS: None}) == ["mx_no_address"]


def test_the_addresses_of_the_new_zone_count_where_nobody_looked_a_host_up():
    assert tags(hosts={}) == []
    assert tags({(MAIL, "A"): None}, hosts={}) == ["mx_no_address"]


def test_an_mx_at_an_old_address_means_that_mail_stays():
    assert tags({(MAIL, "A"): (OLD,)}, hosts={MAIL: (OLD,)}) == ["mx_old_host"]


def test_an_mx_at_the_old_hosters_own_name_means_that_mail_stays():
    kept = {MX: ("10 mx.dawny.pl",)}
    assert tags(None, kept, hosts={"mx.dawny.pl": (ELSEWHERE,)}) == ["mx_old_host"]
    assert tags(None, kept, hosts={}) == ["mx_old_host"]


def test_the_old_hoster_that_serves_the_new_zone_too_is_nobody_else():
    same = {(ZONE, "MX"): ("10 mx.dawny.pl",), (ZONE, "NS"): BEFORE[ZONE, "NS"]}
    assert tags(same, same, hosts={"mx.dawny.pl": (ELSEWHERE,)}) == []


@pytest.mark.parametrize("hosts", [{}, {"aspmx.l.google.com": (ELSEWHERE,)}])
def test_a_mail_companys_mx_that_stays_is_no_finding(hosts):
    google = {MX: ("1 aspmx.l.google.com",), **spf("v=spf1 include:_spf.google.com ~all")}
    assert tags(None, google, hosts=hosts) == []


def test_a_mail_companys_mx_that_has_no_address_any_more_is_told_and_holds_nothing_back():
    gone = {MX: ("10 mx.example.com",), STS: None}
    assert tags(None, gone, hosts={"mx.example.com": ()}) == ["mx_faulty_before"]


def test_an_alias_as_mx_that_the_old_zone_has_too_is_a_notice():
    alias = {(MAIL, "A"): None, (MAIL, "CNAME"): ("host.example.com",)}
    assert tags(None, alias, hosts={}) == ["mx_faulty_before"]


def test_a_null_mx_in_both_zones_is_fine_and_without_it_somebody_must_say_so():
    null = {MX: ("0 .",), **spf("v=spf1 -all"), STS: None}
    assert tags(None, null) == []
    assert tags({MX: None}, null | spf(BEFORE[ZONE, "TXT"][0])) == ["mx_null_lost"]


def test_a_new_mail_server_wants_a_new_policy_of_mta_sts():
    move = {MX: ("10 mx.nowy.pl",)}
    assert tags(move, hosts={"mx.nowy.pl": (NEW,)}) == ["mx_differs", "mta_sts_same"]


# --- what is not known


def test_what_a_server_did_not_answer_is_not_judged():
    unseen = [observed(SERVERS[1], name, type, (), failure="timeout") for name, type in BEFORE]
    assert tags(odd=unseen) == []


LOST = {
    MX: "mx_lost", (ZONE, "TXT"): "spf_lost", (SELECTOR, "TXT"): "dkim_lost", (POLICY, "TXT"): "dmarc_lost",
    STS: "mta_sts_lost", TLS: "tls_reports_lost", BIMI: "bimi_lost",
}  # fmt: skip
DIFFERS = {
    MX: (f"20 {MAIL}", "mx_differs"), (ZONE, "TXT"): ("v=spf1 ?all", "spf_differs"),
    (SELECTOR, "TXT"): (f"v=DKIM1; p={OTHER_KEY}", "dkim_differs"), STS: ("v=STSv1; id=2", "mail_text_differs"),
    (POLICY, "TXT"): ("v=DMARC1; p=none", "dmarc_differs"),
}  # fmt: skip


@pytest.mark.parametrize(("key", "tag"), LOST.items(), ids=LOST.values())
def test_what_one_server_has_not_and_the_other_does_not_say_is_lost(key, tag):
    assert tags(odd=[observed(SERVERS[0], *key, (), failure="timeout"), observed(SERVERS[1], *key, ())]) == [tag]


@pytest.mark.parametrize(("key", "value", "tag"), [(key, *row) for key, row in DIFFERS.items()], ids=map(str, DIFFERS))
def test_what_one_server_has_otherwise_and_the_other_does_not_say_differs(key, value, tag):
    odd = [observed(SERVERS[0], *key, (), failure="timeout"), observed(SERVERS[1], *key, (value,))]
    assert tags(odd=odd) == [tag]


@pytest.mark.parametrize("key", [*LOST, *DIFFERS], ids=str)
def test_servers_that_differ_are_told_by_the_law_of_all_records(key):
    value = DIFFERS[key][0] if key in DIFFERS else ""
    for values in [(), (value,)] if value else [()]:
        assert tags(odd=[observed(SERVERS[1], *key, values)]) == []


def test_an_alias_at_the_domain_itself_is_told_by_the_law_of_all_records():
    hidden = {key: None for key in BEFORE if key[0] == ZONE and key[1] != "NS"}
    assert tags({**hidden, (ZONE, "CNAME"): ("host.nowy.pl",)}) == []


def test_an_mx_below_the_domain_that_an_alias_hides_differs():
    news = {(f"news.{ZONE}", "MX"): ("10 mx.example.com",)}
    alias = {(f"news.{ZONE}", "MX"): None, (f"news.{ZONE}", "CNAME"): ("host.example.com",)}
    assert tags(alias, news) == ["mx_differs"]


def test_a_new_mx_below_the_domain_is_looked_at_too():
    assert tags({(f"news.{ZONE}", "MX"): ("10 mx.example.com",)}) == ["mx_unknown"]


def test_a_mail_server_of_ones_own_that_stays_while_others_move_is_to_be_confirmed():
    own = {(MAIL, "A"): (ELSEWHERE,)}
    assert tags(None, own, hosts={MAIL: (ELSEWHERE,)}) == ["mx_stays"]
    # Nothing moves but the zone.
    assert (
        tags(None, {**own, (ZONE, "A"): (OLD,), **spf("v=spf1 a mx -all")}, hosts={MAIL: (ELSEWHERE,)}, mapping={})
        == []
    )
    # It moved before.
    assert tags(None, {(MAIL, "A"): (NEW,)}, hosts={MAIL: (NEW,)}) == []


def test_what_stands_behind_an_alias_on_the_same_server_is_not_believed():
    behind = [
        observed(server, *question, values, alias="x.nowy.pl")
        for server in SERVERS
        for question, values in (((SELECTOR, "TXT"), (DKIM,)), ((POLICY, "TXT"), (DMARC,)))
    ]
    assert tags(odd=behind) == ["dkim_differs", "dmarc_differs"]


def test_a_policy_that_another_zone_serves_differs():
    cut = [
        o._replace(flags=frozenset(), answer=(), authority=(o.answer[0]._replace(type="NS", values=("ns.raport.pl",)),))
        for o in (observed(server, POLICY, "TXT", ("x",)) for server in SERVERS)
    ]
    assert tags(odd=cut) == ["dmarc_differs"]


# --- faults that are no news


BOTH = [
    ("spf_faulty_before", {(ZONE, "TXT"): ("v=spf1 mx -all", "v=spf1 a -all")}),
    ("spf_faulty_before", spf("v=spf1 mx ipv4:192.0.2.1 -all")),
    ("spf_faulty_before", spf("v=spf1 mx +all")),
    ("dkim_faulty_before", {(SELECTOR, "TXT"): (DKIM, f"v=DKIM1; p={OTHER_KEY}")}),
    ("dkim_faulty_before", key(f"v=DKIM1; h=sha1; p={KEY}")),
    ("dmarc_faulty_before", dmarc(DMARC, "v=DMARC1; p=none")),
    ("dmarc_faulty_before", dmarc("v=dmarc1; p=none")),
    ("dmarc_faulty_before", dmarc("v=DMARC1; p=none; p=none")),
    ("mx_faulty_before", {MX: ("0 .", f"10 {MAIL}")}),
]


@pytest.mark.parametrize(("tag", "both"), BOTH, ids=[f"{at}-{tag}" for at, (tag, _) in enumerate(BOTH)])
def test_a_fault_that_the_old_zone_has_as_well_is_told_only(tag, both):
    assert tags(None, both) == [tag]
    assert WEIGHTS.verdict(found(None, both)) == "ready"


@pytest.mark.parametrize(
    ("tag", "before", "after"),
    [
        ("dkim_differs", key(f"v=DKIM1;; p={KEY}"), key(f"v=DKIM1;; p={OTHER_KEY}")),
        ("dmarc_weaker", dmarc("v=DMARC1; rua=mailto:a@b.pl; p=reject"), dmarc("v=DMARC1; rua=mailto:a@b.pl; p=none")),
        ("spf_differs", spf("v=spf1 mx ipv4:192.0.2.1 -all"), spf("v=spf1 mx ipv4:192.0.2.2 -all")),
    ],
)
def test_a_fault_of_before_hides_no_change(tag, before, after):
    assert tags(after, before) == [tag]


@pytest.mark.parametrize(
    "after",
    [
        spf(f"V=SPF1 A MX ip4:{NEW}/32 -ALL"), spf(f"v=spf1 +a:firma.pl  +mx ip4:{NEW} -all exp=wyjasnienie.firma.pl"),
        key(f"p={KEY[:40]} {KEY[40:]}"), key(f"v=DKIM1;k=rsa;p={KEY};"),
        dmarc("v = DMARC1;p=quarantine;rua=mailto:dmarc@firma.pl;"),
    ],
)  # fmt: skip
def test_what_is_written_otherwise_and_means_the_same_is_no_finding(after):
    assert tags(after) == []


def test_a_key_that_was_revoked_may_stay_so_or_go():
    revoked = {(SELECTOR, "TXT"): ("v=DKIM1; p=",)}
    assert tags(None, revoked) == []
    assert tags({(SELECTOR, "TXT"): None}, revoked) == ["dkim_revoked_gone"]


def test_an_alias_that_stays_the_same_is_fine_and_another_one_differs():
    alias = {(SELECTOR, "TXT"): None, (SELECTOR, "CNAME"): ("selector1-firma-pl._domainkey.example.com",)}
    assert tags(None, alias) == []
    assert tags({**alias, (SELECTOR, "CNAME"): ("other.example.com",)}, alias) == ["dkim_differs"]
    assert tags({(SELECTOR, "TXT"): None}, alias) == ["dkim_lost"]
    assert tags({(SELECTOR, "TXT"): (DKIM,)}, alias) == ["dkim_differs"]


def test_a_key_that_only_the_new_zone_has_is_judged_where_it_is_one():
    selector = (f"nowy._domainkey.{ZONE}", "TXT")
    assert tags({selector: (DKIM,)}) == []
    assert tags({selector: (f"v=DKIM1; p={KEY[:64]}",)}) == ["dkim_key"]
    # A wildcard's text, a revoked key: there is no key, as in the old zone.
    assert tags({selector: ("v=spf1 -all",)}) == []
    assert tags({selector: ("v=DKIM1; p=",)}) == []


def test_other_texts_at_names_of_the_mail_are_told_as_such():
    reports = (f"*._report.{POLICY}", "TXT")
    assert tags({reports: None}, {reports: ("v=DMARC1",)}) == ["mail_text_lost"]
    assert tags(None, {reports: ("v=DMARC1",)}) == []


def test_a_record_of_the_type_spf_is_a_notice():
    assert tags({(ZONE, "SPF"): None}, {(ZONE, "SPF"): ("v=spf1 -all",)}) == ["spf_type_lost"]


def test_texts_beside_the_spf_are_not_the_mails():
    assert tags({(ZONE, "TXT"): (f"v=spf1 a mx ip4:{NEW} -all",)}) == []


# --- as a whole


@pytest.mark.parametrize("state", ["only_old", "different"])
@pytest.mark.parametrize("key", [key for key in BEFORE if is_mail(*key, BEFORE[key])])
def test_every_set_of_the_mail_that_is_lost_or_differs_is_in_one_finding(key, state):
    new = () if state == "only_old" else ("20 mx.nowy.pl",) if key[1] == "MX" else ("v=spf1 ?all", "x")
    sets = {**BEFORE, key: new}
    compared = [Compared(*each, state if each == key else "same", BEFORE[each], sets[each]) for each in BEFORE]
    told = mail_law.find(old_zone(BEFORE), new_zone(sets, BEFORE), compared, {}, {MAIL: (OLD,)})
    assert [finding.name for finding in told if finding.tag != "mta_sts_same"] == [key[0]]


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_every_finding_is_worded_whole(language):
    told = [finding for _, changed in FAULTS for finding in found(changed)]
    told += [finding for _, both in BOTH for finding in found(None, both)]
    for finding in told:
        for message in (finding.message, finding.todo):
            text = language.text(message)
            assert text != message.id
            assert not set("{}") & set(text)
            assert len(text) < 1_000


@given(st.lists(st.text(max_size=80).map(lambda text: text.encode().decode("latin-1")), max_size=3), st.booleans())
def test_whatever_texts_stand_there_something_is_told_or_nothing(texts, begun):
    begins = {(ZONE, "TXT"): "v=spf1 ", (SELECTOR, "TXT"): "v=DKIM1; ", (POLICY, "TXT"): "v=DMARC1; "}
    changed = {key: tuple((begin if begun else "") + text for text in texts) for key, begin in begins.items()}
    for finding in found(changed):
        assert all(len(str(value)) <= 420 for value in finding.values.values())


def test_every_tag_has_its_weight_and_its_words():
    text = Path("data/cutover_findings.toml").read_text("utf-8")
    mine = text[text.index("# -- mail: SPF") : text.index("# -- web")]
    listed = set(tomllib.loads(mine))
    assert {tag for tag, _ in (*FAULTS, *BOTH)} <= listed
    code = "".join(path.read_text("utf-8") for path in Path("core/cutover/judging").glob("*.py"))
    assert [tag for tag in listed if f'"{tag}"' not in code] == []
    for language in ("pl", "en"):
        catalog = Path(f"data/texts/{language}.po").read_text("utf-8")
        assert all(f'msgid "cutover.finding.{tag}{end}"\n' in catalog for tag in listed for end in ("", ".todo"))
