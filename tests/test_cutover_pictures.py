"""Pictures of pages by a real Chromium: of what is asked for, and nothing else is reached, whatever a page tries."""

import asyncio
import contextlib
import os
import socket
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from ipaddress import ip_network
from pathlib import Path

import pytest
from PIL import Image

from core.cutover.asking import browser, picture_door
from core.cutover.asking.browser import NoPictureError, picture
from core.cutover.asking.pictures import KEPT, PICTURES_MAX, WAITING_MAX, Pictures
from core.cutover.asking.redirects import Ports
from core.cutover.probes import Page, Probes
from core.cutover.result import STALE
from core.cutover.settings import Targets
from core.cutover.showing.side_by_side import pairs, pictured
from tests.lab.certificates import Issuer
from tests.sandbox import skip_unless_confined
from tests.test_cutover_report import AT, cutover
from tests.web_servers import ADDRESSES, LOOPBACK, page, redirect, serving

NEW = ADDRESSES["new"]
RED = page("<body style='background:#ff0000'>")
GREEN = page("<body style='background:#00ff00'>")


@pytest.fixture(scope="module")
def program():
    found = browser.chromium()
    if found is None:
        reason = "no Chromium on this machine; on Debian: apt-get install chromium-headless-shell"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    skip_unless_confined()
    return found


def taken(program, url, ways, **how):
    # Here a loop of another test may be running.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: picture(program, url, ways, seconds=60, **how)).result()


def of(program, play, url="http://a.example/", sites=("a.example",), certificates=None):
    """The picture of a page of the new server, and what that server was asked for."""
    with serving(play, certificates) as served:
        ways = {(site, 80): (NEW, served.http) for site in sites} | {(site, 443): (NEW, served.https) for site in sites}
        png = taken(program, url, ways)
        return colour(png), [(host, path) for _, _, _, host, path in served.heard if path != "/favicon.ico"]


def colour(png):
    with Image.open(BytesIO(png)) as image:
        assert image.size == browser.SIZE
        return {(255, 0, 0): "red", (0, 255, 0): "green", (255, 255, 255): "white"}.get(
            image.convert("RGB").getpixel((300, 200)), "other"
        )


class Trap:
    """A server on loopback, TCP and UDP, that nobody may speak to: what came to it."""

    def __init__(self):
        self.heard = []
        self._tcp, self._udp = socket.create_server(("127.0.0.1", 0)), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.port = self._tcp.getsockname()[1]
        self._udp.bind(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, daemon=True).start()
        threading.Thread(target=self._receive, daemon=True).start()

    def _accept(self):
        while True:
            try:
                self._tcp.accept()[0].close()
            except OSError:
                return
            self.heard.append("tcp")

    def _receive(self):
        while True:
            try:
                self._udp.recv(2000)
            except OSError:
                return
            self.heard.append("udp")

    def close(self):
        for one in (self._tcp, self._udp):
            one.close()


@pytest.fixture
def trap():
    found = Trap()
    yield found
    found.close()


def test_picture_is_of_what_the_page_shows(program):
    play = {
        ("new", False, "a.example/"): page("<link rel=stylesheet href=/a.css>"),
        ("new", False, "a.example/a.css"): page("body{background:#00ff00}", "200 OK", "Content-Type: text/css"),
    }
    assert of(program, play) == ("green", [("a.example", "/"), ("a.example", "/a.css")])


def test_page_over_tls_is_seen_whoever_signed_its_certificate(program, tmp_path):
    signed = Issuer().certificate(tmp_path, "other.example")
    play = {("new", True, "a.example/"): GREEN}
    assert of(program, play, "https://a.example/", certificates={("new", "other.example"): signed})[0] == "green"


def hostile(port):
    """A page that tries by all ways to reach a port of this machine."""
    called = [
        f"http://{host}:{port}/x" for host in ("127.0.0.1", "localhost", "[::1]", "127.1", "2130706433", "0.0.0.0")
    ]
    called += [
        f"https://127.0.0.1:{port}/",
        f"//other.example:{port}/",
        f"http://a.example:{port}/",
        "file:///etc/passwd",
    ]
    tags = "<img src='{0}'><link rel=stylesheet href='{0}'><link rel=preconnect href='{0}'><iframe src='{0}'></iframe>"
    tags += "<link rel=dns-prefetch href='{0}'><link rel=prefetch href='{0}'>"
    tags += "<object data='{0}'></object><script src='{0}'></script>"
    script = f"""<script>
      document.documentElement.style.background = "#ff0000"
      fetch("http://127.0.0.1:{port}/", {{mode: "no-cors"}}); new WebSocket("ws://127.0.0.1:{port}/")
      const line = new RTCPeerConnection({{iceServers: [{{urls: "stun:127.0.0.1:{port}"}}]}})
      line.createDataChannel("x"); line.createOffer().then(offer => line.setLocalDescription(offer))
    </script>"""
    refresh = f"<meta http-equiv=refresh content='1;url=http://127.0.0.1:{port}/'>"
    frames = "<iframe src=/script></iframe><iframe src=//b.example/script></iframe><img src=/redirect>"
    return page("".join(tags.format(url) for url in called) + frames + refresh + script), page(script)


def test_page_reaches_nothing_of_this_machine_and_no_other_host(program, trap):
    whole, script = hostile(trap.port)
    play = {
        ("new", False, "a.example/"): whole,
        ("new", False, "a.example/script"): script,
        ("new", False, "b.example/script"): script,
        ("new", False, "a.example/redirect"): redirect(f"http://127.0.0.1:{trap.port}/"),
    }
    shown, heard = of(program, play, sites=("a.example", "b.example"))
    # What a page tries after its picture was taken would come now.
    time.sleep(1)
    assert trap.heard == [] and shown == "white"
    assert {("a.example", "/script"), ("b.example", "/script"), ("a.example", "/redirect")} <= set(heard)
    assert {host for host, _ in heard} == {"a.example", "b.example"}


def test_trap_hears_a_browser_that_is_not_held(program, trap, monkeypatch):
    """What the test above proves, it proves: without the flags the same page reaches the trap, past the door."""
    held = "--proxy-bypass-list=<-loopback>", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
    monkeypatch.setattr(browser, "_FLAGS", tuple(one for one in browser._FLAGS if one not in held))
    of(program, {("new", False, "a.example/"): hostile(trap.port)[0]})
    assert "tcp" in trap.heard


def test_browser_that_would_run_scripts_is_sent_away_before_the_page_is_asked_for(program, monkeypatch):
    off = "--blink-settings=scriptEnabled=false"
    monkeypatch.setattr(browser, "_FLAGS", tuple(one for one in browser._FLAGS if one != off))
    with serving({("new", False, "a.example/"): GREEN}) as served:
        with pytest.raises(NoPictureError, match="scripts"):
            taken(program, "http://a.example/", {("a.example", 80): (NEW, served.http)})
        assert served.heard == []


def test_redirect_leads_to_a_site_of_the_look_and_to_nothing_else(program, trap):
    play = {("new", False, "a.example/"): redirect("http://www.a.example/"), ("new", False, "www.a.example/"): GREEN}
    assert of(program, play, sites=("a.example", "www.a.example"))[0] == "green"
    for to in (f"http://127.0.0.1:{trap.port}/", "http://other.example/", "file:///etc/passwd"):
        with pytest.raises(NoPictureError):
            of(program, {("new", False, "a.example/"): redirect(to)})
    assert trap.heard == []


def test_no_page_is_no_picture(program):
    download = page("x", "200 OK", "Content-Disposition: attachment", "Content-Type: application/octet-stream")
    for told in (b"", download):
        with pytest.raises(NoPictureError):
            of(program, {("new", False, "a.example/"): told})


def test_page_without_an_end_is_shown_as_far_as_it_came(program, monkeypatch):
    monkeypatch.setattr(browser, "LOAD_SECONDS", 2.0)

    async def drip(writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<body style='background:#00ff00'>")
        while not writer.is_closing():
            writer.write(b"<p>x")
            await writer.drain()
            await asyncio.sleep(0.1)

    assert of(program, {("new", False, "a.example/"): drip})[0] == "green"


def test_more_than_a_page_has_is_not_taken_in(program, monkeypatch):
    monkeypatch.setattr(picture_door, "BYTES_MAX", 100_000)
    sent = 0

    async def flood(writer):
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"<!--" + b"x" * 50_000)
            sent += 50_000
            await writer.drain()

    # What came until then may be shown, or not.
    with contextlib.suppress(NoPictureError):
        of(program, {("new", False, "a.example/"): flood})
    assert 100_000 <= sent < 10_000_000


@pytest.fixture
def folders(monkeypatch):
    """Where browsers have their folders: one that whoever they are may enter."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


def test_nothing_is_left_of_a_browser_also_where_it_had_to_be_ended(program, folders):
    def processes():
        return [one for one in Path("/proc").glob("[0-9]*/cmdline") if str(folders) in _read(one)]

    seen = []

    async def silent(writer):
        seen.extend(processes())
        await writer.wait_closed()

    with serving({("new", False, "a.example/"): silent}) as served, ThreadPoolExecutor(1) as thread:
        ways = {("a.example", 80): (NEW, served.http)}
        with pytest.raises(NoPictureError, match="too long"):
            thread.submit(picture, program, "http://a.example/", ways, seconds=8).result()
    assert seen and not list(folders.iterdir())
    end = time.monotonic() + 10
    while processes() and time.monotonic() < end:
        time.sleep(0.1)
    assert processes() == []


def _read(path):
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""


def test_browser_has_none_of_our_variables_no_rights_and_always_its_sandbox(folders, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:secret@db/desk")
    told = folders / "told"
    told.touch()
    told.chmod(0o666)
    program = folders / "program"
    program.write_text(f'#!/bin/sh\n(env; id -u; ulimit -d; echo "$@") >{told}\n', encoding="ascii")
    program.chmod(0o755)
    # It ends without a word: as one does that finds no sandbox.
    with pytest.raises(NoPictureError, match="sandbox"):
        taken(str(program), "http://a.example/", {})
    said = told.read_text("utf-8").splitlines()
    assert not any("secret" in line for line in said) and "0" not in said
    assert "--no-sandbox" not in said[-1] and "--remote-debugging-port" not in said[-1]


# -- pictures of a look


def looked(*pages, at=AT):
    return cutover(probes=Probes(tuple(pages)), at=at)


def web(site="a.example", side="new", address=NEW, secure=False, **more):
    return Page(site, side, address, secure, **{"status": 200, **more})


class Hand:
    """Takes pictures in place of a browser: it waits until the test lets it."""

    def __init__(self):
        self.gate, self.asked, self.at_once, self.most, self.now = threading.Event(), [], 0, 0, AT
        self.error = None
        self.gate.set()

    def picture(self, program, url, ways):
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        self.asked.append((url, ways))
        assert self.gate.wait(60)
        self.at_once -= 1
        if self.error:
            raise self.error
        return b"PNG"


@pytest.fixture
def hand(monkeypatch):
    found = Hand()
    monkeypatch.setattr(browser, "chromium", lambda: "/usr/bin/chromium")
    monkeypatch.setattr(browser, "picture", found.picture)
    yield found
    found.gate.set()


def kept(hand, targets=LOOPBACK):
    return Pictures(targets, lambda: hand.now, Ports(8080, 8443))


def over(running):
    end = time.monotonic() + 60
    while not running.over:
        assert time.monotonic() < end
        time.sleep(0.005)
    return running


def begun(pictures, found):
    return pictures.begin(found, found.probes.pages)


def test_pictures_are_shared_and_stay_for_the_day_of_the_look(hand):
    pictures, found = kept(hand), looked(web())
    assert pictures.of(found) is None
    running = over(begun(pictures, found))
    assert begun(pictures, found) is running is pictures.of(found) and len(hand.asked) == 1
    assert list(running.taken.values()) == [b"PNG"]
    hand.now = AT + STALE
    assert pictures.of(found) is None


def test_another_look_at_the_same_has_pictures_of_its_own(hand):
    pictures, found, again = kept(hand), looked(web()), looked(web())
    over(begun(pictures, found))
    assert pictures.of(again) is None


def test_page_reaches_the_sites_of_its_side_at_their_addresses(hand):
    www, old = web("www.a.example", address="127.0.9.7"), web(side="old", address="127.0.9.1")
    second, unasked = web(address="127.0.9.8"), web("x.example", failure="not_asked")
    over(begun(kept(hand), looked(web(), www, old, second, unasked)))
    assert hand.asked[0] == (
        "http://a.example/",
        {
            ("a.example", 80): (NEW, 8080),
            ("a.example", 443): (NEW, 8443),
            ("www.a.example", 80): ("127.0.9.7", 8080),
            ("www.a.example", 443): ("127.0.9.7", 8443),
        },
    )
    assert hand.asked[2][1] == {("a.example", 80): ("127.0.9.1", 8080), ("a.example", 443): ("127.0.9.1", 8443)}
    assert hand.asked[3][1]["a.example", 80] == ("127.0.9.8", 8080) and len(hand.asked) == 4


def test_address_that_may_not_be_asked_is_never_reached(hand):
    ours = Targets((ip_network("127.0.9.0/24"),))
    pages = web(address="10.0.0.1"), web("b.example", address="kein"), web("www.a.example", address="127.0.9.7")
    running = over(begun(kept(hand, ours), looked(*pages)))
    assert [url for url, _ in hand.asked] == ["http://www.a.example/"]
    assert hand.asked[0][1].keys() == {("www.a.example", 80), ("www.a.example", 443)}
    assert list(running.taken.values()) == [None, None, b"PNG"]


def test_one_is_taken_at_a_time_so_many_of_a_look_and_so_many_looks_wait(hand):
    pictures = kept(hand)
    hand.gate.clear()
    many = [looked(*(web(f"s{n}.example") for n in range(PICTURES_MAX + 3))) for _ in range(WAITING_MAX + 1)]
    running = [begun(pictures, found) for found in many]
    assert running[-1] is None and None not in running[:-1]
    hand.gate.set()
    assert all(len(over(one).taken) == PICTURES_MAX for one in running[:-1]) and hand.most == 1
    for _ in range(KEPT + 1):
        over(begun(pictures, looked(web())))
    assert pictures.of(many[0]) is None


def test_picture_that_fails_is_told_as_none_and_the_pictures_end(hand):
    hand.error = NoPictureError("why")
    assert list(over(begun(kept(hand), looked(web()))).taken.values()) == [None]
    hand.error = LookupError("nobody foresaw it")
    assert over(begun(kept(hand), looked(web()))).taken == {}


def test_pictures_without_a_thread_are_over(hand, monkeypatch):
    def no_thread(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", no_thread)
    running = begun(kept(hand), looked(web()))
    assert running.over and running.taken == {}


def test_look_is_pictured_by_a_real_browser(program):
    play = {("old", False, "a.example/"): RED, ("new", False, "a.example/"): redirect("http://www.a.example/")}
    play["new", False, "www.a.example/"] = GREEN
    with serving(play) as served:
        pictures = Pictures(LOOPBACK, lambda: AT, Ports(served.http, served.https))
        found = looked(web(side="old", address=ADDRESSES["old"]), web(), web("www.a.example"))
        assert [colour(png) for png in over(begun(pictures, found)).taken.values()] == ["red", "green", "green"]


def test_one_pair_of_a_site_is_pictured_that_differs_first_and_answered():
    plain, dead = web("c.example"), web("b.example", failure="refused", status=None)
    differing = web("z.example", "old", secure=True, title="a"), web("z.example", secure=True, title="b")
    found = pairs((web(side="old", secure=True), web(secure=True), web(), dead, *differing, plain))
    assert [(one.site, one.secure) for one in pictured(found, 6)] == [
        ("z.example", True),
        ("a.example", True),
        ("c.example", False),
    ]
    assert [one.site for one in pictured(found, 1)] == ["z.example"]
