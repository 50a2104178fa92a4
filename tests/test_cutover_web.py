"""Sites as their servers show them with the name forced: certificates, redirects, and what must not be gone to."""

import asyncio
import datetime as dt
import time
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_network

import pytest

from core.cutover.asking.web import AT_ONE_SERVER, Site, pages
from core.cutover.judging.web_findings import find
from core.cutover.probes import Hop
from core.cutover.settings import REDIRECTS, Targets
from tests.lab.certificates import Issuer
from tests.web_servers import ADDRESSES, DEFAULTS, LOOPBACK, issued, looked, page, redirect, serving

HOME = page("<title>Kwiaty</title><h1>Róże i dalie</h1><p>Wysyłka w całym kraju")
SITES = "a.example", "www.a.example"


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """An authority that is trusted, as a file, and what it signed for each name at both sides."""
    folder, issuer = tmp_path_factory.mktemp("web"), Issuer()
    signed = {name: issuer.certificate(folder, name) for name in (*SITES, "b.example")}
    (folder / "ca.pem").write_text(signed["a.example"].ca, encoding="ascii")
    return str(folder / "ca.pem"), signed, folder


def everywhere(signed, *names):
    return {(side, name): signed[name] for side in ADDRESSES for name in names}


def home_of(*names):
    return {(side, secure, f"{name}/"): HOME for side in ADDRESSES for secure in (True, False) for name in names}


def test_two_names_of_one_address_have_each_its_own_certificate_and_page(authority):
    trust, signed, _ = authority
    told = []
    with serving(home_of("a.example", "b.example"), everywhere(signed, "a.example", "b.example")) as served:
        found = looked(served, "a.example", "b.example", trust=trust, seen=told.append)
    assert len(found) == len(told) == 8
    for name in ("a.example", "b.example"):
        one = found[name, "new", True]
        assert (one.status, one.failure, one.title, one.text) == (
            200,
            "",
            "Kwiaty",
            "Róże i dalie Wysyłka w całym kraju",
        )
        assert one.certificate.names == (name,) and one.certificate.fits and one.certificate.why == ""
        assert one.certificate.issuer == "Laboratory" and one.certificate.ends.tzinfo
        assert (one.address, one.length) == (ADDRESSES["new"], len(HOME.partition(b"\r\n\r\n")[2]))
        assert found[name, "old", False].words == one.words and found[name, "old", False].certificate is None
    # The name of the handshake is the host, at each of them.
    assert {(sni, host) for _, secure, sni, host, _ in served.heard if secure} == {
        ("a.example", "a.example"),
        ("b.example", "b.example"),
    }


def test_a_certificate_of_another_name_is_told_with_the_page_behind_it(authority):
    trust, signed, _ = authority
    certificates = everywhere(signed, "a.example") | {("old", "b.example"): signed["b.example"]}
    with serving(home_of("a.example", "b.example"), certificates) as served:
        found = looked(served, "a.example", "b.example", trust=trust)
    bad = found["b.example", "new", True]
    assert (bad.certificate.names, bad.certificate.fits, bad.certificate.why) == (("a.example",), False, "other_name")
    assert bad.status == 200 and bad.title == "Kwiaty"
    assert found["b.example", "old", True].certificate.fits and found["a.example", "new", True].certificate.fits


def test_what_is_wrong_with_a_certificate_is_one_word(authority, tmp_path):
    trust, signed, _ = authority
    own, old = issued(tmp_path, "a.example", days=(-9, 9)), issued(tmp_path, "b.example", days=(-9, -1))
    (tmp_path / "ca.pem").write_text(old.ca, encoding="ascii")
    with serving(home_of("a.example"), {("new", "a.example"): own}) as served:
        assert looked(served, "a.example", trust=trust)["a.example", "new", True].certificate.why == "self_signed"
    with serving(home_of("a.example"), {("new", "a.example"): signed["a.example"]}) as served:
        # By the authorities that browsers know.
        assert looked(served, "a.example")["a.example", "new", True].certificate.why == "unknown_issuer"
    with serving(home_of("b.example"), {("new", "b.example"): old}) as served:
        found = looked(served, "b.example", trust=str(tmp_path / "ca.pem"))["b.example", "new", True]
        assert found.certificate.why == "expired" and found.certificate.names == ("b.example",)


def test_hsts_is_believed_over_a_good_connection_only_and_of_the_site_itself(authority):
    trust, signed, _ = authority
    lasting = page("x", "200 OK", 'Strict-Transport-Security: includeSubDomains; max-age="31536000"')
    play = {(side, True, "a.example/"): lasting for side in ADDRESSES} | {("old", False, "a.example/"): lasting}
    with serving(
        play, {("old", "a.example"): signed["a.example"], ("new", "a.example"): signed["b.example"]}
    ) as served:
        found = looked(served, "a.example", trust=trust)
    assert found["a.example", "old", True].hsts == 31536000
    assert found["a.example", "new", True].hsts is None and found["a.example", "old", False].hsts is None
    play = {("new", True, "a.example/"): redirect("https://b.example/"), ("new", True, "b.example/"): lasting}
    with serving(play, everywhere(signed, "a.example", "b.example")) as served:
        found = looked(served, "a.example", "b.example", trust=trust)
    assert found["a.example", "new", True].hsts is None and found["b.example", "new", True].hsts == 31536000


def test_a_redirect_to_www_is_gone_to_at_the_forced_address_of_its_side(authority):
    trust, signed, _ = authority
    play = home_of("www.a.example") | {
        (side, secure, "a.example/"): redirect("https://www.a.example/")
        for side in ADDRESSES
        for secure in (True, False)
    }
    with serving(play, everywhere(signed, *SITES)) as served:
        found = looked(served, *SITES, trust=trust)
    for side in ADDRESSES:
        for secure in (True, False):
            one = found["a.example", side, secure]
            assert one.hops == (Hop(301, "https://www.a.example/", True),)
            assert (one.status, one.title) == (200, "Kwiaty")
    assert found["a.example", "new", False].certificate is None
    assert found["a.example", "new", True].certificate.names == ("a.example",)


def test_a_path_and_a_relative_redirect_are_followed_as_browsers_do(authority):
    play = {
        ("new", False, "a.example/"): redirect("pl/start?x=ż d#top", "302 Found"),
        ("new", False, "a.example/pl/start?x=%C5%BC%20d"): HOME,
    }
    with serving(play) as served:
        one = looked(served, "a.example")["a.example", "new", False]
    assert one.hops == (Hop(302, "http://a.example/pl/start?x=%C5%BC%20d", True),) and one.status == 200


@pytest.mark.parametrize(
    ("location", "told"),
    [
        ("https://elsewhere.example/x", "https://elsewhere.example/x"),
        ("http://user:secret@a.example/x", "http://a.example/x"),
        ("http://a.example:8081/", "http://a.example:8081/"),
        ("https://a.example:80/", "https://a.example:80/"),
        ("//127.0.0.1/admin", "http://127.0.0.1/admin"),
        ("http://[::1]/", "http://[::1]/"),
        ("http://[::1/", "http://[::1/"),
        ("ftp://a.example/", "ftp://a.example/"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("http://a.example:99999/", "http://a.example:99999/"),
        ("http:///", "http://a.example/"),
    ],
)
def test_a_redirect_elsewhere_is_told_and_never_gone_to(location, told):
    with serving({("new", False, "a.example/"): redirect(location)}) as served:
        one = looked(served, "a.example")["a.example", "new", False]
    assert one.hops[0][1:] == (told, False) and one.status == 301
    assert [heard[3:] for heard in served.heard if heard[0] == "new"] == [("a.example", "/")]
    assert "secret" not in repr(one)


def test_a_loop_and_too_many_redirects_come_to_an_end():
    play = {
        ("new", False, "a.example/"): redirect("/"),
        **{("new", False, f"b.example/{n or ''}"): redirect(f"/{n + 1}") for n in range(9)},
    }
    with serving(play) as served:
        found = looked(served, "a.example", "b.example")
    assert found["a.example", "new", False].hops == (Hop(301, "http://a.example/", False),)
    hops = found["b.example", "new", False].hops
    assert [hop.followed for hop in hops] == [True] * REDIRECTS + [False]


def test_an_address_that_may_not_be_asked_is_not_and_no_redirect_leads_there():
    play = {("new", False, "a.example/"): redirect("http://b.example/")}
    only = Targets((ip_network(f"{ADDRESSES['new']}/32"),))
    with serving(play) as served:
        found = looked(served, "a.example", "*.example", "a..example", targets=only)
        assert {found["a.example", "old", secure].failure for secure in (True, False)} == {"not_asked"}
        assert {found[name, "new", True].failure for name in ("*.example", "a..example")} == {"not_asked"}
        assert found["a.example", "new", False].hops == (Hop(301, "http://b.example/", False),)
        assert {heard[0] for heard in served.heard} == {"new"}


def test_a_site_without_an_address_is_not_looked_at_and_no_address_is_no_name():
    odd = [Site("a.example", "localhost", "127.0.0.1%lo"), Site("b.example", "10.0.0.1", "fe80::1"), Site("c.example")]
    with ThreadPoolExecutor(1) as thread:
        found = thread.submit(pages, odd, LOOPBACK, defaults=DEFAULTS).result()
    assert [one.failure for one in found] == ["not_asked"] * 8


def test_a_server_is_not_asked_for_all_at_once():
    names = [f"s{number}.example" for number in range(12)]
    there, most = set(), []

    def held(name):
        async def say(writer):
            there.add(name)
            most.append(len(there))
            await asyncio.sleep(0.02)
            there.discard(name)
            writer.write(HOME)
            writer.close()

        return say

    with serving({("new", False, f"{name}/"): held(name) for name in names}, addresses={"new": "127.0.9.2"}) as served:
        found = looked(served, *names)
    assert {found[name, "new", False].status for name in names} == {200}
    assert len(most) == 12 and max(most) <= AT_ONE_SERVER


def test_from_servers_to_findings_a_clean_move_gives_none_and_a_fault_one(authority):
    trust, signed, _ = authority
    to_tls = {(side, False, f"{name}/"): redirect(f"https://{name}/") for side in ADDRESSES for name in SITES}
    play = home_of(*SITES) | to_tls
    # They are signed for a day only.
    now = dt.datetime.fromtimestamp(time.time(), dt.UTC) - dt.timedelta(days=60)

    def tags(play, certificates):
        with serving(play, certificates) as served:
            return [(one.tag, one.name) for one in find([*looked(served, *SITES, trust=trust).values()], now)]

    good = everywhere(signed, *SITES)
    assert tags(play, good) == []
    of_other = {key: made for key, made in good.items() if key != ("new", "www.a.example")}
    assert tags(play, of_other) == [("web_certificate_other_name", "www.a.example")]
    assert tags(play | {("new", True, "www.a.example/"): page("x", "500 No")}, good) == [
        ("web_server_error", "www.a.example")
    ]
    nginx = page("<title>Welcome to nginx!</title>")
    assert tags(play | {("new", True, "a.example/"): nginx}, good) == [("web_default_page", "a.example")]
    assert tags(play | {("new", False, "a.example/"): HOME}, good) == [("web_no_https", "a.example")]
    away = redirect("https://old.hoster.example/~a/")
    assert tags(play | {("new", True, "a.example/"): away}, good) == [("web_redirect_away", "a.example")]


def test_an_address_of_ipv6_is_asked_too(authority):
    trust, signed, _ = authority
    with serving(home_of("a.example"), {("new", "a.example"): signed["a.example"]}, addresses={"new": "::1"}) as served:
        found = looked(served, "a.example", trust=trust, targets=Targets((ip_network("::1/128"),)))
    assert {key: one.status for key, one in found.items()} == {
        ("a.example", "new", True): 200,
        ("a.example", "new", False): 200,
    }
