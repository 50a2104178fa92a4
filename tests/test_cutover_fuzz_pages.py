"""Answers of web servers mangled in every way: always a page within its bounds, and nothing cut passes for whole."""

import datetime as dt
import gzip
import zlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import datafiles
from core.cutover.asking.page_text import TEXT_MAX, TITLE_MAX
from core.cutover.asking.redirects import TOLD_MAX
from core.cutover.judging import web_findings
from core.cutover.settings import PAGE_BYTES, REDIRECTS
from tests.lab.certificates import Issuer
from tests.web_servers import looked, serving

NEW = {"new": "127.0.9.2"}
WEIGHTS = datafiles.cutover_weights()
BODY = b"<title>Kwiaty</title><p>roze dalie piwonie i lilie wysylamy codziennie rano"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A new server that says what `told` holds."""
    told = {}
    # A short list of authorities is read in no time.
    file = tmp_path_factory.mktemp("trust") / "ca.pem"
    file.write_text(Issuer().ca, encoding="ascii")

    async def say(writer):
        writer.write(told["octets"])
        await writer.drain()

    with serving({("new", False, f"a.example{path}"): say for path in ("/", "/a")}, addresses=NEW) as it:
        it.told, it.trust = told, str(file)
        yield it


def shown(server, octets):
    server.told["octets"] = octets
    one = looked(server, "a.example", trust=server.trust)["a.example", "new", False]
    assert one.status is None or 200 <= one.status <= 999
    assert (one.status is None) <= bool(one.failure)
    assert len(one.title) <= TITLE_MAX and len(one.text) <= TEXT_MAX and one.length <= PAGE_BYTES
    assert len(one.hops) <= REDIRECTS + 1 and all(len(hop.to) <= TOLD_MAX for hop in one.hops)
    assert one.title == " ".join(one.title.split()) and one.text == " ".join(one.text.split())
    return one


LINES = st.sampled_from(
    [
        *(
            b"HTTP/1.1 200 OK",
            b"HTTP/1.0 200",
            b"HTTP/1.1 200",
            b"HTTP/2 200",
            b"HTTP/1.1  200 OK",
            b"HTTP/1.1 000 Odd",
        ),
        *(
            b"HTTP/1.1 101 Switching",
            b"HTTP/1.1 204 None",
            b"HTTP/1.1 304 Not",
            b"HTTP/1.1 600 Odd",
            b"HTTP/1.1 2000 OK",
        ),
        *(
            b"HTTP/1.1 -200 OK",
            b"HTTP/1.1 \xb2\xb3\xb9",
            b"http/1.1 200 OK",
            b"HTTP/9.9 200 OK",
            b"ICY 200 OK",
            b"HTTP/1.1",
        ),
    ]
)
HEADERS = st.sampled_from(
    [
        *(
            b"Content-Length: 5",
            b"Content-Length: 75",
            b"Content-Length: 9999999999999999999999",
            b"Content-Length: -1",
        ),
        *(b"Content-Length: 75, 75", b"content-length: 0", b"Content-Length: 0x4b", b"Content-Length:"),
        *(b"Transfer-Encoding: chunked", b"Transfer-Encoding: gzip, chunked", b"Transfer-Encoding: identity"),
        *(b"Content-Encoding: gzip", b"Content-Encoding: br", b"Content-Encoding: deflate", b"Content-Encoding: ,"),
        *(b"Content-Encoding: identity", b"Content-Encoding: \xff", b"Content-Type: text/html; charset=utf-16"),
        *(
            b"Content-Type: text/html; charset=rot13",
            b"Content-Type: text/html; charset=idna",
            b"Content-Type: image/png",
        ),
        *(b"Content-Type: text/html; charset=zlib_codec", b"Content-Type: \xc5\xbc", b"Content-Type: text/plain"),
        *(b"Location: /a", b"Location: \xff", b"Location:", b"Location: /", b": odd", b"No colon", b" folded: yes"),
        *(
            b"Strict-Transport-Security: max-age=9",
            b"X: " + b"y" * 70_000,
            b"X-\x00: a",
            b"Connection: upgrade",
            b"\tx",
        ),
    ]
)
ENDS = st.sampled_from([b"\r\n", b"\r\n", b"\n", b"\r"])
BODIES = st.sampled_from(
    [
        *(
            b"",
            BODY,
            BODY + b"\r\n",
            b"4b\r\n" + BODY + b"\r\n0\r\n\r\n",
            b"4b;x=y\r\n" + BODY + b"\r\n0\r\nT: x\r\n\r\n",
        ),
        *(
            b"4b\r\n" + BODY,
            b"fffffffff\r\n" + BODY,
            b"-1\r\n",
            b"zz\r\n\r\n",
            b"0\r\n",
            gzip.compress(BODY),
            b"<title",
        ),
        *(
            gzip.compress(BODY)[:-9],
            zlib.compress(BODY),
            zlib.compress(BODY)[:20],
            b"\xef\xbb\xbf" + BODY,
            b"\xff\xfe<",
        ),
        *(
            b"<title>" + b"&#x110000;&#0;&nosuch;&#xd800;" * 30,
            b"<title><title></title>x</title>",
            b"</title><title/>x",
        ),
    ]
)


@settings(derandomize=True, max_examples=200)
@given(LINES, st.lists(HEADERS, max_size=4), ENDS, BODIES)
def test_whatever_is_answered_is_a_page_within_its_bounds(server, first, headers, end, body):
    shown(server, end.join([first, *headers, b"", b""]) + body)


@settings(derandomize=True, max_examples=100)
@given(st.binary(max_size=60), st.sampled_from((b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\n\r\n")))
def test_octets_of_chance_are_a_page_within_its_bounds(server, octets, before):
    shown(server, before + octets)


def framed(content, way):
    """An answer whose end is known: by its length, its chunks or its packing."""
    packing, framing = way
    pack = {"": bytes, "gzip": gzip.compress, "x-gzip": gzip.compress, "deflate": zlib.compress, "bare": bare}[packing]
    body, lines = pack(content), [b"HTTP/1.1 200 OK", b"Content-Type: text/html"]
    if packing:
        lines.append(b"Content-Encoding: " + packing.replace("bare", "deflate").encode())
    if framing == "length":
        lines.append(b"Content-Length: %d" % len(body))
    if framing == "chunks":
        lines.append(b"Transfer-Encoding: chunked")
        pieces = [body[at : at + 20] for at in range(0, len(body), 20)]
        body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    return b"\r\n".join([*lines, b"", b""]), body


def bare(content):
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()


WAYS = [
    *(("", framing) for framing in ("length", "chunks")),
    *(
        (packing, framing)
        for packing in ("gzip", "x-gzip", "deflate", "bare")
        for framing in ("length", "chunks", "end")
    ),
]


@pytest.mark.parametrize("way", WAYS)
def test_an_answer_that_breaks_off_anywhere_is_never_taken_for_whole(server, way):
    head, body = framed(BODY, way)
    whole = shown(server, head + body)
    assert (whole.failure, whole.status, whole.title, whole.length) == ("", 200, "Kwiaty", len(BODY))
    # The last two octets of the chunks end what has ended.
    there = range(1, len(body) - (2 if way[1] == "chunks" else 0), 3)
    cut = [head[:at] for at in range(0, len(head), 7)] + [head + body[:at] for at in there]
    for octets, one in zip(cut, each(cut), strict=True):
        assert one.failure and verdict(whole, one) != "ready", octets


@pytest.mark.parametrize("packing", ["gzip", "deflate", "bare"])
def test_a_packing_that_has_no_end_is_no_whole_page_though_its_length_is_as_told(packing):
    _, packed = framed(BODY, (packing, "end"))
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\n" % packing.replace("bare", "deflate").encode()
    cut = [head + b"Content-Length: %d\r\n\r\n" % at + packed[:at] for at in range(1, len(packed), 5)]
    assert all(one.failure and one.status == 200 for one in each(cut))


def each(answers):
    """What is seen of each of many answers, each a site's."""
    play = {("new", False, f"s{number}.example/"): octets for number, octets in enumerate(answers)}
    with serving(play, addresses=NEW) as served:
        seen = looked(served, *(f"s{number}.example" for number in range(len(answers))))
    return [seen[f"s{number}.example", "new", False] for number in range(len(answers))]


def verdict(old, new):
    """The verdict on a site whose new server shows `new` where the old one shows `old`, without TLS on either side."""
    sides = replace(old, side="old", address="192.0.2.1"), new
    refused = [replace(one, secure=True, failure="refused", status=None, words=frozenset(), hops=()) for one in sides]
    return WEIGHTS.verdict(web_findings.find([*sides, *refused], dt.datetime(2026, 11, 30, tzinfo=dt.UTC)))


def test_the_same_page_is_ready(server):
    whole = shown(server, b"".join(framed(BODY, ("", "length"))))
    assert verdict(whole, whole) == "ready"
