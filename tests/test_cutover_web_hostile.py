"""Web servers that do what none should: each of it is an answer, in bounded time and space."""

import asyncio
import gzip
import zlib

import pytest

from core.cutover.asking.fetching import HEAD_BYTES
from core.cutover.settings import PAGE_BYTES
from tests.lab.certificates import Issuer
from tests.web_servers import ADDRESSES, looked, page, serving

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


def shown(told, **how):
    """What a new server shows at http that says `told` to a request."""
    with serving({("new", False, "a.example/"): told}) as served:
        return looked(served, "a.example", **how)["a.example", "new", False]


def raw(told, **how):
    """The same of one that says it before it is asked."""
    with serving({}, raw=told) as served:
        return looked(served, "a.example", **how)["a.example", "new", False]


def forever(start, again):
    async def say(writer):
        writer.write(start)
        while not writer.is_closing():
            writer.write(again)
            await writer.drain()

    return say


def test_a_body_without_an_end_is_read_as_far_as_pages_are():
    one = shown(forever(HEAD + b"\r\n<title>Dluga</title>", b"slowa " * 10_000))
    assert (one.status, one.cut, one.length, one.failure) == (200, True, PAGE_BYTES, "")
    assert one.text.startswith("slowa slowa") and len(one.text) == 5_000 and len(one.words) < 5


def test_a_body_in_tiny_pieces_without_an_end_is_cut():
    one = shown(forever(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 1_000))
    assert one.cut and one.length < PAGE_BYTES and one.status == 200


@pytest.mark.parametrize(
    ("start", "again"),
    [
        (HEAD, b"X-Padding: " + b"y" * 1_000 + b"\r\n"),
        (HEAD + b"X-Long: ", b"y" * 1_000),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 200 ", b"OK " * 1_000),
    ],
)
def test_headers_without_an_end_are_too_large(start, again):
    one = shown(forever(start, again))
    assert (one.failure, one.status) == ("too_large", None)


def test_a_head_that_is_just_small_enough_is_read():
    assert shown(page("x", "200 OK", "X-Long: " + "y" * (HEAD_BYTES - 4_000))).status == 200


def test_who_drips_is_not_waited_for():
    async def drip(writer):
        writer.write(HEAD + b"Content-Length: 1000\r\n\r\n<title>Kap</title>")
        while not writer.is_closing():
            await writer.drain()
            await asyncio.sleep(0.05)
            writer.write(b"x")

    one = shown(drip, patience=2.0)
    # What came is told; on a machine that hardly gets to it, that nothing did.
    assert one.failure == "timeout" and (one.status, one.title) in ((200, "Kap"), (None, ""))

    async def silent(writer):
        await asyncio.sleep(1_000)

    one = shown(silent, patience=0.5)
    assert (one.failure, one.status) == ("timeout", None)


@pytest.mark.parametrize("packing", ["gzip", "deflate", "bare"])
def test_a_bomb_is_unpacked_as_far_as_pages_are_read(packing):
    plain = b"<title>Bomba</title>" + b"bum " * 4_000_000
    if packing == "bare":
        packer = zlib.compressobj(wbits=-15)
        bomb = packer.compress(plain) + packer.flush()
    else:
        bomb = gzip.compress(plain) if packing == "gzip" else zlib.compress(plain)
    one = shown(page(bomb, "200 OK", f"Content-Encoding: {packing.replace('bare', 'deflate')}"))
    assert (one.length, one.cut, one.title, one.failure) == (PAGE_BYTES, True, "Bomba", "")


@pytest.mark.parametrize("packing", ["br", "zstd", "gzip, gzip", "x" * 5_000, "gzip"])
def test_what_is_packed_otherwise_cannot_be_read_and_is_no_empty_page(packing):
    one = shown(page(b"\x1f\x8bno packing at all", "200 OK", f"Content-Encoding: {packing}"))
    assert (one.status, one.failure) == (200, "not_spoken")


@pytest.mark.parametrize(
    ("told", "failure"),
    [
        (b"220 mail.example ESMTP Postfix\r\n", "not_spoken"),
        (b"H", "closed"),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "not_spoken"),
        (b"\x16\x03\x01\x02\x00" * 40 + b"\r\n\r\n", "not_spoken"),
        (b"<html>HTTP/0.9\r\n\r\n", "not_spoken"),
        (b"HTTP/1.1 999999 Odd\r\n\r\n", "not_spoken"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: minus\r\n\r\n", "not_spoken"),
        (b"", "closed"),
        (b"HTTP/1.1 200 O", "closed"),
    ],
)
def test_garbage_is_no_http_and_a_close_is_told(told, failure):
    one = shown(told)
    assert (one.failure, one.status, one.hops) == (failure, None, ())


def test_a_mail_server_that_waits_for_a_greeting_is_not_waited_for():
    async def greet(writer):
        writer.write(b"220 mail.example ESMTP\r\n")
        await asyncio.sleep(1_000)

    assert raw(greet).failure == "not_spoken"


def test_who_closes_before_the_question_has_closed():
    assert raw(b"").failure == "closed"


def test_a_body_that_breaks_off_keeps_its_status():
    one = shown(HEAD + b"Content-Length: 1000\r\n\r\n<title>Pol")
    assert (one.status, one.failure, one.title) == (200, "closed", "Pol")


def test_nobody_there_is_refused_and_plain_http_on_443_is_no_tls():
    answer = page("x", "400 Bad Request")
    with serving({}, raw=answer, addresses={"new": ADDRESSES["new"]}) as served:
        assert looked(served, "a.example")["a.example", "new", True].failure == "refused"
        served.https = served.http
        one = looked(served, "a.example")["a.example", "new", True]
    assert (one.failure, one.certificate) == ("tls", None)


def test_who_hangs_up_in_the_handshake_speaks_no_tls():
    with serving({}, raw=b"", addresses={"new": ADDRESSES["new"]}) as served:
        served.https = served.http
        one = looked(served, "a.example")["a.example", "new", True]
    assert (one.failure, one.certificate) == ("tls", None)


def test_a_certificate_is_told_where_nothing_follows_it(tmp_path):
    signed = Issuer().certificate(tmp_path, "a.example")
    (tmp_path / "ca.pem").write_text(signed.ca, encoding="ascii")

    async def silent(writer):
        await asyncio.sleep(1_000)

    with serving({("new", True, "a.example/"): silent}, {("new", "a.example"): signed}) as served:
        one = looked(served, "a.example", trust=str(tmp_path / "ca.pem"), patience=3.0)["a.example", "new", True]
    assert one.failure == "timeout" and one.status is None
    assert one.certificate is None or one.certificate.fits


def test_a_misdirected_request_is_told_as_what_it_is():
    assert shown(page("x", "421 Misdirected Request")).status == 421


def test_many_headers_of_one_name_and_odd_bytes_are_no_fault():
    one = shown(HEAD + b"X-Odd: \xff\xfe\r\nContent-Type: image/png\r\nContent-Length: 2\r\n\r\nok")
    assert (one.status, one.text) == (200, "ok")
