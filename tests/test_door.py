"""The web door on a real server: the refused reach nobody, nothing leaves the house, all answers bear our headers."""

import contextlib
import os
import socket
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import streamlit as st
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

import asgi
from core.door.response_headers import headers, inline_scripts
from core.ground.settings import ROOT
from pages.parts.shared.shell import DEFAULT_PAGE
from tests.browser.conftest import serve
from tests.lab.network import NoNetworkError, own_network

SOCKET = "/_stcore/stream"
PATHS = (
    *("/", "/start", "/board", "/quote?adjust=1", "/nothing/here", "//elsewhere.example/", "/..%2f..%2fetc/passwd"),
    *("/_stcore/health", "/_stcore/host-config", "/_stcore/metrics", "/_stcore/script-health-check"),
    *("/_stcore/agent/openapi.json", "/_stcore/agent/interact", "/_stcore/bidi-components/x", "/component/x/y"),
    *("/_stcore/upload_file/session/file", "/media/abc.csv", "/static/js/index.js", "/auth/login", SOCKET),
)
ELSEWHERE = ("http://elsewhere.example", "https://127.0.0.1", "http://127.0.0.1:1", "http://192.0.2.1:8501", "null", "")
"""Names and addresses of documentation only (RFC 2606, RFC 5737), and nobody is to ask for them."""


@pytest.fixture(scope="module")
def desk():
    with serve(ALLOWED_ORIGINS="http://desk.example:8080") as address:
        yield urlsplit(address)


def ask(desk, path, method="GET", body=None, **more):
    """Return status, headers (lower case) and body of an answer; `host` and others are sent as they are given."""
    connection = HTTPConnection(desk.hostname, desk.port, timeout=60)
    with contextlib.closing(connection):
        connection.request(method, path, body, {"Host": desk.netloc, **more})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


def shake_hands(desk, **more):
    """Return the status of a websocket's handshake: 101 where it is let in."""
    try:
        with connect(
            f"ws://{desk.netloc}{SOCKET}",
            origin=more.pop("Origin", None),
            additional_headers=more,
            subprotocols=["streamlit"],
            open_timeout=60,
        ):
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code


def test_every_path_refuses_foreign_hosts_and_origins_by_every_method(desk):
    ours = f"http://{desk.netloc}"
    for path in PATHS:
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE"):
            assert ask(desk, path, method, Host=f"elsewhere.example:{desk.port}")[0] == 403, (method, path)
        for origin in ELSEWHERE:
            assert ask(desk, path, Origin=origin)[0] == 403, (origin, path)
        assert ask(desk, path, Origin=ours)[0] != 403, path


def test_refused_upload_is_answered_before_it_is_sent(desk):
    with socket.create_connection((desk.hostname, desk.port), timeout=60) as line:
        line.sendall(
            b"PUT /_stcore/upload_file/a/b HTTP/1.1\r\nHost: elsewhere.example\r\nContent-Length: 99999999\r\n\r\n"
        )
        answer = b""
        while part := line.recv(65_536):
            answer += part
    assert answer.startswith(b"HTTP/1.1 403 ")


def test_websocket_is_let_in_from_our_own_pages_alone(desk):
    assert shake_hands(desk, Origin=f"http://{desk.netloc}") == 101
    assert shake_hands(desk) == 403
    for origin in filter(None, ELSEWHERE):
        assert shake_hands(desk, Origin=origin) == 403, origin


def test_address_that_was_set_is_ours_for_pages_and_websockets(desk):
    # As a proxy hands it on: the name that the browser asked for.
    there = {"Host": "desk.example:8080", "Origin": "http://desk.example:8080"}
    assert ask(desk, "/board", **there)[0] == 200
    with socket.create_connection((desk.hostname, desk.port), timeout=60) as line:
        line.sendall(
            f"GET {SOCKET} HTTP/1.1\r\nHost: {there['Host']}\r\nOrigin: {there['Origin']}\r\nConnection: Upgrade\r\n"
            "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n".encode()
        )
        assert line.recv(65_536).startswith(b"HTTP/1.1 101 ")


def test_start_page_answers_by_its_name_and_keeps_what_was_asked(desk):
    assert asgi.HOME == DEFAULT_PAGE
    status, told, _ = ask(desk, "/start?lang=English&x=%20a")
    assert (status, told["location"]) == (307, "/?lang=English&x=%20a")
    assert ask(desk, "/start")[1]["location"] == "/"


def test_every_answer_bears_our_headers(desk):
    for path, more in [*((path, {}) for path in PATHS if path != SOCKET), ("/", {"Host": "elsewhere.example"})]:
        _, told, _ = ask(desk, path, **more)
        policy = told["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe-eval" not in policy
        assert "script-src 'self' blob: 'sha256-" in policy, path
        assert told["x-content-type-options"] == "nosniff" and told["x-frame-options"] == "DENY"
        assert told["referrer-policy"] == "same-origin" and "camera=()" in told["permissions-policy"]


def test_inline_scripts_of_the_page_are_known_by_their_hash():
    page = Path(st.__file__).with_name("static").joinpath("index.html").read_text(encoding="utf-8")
    assert len(inline_scripts(page)) == 1
    assert inline_scripts("<p>a</p><script>1 < 2</script><script src=b></script>\n<script type=x>c\n</script>") == [
        "1 < 2",
        "c\n",
    ]
    # https://www.w3.org/TR/CSP3/#match-element-to-source-list
    told = headers("<script>alert('Hello, world.');</script>").headers["Content-Security-Policy"]
    assert "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='" in told


def test_wrong_address_in_the_settings_ends_in_a_sentence():
    done = subprocess.run(
        [sys.executable, "-c", "import asgi"],
        cwd=ROOT,
        env={**os.environ, "ALLOWED_ORIGINS": "desk.example"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2 and "ALLOWED_ORIGINS" in done.stderr and "desk.example" in done.stderr
    assert "Traceback" not in done.stderr


def left_the_house():
    """How often this network had no way to where somebody wanted to send, or a datagram (a look-up) was sent at all."""
    found = {}
    for line in Path("/proc/thread-self/net/snmp").read_text(encoding="ascii").splitlines():
        protocol, _, values = line.partition(": ")
        found.setdefault(protocol, []).append(values.split())
    four = {
        f"{protocol}.{name}": int(value) for protocol, rows in found.items() for name, value in zip(*rows, strict=True)
    }
    six = dict(line.split() for line in Path("/proc/thread-self/net/snmp6").read_text(encoding="ascii").splitlines())
    datagrams = four["Udp.OutDatagrams"] + int(six.get("Udp6OutDatagrams", 0))
    return four["Ip.OutNoRoutes"] + int(six.get("Ip6OutNoRoutes", 0)) + datagrams


def test_no_packet_leaves_this_machine_whatever_is_asked():
    try:
        with own_network() as network, network.inside():
            before = left_the_house()
            # The count sees what it is to see: a connection and a look-up that lead out.
            with contextlib.suppress(OSError):
                socket.create_connection(("192.0.2.1", 80), timeout=5)
            seen = left_the_house()
            assert seen > before
            with contextlib.suppress(OSError):
                socket.getaddrinfo("elsewhere.example", 80)
            before = left_the_house()
            assert before > seen
            with serve() as address:
                desk = urlsplit(address)
                for origin in filter(None, (*ELSEWHERE, f"http://{desk.netloc}", f"http://localhost:{desk.port}")):
                    shake_hands(desk, Origin=origin)
                    for path in PATHS:
                        ask(desk, path, Origin=origin)
                for path in PATHS:
                    ask(desk, path, Host="elsewhere.example")
                    ask(desk, path, "PUT", b"x", Origin=f"http://{desk.netloc}")
                    ask(desk, path, "OPTIONS", Origin=f"http://{desk.netloc}")
                assert left_the_house() == before
    except NoNetworkError as error:
        pytest.fail(str(error)) if os.environ.get("CI") == "true" else pytest.skip(str(error))
