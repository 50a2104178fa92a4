"""Redirects to wherever somebody likes: read as browsers do, and nobody is spoken to but the sites of the look."""

import socket
import threading
from contextlib import ExitStack
from ipaddress import ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.cutover.asking.redirects import TOLD_MAX, Ports, Where, leads_to
from core.cutover.settings import REDIRECTS, Targets
from tests.lab.certificates import Issuer
from tests.web_servers import looked, serving

SITE, NEW = "a.example", "127.0.9.2"
ONLY_NEW = Targets((ip_network(f"{NEW}/32"),))
ELSEWHERE = ("127.0.0.1", "127.0.9.1", "::1")
"""Where nobody may come, at the very port of the new server."""


class Decoys:
    """Listeners that count who comes."""

    def __init__(self, port, stack):
        self.came = 0
        for address in ELSEWHERE:
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            one = stack.enter_context(socket.socket(family, socket.SOCK_STREAM))
            try:
                one.bind((address, port))
            except OSError:
                continue  # No IPv6 here.
            one.listen()
            threading.Thread(target=self._count, args=(one,), daemon=True).start()

    def _count(self, one):
        while True:
            try:
                came, _ = one.accept()
            except OSError:
                return
            self.came += 1
            came.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    told = {}
    file = tmp_path_factory.mktemp("trust") / "ca.pem"
    file.write_text(Issuer().ca, encoding="ascii")

    class Everything(dict):
        def get(self, key, default=None):
            return b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: %s\r\n\r\n" % told["location"]

    with ExitStack() as stack:
        served = stack.enter_context(serving(Everything(), addresses={"new": NEW}))
        served.decoys = Decoys(served.http, stack)
        served.told, served.trust = told, str(file)
        yield served


def led(server, location):
    """Where a redirect led to, as it was seen and as it was heard."""
    server.told["location"] = location
    server.heard.clear()
    page = looked(server, SITE, targets=ONLY_NEW, trust=server.trust)[SITE, "new", False]
    assert server.decoys.came == 0
    # Neither another host, nor more often than is followed; 443 is nobody's here.
    assert {(side, host) for side, _, _, host, _ in server.heard} == {("new", SITE)}
    assert len(server.heard) == 1 + sum(hop.followed and hop.to.startswith("http:") for hop in page.hops)
    assert len(page.hops) <= REDIRECTS + 1
    return page


HOSTS = (
    *(
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0x7f.1",
        "127.0.9.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
    ),
    *(
        "[::127.0.0.1]",
        "[::1%25lo]",
        "localhost",
        "localhost.",
        "127.0.0.1.nip.io",
        "①②⑦.0.0.1",
        "a.example.evil.example",
    ),
    *(
        "a.example@127.0.0.1",
        "127.0.0.1@a.example",
        "a.example:80@127.0.0.1",
        "a.example",
        "A.EXAMPLE.",
        "www.a.example",
    ),
    *(
        "żółw.example",
        "xn--w-uga1v8h.example",
        "xn--",
        "a..example",
        "[",
        "",
        "%31%32%37.0.0.1",
        "127。0。0。1",
        NEW,
        "0",
    ),
)
PORTS = ("", ":{port}", ":80", ":0", ":99999", ":x", ":22", ":", ":00080")
SCHEMES = (
    "http://",
    "https://",
    "//",
    "http:",
    "https:/",
    "///",
    "\\\\",
    "/\\",
    "HTTP:\\\\",
    "ftp://",
    "file:///",
    "gopher://",
)
SCHEMES += (
    "javascript:",
    "data:text/html,",
    "mailto:",
    "unix:/",
    "http:///",
    "/\t/",
    "ht\ttp://",
    "view-source:http://",
    "",
)
PATHS = ("", "/", "/x", "/../..", "?x", "#x", "/%0d%0aHost:%20b", "/ x", "\\x", "/\xff", ";x", "/{port}", "/" * 400)


@settings(derandomize=True, max_examples=150)
@given(st.sampled_from(SCHEMES), st.sampled_from(HOSTS), st.sampled_from(PORTS), st.sampled_from(PATHS))
def test_nobody_else_is_spoken_to_wherever_a_redirect_leads(server, scheme, host, port, path):
    location = "".join((scheme, host, port, path)).replace("{port}", str(server.http)).encode("utf-8")
    page = led(server, location)
    for hop in page.hops:
        assert len(hop.to) <= TOLD_MAX and hop.to == " ".join(hop.to.split())
        if hop.followed:
            assert hop.to.split("/")[2].partition(":")[0] == SITE


@settings(derandomize=True, max_examples=60)
@given(st.binary(min_size=1, max_size=40))
def test_octets_of_chance_in_a_redirect_lead_nowhere_else(server, octets):
    led(server, octets.translate(None, b"\r\n\0"))


def test_a_redirect_to_itself_or_without_an_end_is_left(server):
    assert [hop.followed for hop in led(server, b"/").hops] == [False]
    assert [hop.followed for hop in led(server, b"x/").hops] == [True] * REDIRECTS + [False]


# Each as Firefox and Chromium read it (URL Standard s. 4.4): from https://a.example/x/y.
READ = {
    r"\\evil.example/": "evil.example",
    r"/\evil.example/": "evil.example",
    r"\/evil.example\a": "evil.example",
    r"https:\\evil.example": "evil.example",
    "///evil.example/": "evil.example",
    "////evil.example": "evil.example",
    "https:///evil.example/": "evil.example",
    "http:evil.example/": "evil.example",
    "http:/evil.example/": "evil.example",
    "/\t/evil.example/": "evil.example",
    "ht\ttps://evil.example/": "evil.example",
    r"https://evil.example\@a.example/": "evil.example",
    "https://a.example@evil.example/": "evil.example",
    "https://evil.example:99999/@https://a.example/": "",
    "https://[evil]/@https://a.example/": "",
    "https:/evil.example/": "a.example",
    "https:evil.example/": "a.example",
    r"?to=\\evil.example": "a.example",
    r"#\\evil.example": "a.example",
    r"\evil.example": "a.example",
    "evil.example": "a.example",
}


@pytest.mark.parametrize("location", READ)
def test_slashes_are_read_as_browsers_read_them(location):
    led = leads_to(Where(True, SITE, "/x/y"), location.encode(), Ports())
    host = READ[location]
    assert (led.to.host if led.to else "") == host or (led.to is None and "@" in location)
    assert led.told.split("/")[2].partition(":")[0] == (host or led.told.split("/")[2].partition(":")[0])
    assert host == SITE or not led.told.startswith(f"https://{SITE}/")


def test_no_password_is_told_whether_the_rest_can_be_read_or_not():
    for location in (
        "https://jan:tajne@[bad]/",
        "//jan:tajne@x.example:99999/",
        r"\\jan:tajne@x.example/",
        "ftp://jan:tajne@x/",
    ):
        assert "tajne" not in leads_to(Where(True, SITE), location.encode(), Ports()).told
