"""Who is let in, asked of the guard alone."""

import asyncio

import pytest

from core.door.guard import Guard, origins_of
from core.ground.messages import InputError

HOST, ORIGIN = b"host", b"origin"
HERE = ("127.0.0.1", 8501)


handed_on = []
"""The Host that came through last."""


def come(*headers, kind="http", server=HERE, origins=("https://desk.example",), path="/"):
    """Return what a visitor gets: "in", or the first message of a refusal."""
    got = []

    async def desk(scope, receive, send):
        got.append("in")
        handed_on[:] = [value for name, value in scope.get("headers", ()) if name == HOST]

    async def receive():
        raise AssertionError("a request that is refused is not read")

    async def send(message):
        got.append(message)

    guard = Guard(desk, origins=origins, refusal="no")
    scope = {"type": kind, "headers": list(headers), "server": server, "path": path, "method": "GET"}
    asyncio.run(guard(scope, receive, send))
    return got[0]


@pytest.mark.parametrize("host", [b"127.0.0.1:8501", b"localhost:8501", b"[::1]:8501", b"desk.example"])
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_desks_own_addresses_are_let_in(host, kind):
    scheme = b"https" if host == b"desk.example" else b"http"
    assert come((HOST, host), (ORIGIN, scheme + b"://" + host), kind=kind) == "in"


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        (b"DESK.example", b"https://desk.example"),
        (b"desk.example:443", b"https://desk.example"),
        (b"DESK.EXAMPLE:443", b"https://desk.example"),
        (b"LOCALHOST:8501", b"http://localhost:8501"),
        (b"desk.example:8443", b"https://desk.example:8443"),
        (b"plain.example:80", b"http://plain.example"),
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_host_written_otherwise_is_handed_on_as_the_origin_has_it(host, origin, kind):
    origins = ("https://desk.example", "https://desk.example:8443", "http://plain.example")
    assert come((HOST, host), (ORIGIN, origin), (b"x-host", host), kind=kind, origins=origins) == "in"
    assert handed_on == [origin.partition(b"://")[2]]


@pytest.mark.parametrize("host", [b"127.0.0.1:80", b"127.0.0.1"])
def test_this_machine_on_the_webs_own_port_may_be_asked_with_it(host):
    assert come((HOST, host), (ORIGIN, b"http://127.0.0.1"), server=("127.0.0.1", 80), kind="websocket") == "in"
    assert handed_on == [b"127.0.0.1"]
    # Nobody says whence: it is the same all the same.
    assert come((HOST, host), server=("127.0.0.1", 80)) == "in" and handed_on == [b"127.0.0.1"]


def test_page_that_is_opened_need_not_say_whence():
    assert come((HOST, b"127.0.0.1:8501")) == "in"


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(HOST, b"")],
        [(HOST, b"elsewhere.example")],
        [(HOST, b"elsewhere.example:8501")],
        [(HOST, b"127.0.0.1")],
        [(HOST, b"127.0.0.1:8502")],
        [(HOST, b"127.0.0.1:08501")],
        [(HOST, b"127.0.0.2:8501")],
        [(HOST, b"desk.example:80")],
        [(HOST, b"desk.example:0443")],
        [(HOST, b"desk.example:443:443")],
        [(HOST, b"127.0.0.1:8501:80")],
        [(HOST, b"desk.example.")],
        [(HOST, b"sub.desk.example")],
        [(HOST, b"somebody@desk.example")],
        [(HOST, b"desk.example/x")],
        [(HOST, b"desk.example, elsewhere.example")],
        [(HOST, b"desk.example"), (HOST, b"desk.example")],
        [(HOST, b"desk.example"), (HOST, b"elsewhere.example")],
        [(HOST, b"\xff\xfe")],
    ],
)
def test_another_host_is_refused(headers):
    answer = come(*headers)
    assert (answer["type"], answer["status"]) == ("http.response.start", 403)
    assert (b"connection", b"close") in answer["headers"]


@pytest.mark.parametrize(
    "origin",
    [
        b"",
        b"null",
        b"http://desk.example",
        b"https://desk.example:443",
        b"https://desk.example:8443",
        b"https://desk.example/",
        b"https://desk.example.",
        b"HTTPS://DESK.EXAMPLE",
        b"https://desk.example https://elsewhere.example",
        b"https://elsewhere.example",
        b"https://desk.example.elsewhere.example",
        b"https://desk.example@elsewhere.example",
        b"http://127.0.0.1:8501",
        b"desk.example",
        b"\xff",
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_page_of_elsewhere_is_refused(origin, kind):
    assert come((HOST, b"desk.example"), (ORIGIN, origin), kind=kind) != "in"


def test_page_of_another_of_our_addresses_is_refused_too():
    assert come((HOST, b"127.0.0.1:8501"), (ORIGIN, b"http://localhost:8501")) != "in"


def test_second_origin_is_refused_whatever_it_says():
    ours = (ORIGIN, b"https://desk.example")
    assert come((HOST, b"desk.example"), ours, ours) != "in"


def test_websocket_that_does_not_say_whence_is_refused_before_it_is_accepted():
    assert come((HOST, b"desk.example"), kind="websocket")["type"] == "websocket.close"


def test_refusal_is_the_same_for_every_path():
    for path in ("/", "/board", "/_stcore/health", "/_stcore/metrics", "/_stcore/upload_file/a/b", "/media/x", "//x"):
        assert come((HOST, b"elsewhere.example"), path=path)["status"] == 403


def test_without_a_known_port_only_the_addresses_set_are_let_in():
    assert come((HOST, b"127.0.0.1:8501"), server=None) != "in"
    assert come((HOST, b"desk.example"), server=None) == "in"


def test_start_of_the_server_passes():
    assert come(kind="lifespan") == "in"


@pytest.mark.parametrize(
    ("text", "origins"),
    [
        ("", []),
        (" , ", []),
        ("https://Desk.Example", ["https://desk.example"]),
        ("https://desk.example:443/board?x", ["https://desk.example"]),
        ("http://desk.example:80", ["http://desk.example"]),
        ("http://desk.example:443", ["http://desk.example:443"]),
        ("https://żółw.example", ["https://xn--w-uga1v8h.example"]),
        ("https://ŻÓŁW.example:8443/board", ["https://xn--w-uga1v8h.example:8443"]),
        ("https://straße.example", ["https://xn--strae-oqa.example"]),
        ("http://10.0.0.5:08501, http://[::1]:8501", ["http://10.0.0.5:8501", "http://[::1]:8501"]),
    ],
)
def test_addresses_are_read_as_browsers_write_them(text, origins):
    assert origins_of("PUBLIC_URL", text) == frozenset(origins)


@pytest.mark.parametrize(
    "text",
    [
        "desk.example",
        "*",
        "https://*.desk.example",
        "ftp://a",
        "https://",
        "https://a:0",
        "https://a:65536",
        "x y",
        "https://ż\u2603.example",
        "https://-ż.example",
        f"https://{'ż' * 300}.example",
    ],
)
def test_what_is_no_address_is_told(text):
    with pytest.raises(InputError) as refused:
        origins_of("ALLOWED_ORIGINS", f"https://desk.example,{text}")
    (mistake,) = refused.value.errors
    assert (mistake.field, mistake.value, mistake.message.id) == ("ALLOWED_ORIGINS", text, "error.origin")
