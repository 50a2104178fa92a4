"""What is found of sites: each fault by its name, alone; a clean move by nothing at all."""

import dataclasses
import datetime as dt

import pytest

from core.cutover.asking.page_text import triples
from core.cutover.finding import NAME, parse_weights
from core.cutover.judging.web_findings import find
from core.cutover.probes import Certificate, Hop, Page
from core.ground.settings import ROOT
from core.language import LANGUAGES

NOW = dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC)
GOOD = Certificate(("a.pl", "www.a.pl"), "Let's Encrypt, R11", NOW + dt.timedelta(days=60), True)
TEXT = triples("Róże dalie piwonie i lilie wysyłamy codziennie rano w całym kraju")
OLD, NEW = "192.0.2.1", "192.0.2.2"
WEIGHTS = parse_weights((ROOT / NAME).read_text(encoding="utf-8"))


def bad(why, names=("host.example",)):
    return Certificate(names, "host.example", NOW - dt.timedelta(days=1), False, why)


def page(side="new", secure=True, site="a.pl", **how):
    usual = {"status": 200, "title": "Kwiaty", "length": 500, "words": TEXT, "certificate": GOOD if secure else None}
    return Page(site, side, OLD if side == "old" else NEW, secure, **{**usual, **how})


def down(failure, side="new", secure=True, site="a.pl"):
    return Page(site, side, OLD if side == "old" else NEW, secure, failure=failure)


def pages(site="a.pl", **changes):
    """The four pages of a site that moved well, changed: `new`, `new_secure`, `new_plain`, and the old ones alike."""
    made = []
    for side in ("old", "new"):
        for secure in (True, False):
            kind = f"{side}_{'secure' if secure else 'plain'}"
            change = {**changes.get(side, {}), **changes.get(kind, {})}
            failure = change.pop("down", "")
            made.append(down(failure, side, secure, site) if failure else page(side, secure, site, **change))
    return made


def tags(looked):
    found = find(looked, NOW)
    for one in found:
        assert one.tag in WEIGHTS.weight, one
        for language in LANGUAGES.values():
            said = f"{language.text(one.message)} {language.text(one.todo)}"
            assert "{" not in said and "cutover." not in said, said
    return [one.tag for one in found]


TO_TLS = Hop(301, "https://a.pl/", True)
TO_WWW = Hop(301, "https://www.a.pl/", True)


def test_a_clean_move_gives_nothing():
    assert tags(pages()) == tags([]) == []
    assert tags(pages(old_plain={"hops": (TO_TLS,)}, new_plain={"hops": (TO_TLS,)})) == []
    both = {"hops": (TO_WWW,)}
    assert tags(pages(old=both, new=both) + pages("www.a.pl")) == []


def test_a_site_without_tls_on_either_side_is_no_fault():
    assert tags(pages(old_secure={"down": "refused"}, new_secure={"down": "refused"})) == []
    # A hoster's certificate on a port that nobody comes to.
    default = {"certificate": bad("other_name"), "default": "Plesk"}
    assert tags(pages(old_secure={"down": "refused"}, new_secure=default)) == []
    # A wall that drops, or a server that was busy: nobody knows.
    silent = pages(old_secure={"down": "timeout"}, new_secure={"certificate": bad("self_signed")})
    assert tags(silent) == ["web_old_silent"] and WEIGHTS.weight["web_old_silent"] == "accept"


def test_a_redirect_to_tls_that_nobody_speaks_is_told_whatever_the_old_server_showed_there():
    to_tls = {"hops": (TO_TLS,)}
    lost = {"hops": (TO_TLS,), "status": None, "failure": "refused"}
    # Visitors clicked the warning away, and came.
    old = {"old_plain": to_tls, "old_secure": {"certificate": bad("other_name")}}
    assert tags(pages(**old, new_plain=lost, new_secure={"down": "refused"})) == ["web_no_tls"]
    # A site that the old server refused, and that the new one leads to.
    www = pages("www.a.pl", old={"down": "refused"}, new={"down": "refused"})
    lost = {**lost, "hops": (TO_WWW,)}
    assert tags(pages(old_secure={"down": "refused"}, new=lost) + www) == ["web_no_answer"]


def test_an_old_server_whose_handshake_came_and_whose_page_did_not_is_no_site_without_tls():
    slow = {"status": None, "failure": "timeout"}
    assert tags(pages(old_secure=slow)) == ["web_unreadable"]
    assert tags(pages(old_secure=slow, new_secure=slow)) == ["web_neither"]
    assert tags(pages(old_secure=slow, new_secure={"status": 500})) == ["web_old_silent", "web_server_error"]
    assert tags(pages(old_secure={**slow, "certificate": bad("other_name")})) == []


@pytest.mark.parametrize("status", [401, 404, 204])
def test_what_is_the_same_on_both_is_no_fault_of_the_move(status):
    assert tags(pages(old={"status": status}, new={"status": status, "words": frozenset(), "title": ""})) in (
        [],
        ["web_unlike"] if status < 400 else [],
    )
    assert tags(pages(old={"certificate": bad("expired")}, new={"certificate": bad("other_name")})) == []
    # A server's first certificate is no TLS of the site's.
    assert tags(pages(old_secure={"certificate": bad("other_name")}, new_secure={"down": "tls"})) == []
    assert tags(pages(old_secure={"certificate": bad("self_signed")}, new_secure={"down": "tls"})) == ["web_no_tls"]
    away = {"hops": (Hop(302, "https://shop.example/a", False),), "status": 302}
    assert tags(pages(old=away, new=away)) == []
    assert tags(pages(old={"default": "nginx"}, new={"default": "Plesk", "words": frozenset((1,))})) == []


@pytest.mark.parametrize("status", [403, 429])
def test_a_server_that_turns_us_away_shows_no_site_unless_both_say_the_same(status):
    # The old one's guard against robots, and the new one's empty folder.
    other = {"status": status, "words": frozenset((1, 2)), "title": "403 Forbidden"}
    assert tags(pages(old={"status": status}, new=other)) == ["web_error_both"]
    assert tags(pages(old={"status": status}, new={"status": status})) == []
    assert tags(pages(old={"status": status, "default": "Apache"}, new=other)) == []


def test_a_site_that_only_the_new_side_has_is_judged_alone():
    assert tags([page(), page(secure=False)]) == []
    assert tags([page(status=500), page(secure=False, status=500)]) == ["web_server_error"]
    assert tags([down("refused"), down("refused", secure=False)]) == ["web_no_answer"]
    # Nobody saw that the old one had none.
    assert tags([down("refused"), page(secure=False)]) == ["web_no_tls"]
    assert tags([page(), down("refused", secure=False)]) == ["web_no_http"]


def test_a_site_that_stays_at_its_address_is_not_judged():
    ends = GOOD._replace(ends=NOW)
    looked = [
        dataclasses.replace(one, address=OLD) for one in pages(new_secure={"certificate": ends}, new={"status": 500})
    ]
    assert tags(looked) == []


def test_a_site_without_an_address_at_the_new_side_is_the_zones_business():
    assert tags([page("old"), page("old", False)]) == []


@pytest.mark.parametrize("failure", ["refused", "timeout", "closed", "unreachable", "tls", "not_spoken", "too_large"])
def test_no_answer_of_the_new_server(failure):
    assert tags(pages(new={"down": failure})) == ["web_no_answer"]
    assert tags(pages(old_secure={"down": "refused"}, new={"down": failure})) == ["web_no_answer"]
    assert tags(pages(new_plain={"down": failure})) == ["web_no_http"]
    assert tags(pages(new_secure={"down": failure})) == ["web_no_tls"]


def test_no_tls_is_told_once_also_where_a_redirect_leads_to_it():
    fails = {"hops": (TO_TLS,), "status": None, "failure": "tls", "certificate": None}
    assert tags(pages(new_secure={"down": "tls"}, old_plain={"hops": (TO_TLS,)}, new_plain=fails)) == ["web_no_tls"]
    # The old server has none, the new one sends everybody to it.
    assert tags(pages(old_secure={"down": "refused"}, new_secure={"down": "tls"}, new_plain=fails)) == ["web_no_tls"]
    stays = pages(old_plain={"hops": (TO_TLS,)}, new_secure={"down": "refused"})
    assert tags(stays) == ["web_no_tls"]


def test_a_handshake_with_nothing_behind_it_is_no_answer():
    assert tags(pages(new_secure={"status": None, "failure": "timeout"})) == ["web_no_answer"]


@pytest.mark.parametrize(
    ("why", "tag"),
    [
        ("other_name", "web_certificate_other_name"),
        ("expired", "web_certificate_expired"),
        ("self_signed", "web_certificate_self_signed"),
        ("unknown_issuer", "web_certificate_unknown_issuer"),
        ("not_yet", "web_certificate_bad"),
        ("weak", "web_certificate_bad"),
        ("other", "web_certificate_bad"),
    ],
)
def test_a_certificate_that_does_not_fit_where_the_old_one_did(why, tag):
    assert tags(pages(new_secure={"certificate": bad(why)})) == [tag]
    assert tags(pages(new_secure={"certificate": Certificate((), "", None, False, why)})) == [tag]
    assert WEIGHTS.weight[tag] == "blocked"
    # Only the second name's.
    assert [one.name for one in find(pages() + pages("www.a.pl", new_secure={"certificate": bad(why)}), NOW)] == [
        "www.a.pl"
    ]


def test_a_bad_certificate_counts_where_the_new_server_sends_everybody_to_it():
    sent = {"hops": (TO_TLS,)}
    looked = pages(old_secure={"down": "refused"}, new_secure={"certificate": bad("self_signed")}, new_plain=sent)
    assert tags(looked) == ["web_certificate_self_signed"]
    looked = pages(old={"certificate": bad("expired")}, new_secure={"certificate": bad("expired")}, new_plain=sent)
    assert tags(looked) == ["web_certificate_expired"]
    assert tags(pages(old_plain=sent, new_plain=sent, old={}, new={})) == []


def test_hsts_is_a_blocker_of_its_own():
    looked = pages(old_secure={"hsts": 31536000}, new_secure={"certificate": bad("self_signed")})
    assert tags(looked) == ["web_certificate_self_signed", "web_hsts"]
    assert tags(pages(old_secure={"hsts": 31536000}, new_secure={"down": "refused"})) == ["web_no_tls", "web_hsts"]
    assert tags(pages(old_secure={"hsts": 0}, new_secure={"down": "refused"})) == ["web_no_tls"]
    assert tags(pages(old_secure={"hsts": 31536000})) == []


def test_a_certificate_that_ends_soon():
    soon, later = (GOOD._replace(ends=NOW + dt.timedelta(days=days)) for days in (13, 15))
    assert tags(pages(new_secure={"certificate": soon})) == ["web_certificate_ends"]
    assert tags(pages(new_secure={"certificate": later})) == tags(pages(old_secure={"certificate": soon})) == []


@pytest.mark.parametrize(
    ("status", "was", "tag"),
    [
        (500, 200, "web_server_error"),
        (503, 404, "web_server_error"),
        (404, 200, "web_client_error"),
        (403, 500, "web_client_error"),
        (421, 200, "web_misdirected"),
        (421, 421, "web_error_both"),
        (500, 500, "web_error_both"),
        (403, 401, "web_status_differs"),
        (200, 404, "web_status_differs"),
        (200, 500, "web_status_differs"),
        (204, 200, "web_status_differs"),
    ],
)
def test_statuses_beside_each_other(status, was, tag):
    assert tags(pages(old={"status": was}, new={"status": status, "words": frozenset()})) == [tag]


def test_one_path_of_one_way_is_enough():
    found = find(pages(new_plain={"status": 500}), NOW)
    assert [(one.tag, one.values["url"]) for one in found] == [("web_server_error", "http://a.pl/")]


def test_an_empty_page_of_the_old_hoster_is_nothing_to_lose():
    assert tags(pages(old={"default": "nginx"}, new={"status": 404})) == ["web_status_differs"]
    assert tags(pages(old={"default": "nginx"}, new={"status": 500})) == ["web_status_differs"]


def test_an_empty_page_of_a_hoster_and_no_page():
    assert tags(pages(new={"default": "nginx", "words": frozenset()})) == ["web_default_page"]
    assert tags(pages(new={"default": "Apache", "status": 403})) == ["web_default_page"]
    assert tags(pages(new={"length": 0, "words": frozenset(), "title": ""})) == ["web_empty"]
    assert tags(pages(new={"words": frozenset(), "title": ""})) == ["web_unlike"]


def test_another_text_is_to_be_accepted():
    looked = pages(new={"words": triples("kancelaria radców prawnych obsługa firm"), "title": "<b>{x}</b>"})
    (one,) = find(looked, NOW)
    assert (one.tag, one.name, one.values["percent"]) == ("web_unlike", "a.pl", 0)
    assert "<b>{x}</b>" in LANGUAGES["pl"].text(one.message)
    assert WEIGHTS.weight[one.tag] == "accept"


def test_a_page_that_is_longer_than_what_is_read_is_a_notice():
    assert tags(pages(old={"cut": True}, new={"cut": True})) == ["web_cut"] and WEIGHTS.weight["web_cut"] == "notice"


def test_a_redirect_back_to_the_old_server():
    back = {"hops": (Hop(302, f"http://{OLD}/~a/", False),), "status": 302}
    assert tags(pages(new=back)) == ["web_redirect_old"]
    # www is in the look, but stays.
    stays = [dataclasses.replace(one, address=OLD) for one in pages("www.a.pl")]
    assert tags(pages(new={"hops": (TO_WWW,)}) + stays) == ["web_redirect_old"]
    both = pages(old={"hops": (TO_WWW,)}, new={"hops": (TO_WWW,)})
    assert tags(both + stays) == []


def test_a_redirect_elsewhere_than_the_old_one():
    away = {"hops": (Hop(302, "https://a.hoster.example/", False),), "status": 302}
    assert tags(pages(new=away)) == ["web_redirect_away"]
    assert tags(pages(old={"hops": (TO_WWW,)}) + pages("www.a.pl")) == ["web_redirect_differs"]
    assert tags(pages(new={"hops": (TO_WWW,)}) + pages("www.a.pl")) == ["web_redirect_differs"]
    assert tags(pages(old=away)) == ["web_redirect_differs"]
    # That it is an error there is told beside.
    looked = pages(new={"hops": (TO_WWW,), "status": 500}) + pages("www.a.pl", new={"status": 500})
    assert sorted(tags(looked)) == ["web_redirect_differs", "web_server_error"]


def test_a_fault_of_the_site_that_redirects_lead_to_is_told_once_and_of_it():
    both = {"hops": (TO_WWW,)}
    looked = pages(old=both, new={**both, "status": 500}) + pages("www.a.pl", new={"status": 500})
    assert [(one.tag, one.name) for one in find(looked, NOW)] == [("web_server_error", "www.a.pl")]
    gone = {**both, "status": None, "failure": "refused"}
    looked = pages(old=both, new=gone) + pages("www.a.pl", new={"down": "refused"})
    assert sorted((one.tag, one.name) for one in find(looked, NOW)) == [("web_no_answer", "www.a.pl")]


def test_a_redirect_that_could_not_be_gone_to_is_no_good_one():
    to = {"hops": (Hop(301, "https://www.a.pl/", False),), "status": 301}
    assert tags(pages(old={"hops": (TO_WWW,)}, new=to)) == ["web_redirect_unseen"]
    assert tags([*pages(new=to), page("old", site="www.a.pl")]) == ["web_redirect_unseen"]
    odd = {"hops": (Hop(301, "http://[::1/", False),), "status": 301}
    assert tags(pages(new=odd)) == ["web_redirect_away"]


def test_a_loop_of_redirects():
    there, back = "https://a.pl/", "http://a.pl/"
    of_secure = {"hops": (Hop(301, back, True), Hop(301, there, False)), "status": 301}
    of_plain = {"hops": (Hop(301, there, True), Hop(301, back, False)), "status": 301}
    new, old = {"new_secure": of_secure, "new_plain": of_plain}, {"old_secure": of_secure, "old_plain": of_plain}
    many = {"hops": (*(Hop(301, f"https://a.pl/{n}", True) for n in range(4)), Hop(301, "https://a.pl/5", False))}
    assert tags(pages(**new)) == ["web_redirect_loop"]
    assert tags(pages(new={**many, "status": 301})) == ["web_redirect_loop"]
    assert tags(pages(**old, **new)) == ["web_error_both"]
    assert tags(pages(**old)) == ["web_status_differs"]


def test_no_redirect_to_tls_any_more():
    assert tags(pages(old_plain={"hops": (TO_TLS,)})) == ["web_no_https"]
    assert tags(pages(new_plain={"hops": (TO_TLS,)})) == []
    assert tags(pages(new_secure={"hops": (Hop(302, "http://a.pl/", True),)})) == ["web_no_https"]


def test_a_page_that_breaks_off():
    broken = {"failure": "closed"}
    assert tags(pages(new=broken)) == ["web_broken_off"]
    assert tags(pages(old=broken)) == tags(pages(old=broken, new=broken)) == ["web_unreadable"]
    assert tags(pages(new={"failure": "not_spoken"})) == ["web_unreadable"]


def test_an_old_server_that_says_nothing_is_told_and_the_new_one_judged_alone():
    for failure, tag in (
        ("timeout", "web_old_silent"),
        ("not_asked", "web_old_unseen"),
        ("unreachable", "web_old_unseen"),
    ):
        assert tags(pages(old={"down": failure})) == [tag]
        assert tags(pages(old={"down": failure}, new={"status": 500})) == [tag, "web_server_error"]
        assert tags(pages(old={"down": failure}, new={"default": "nginx"})) == [tag, "web_default_page"]
        assert tags(pages(old={"down": failure}, new={"down": "refused"})) == ["web_neither"]
    # A domain with mail only: whoever refuses both is there, and has none.
    assert tags(pages(old={"down": "refused"}, new={"default": "nginx"})) == ["web_old_silent"]
    assert tags(pages(old={"down": "refused"}, new={"down": "timeout"})) == []


def test_a_new_server_that_may_not_be_asked_is_not_taken_for_good():
    assert tags(pages(new={"down": "not_asked"})) == ["web_not_asked"] and WEIGHTS.weight["web_not_asked"] == "unknown"


def test_every_failure_has_words():
    for failure in ("not_asked", "timeout", "refused", "unreachable", "closed", "tls", "not_spoken", "too_large"):
        tags(pages(old={"down": failure}))
        tags(pages(new={"failure": failure}))
