"""Ways to ask where UDP port 53 is blocked: real unbound over TLS and HTTPS, and servers that do not behave."""

import contextlib
import socket
import ssl
import sys
import threading
import time

import pytest

from core.dns.asking import deadlines, in_flight, sockets
from core.dns.asking.check import Check
from core.dns.asking.engine import Engine
from core.dns.asking.job import Ask
from core.dns.asking.servers import parse_hints
from core.dns.names import parse_name
from core.dns.observation import Question, Server
from core.dns.wish import Wish
from core.ground import clock
from core.language import ENGLISH
from tests.lab.certificates import Issuer
from tests.lab.network import no_descriptor_left
from tests.lab.scripted import Unframed, always, never, reply, scripted

pytestmark = pytest.mark.lab

HOST = "dns.laboratorium.pl"  # nobody could look it up: the laboratory has no such name
URL = f"https://{HOST}/dns-query"

_looked_up: list[str] | None = None


def _hook(event, arguments):
    if _looked_up is not None and event in ("socket.getaddrinfo", "socket.gethostbyname"):
        _looked_up.append(str(arguments[0]))


sys.addaudithook(_hook)


@pytest.fixture
def names_looked_up():
    global _looked_up
    _looked_up = []
    yield _looked_up
    _looked_up = None


@contextlib.contextmanager
def engine(trusted, **how):
    made = Engine(**{"timeout": 1.0, **how}, tls=trusted)
    made.start()
    try:
        yield made
    finally:
        made.stop()


def resolver(address, dot="", doh=""):
    return Server("resolver", address, dot=dot, doh=doh)


def asked(made, server, *questions, transport="udp"):
    job = made.ask([Ask(server, question, recursion=True, transport=transport) for question in questions])
    assert job.wait(30)
    return job.snapshot()


@pytest.fixture
def question(laboratory):
    name = laboratory.name("szyfrowany")
    laboratory.new.serve(name, f"{name} A 192.0.2.1")
    laboratory.delegate(name, laboratory.new.servers)
    return Question(name.removesuffix("."), "A")


@contextlib.contextmanager
def udp(address, how):
    """Port 53 of an address: refused by the kernel, or swallowed as by a firewall."""
    if how == "refused":
        yield None
    else:
        with scripted(address, never, tcp=False) as silent:
            yield silent


@pytest.mark.parametrize("how", ["refused", "silent"])
@pytest.mark.parametrize(
    ("ports", "dot", "doh", "transport"),
    [
        ((853, 443), HOST, URL, "dot"),
        ((853, 443), "", URL, "doh"),
        ((443,), HOST, URL, "doh"),
        ((853,), HOST, "", "dot"),
    ],
)
def test_resolver_whose_udp_port_is_blocked_is_asked_encrypted(
    laboratory, question, names_looked_up, how, ports, dot, doh, transport
):
    recursor, certificate = laboratory.encrypted(*ports)
    with udp(recursor.address, how) as silent, engine(certificate.trusted) as made:
        (first,) = asked(made, resolver(recursor.address, dot, doh), question)
        assert (first.values, first.transport, first.failure) == (("192.0.2.1",), transport, None)
        assert first.udp_failure == ("timeout" if silent else "unreachable")
        (second,) = asked(made, resolver(recursor.address, dot, doh), question)
        assert (second.values, second.transport, second.udp_failure) == (("192.0.2.1",), transport, None)
        if silent:
            assert len(silent.queries) == 2  # the two tries of the first question, none of the second
    assert names_looked_up == []


def test_resolver_that_hears_udp_is_not_asked_otherwise(laboratory, question):
    server = resolver(laboratory.plain.address, HOST, URL)
    with engine(ssl.create_default_context) as made:
        (said,) = asked(made, server, question)
    assert (said.values, said.transport, said.udp_failure) == (("192.0.2.1",), "udp", None)


def test_check_says_who_was_asked_otherwise_and_how(laboratory, question):
    recursor, certificate = laboratory.encrypted()
    roots = parse_hints(laboratory.hints_file.read_text(encoding="utf-8"))
    resolvers = resolver(recursor.address, HOST, URL), resolver(laboratory.plain.address, HOST, URL)
    with engine(certificate.trusted) as made:
        check = Check(Wish(parse_name(question.name), types=("A",)), made, roots, resolvers)
        check.round()
        check.round()  # the second is asked encrypted at once
    findings = {finding.tag: ENGLISH.text(finding.message) for finding in check.judge(clock.now()).findings}
    assert findings.keys() == {"ttl_unknown", "asked_otherwise"}
    assert f"{recursor.address} (DoT)" in findings["asked_otherwise"]
    assert laboratory.plain.address not in findings["asked_otherwise"]


@pytest.mark.parametrize("transport", ["udp", "dot", "doh"])
@pytest.mark.parametrize("wrong", ["name", "issuer"])
def test_resolver_that_cannot_prove_its_name_is_unreachable_and_hears_no_question(
    laboratory, question, transport, wrong
):
    host = "inny.laboratorium.pl" if wrong == "name" else HOST
    recursor, certificate = laboratory.encrypted(host=host)
    trusted = certificate.trusted if wrong == "name" else Issuer().certificate(laboratory.folder, "obcy").trusted
    with engine(trusted) as made:
        (said,) = asked(made, resolver(recursor.address, HOST, URL), question, transport=transport)
    assert (said.failure, said.answer) == ("unreachable", ()) and recursor.asked() == []


def test_many_questions_share_one_connection(laboratory, question):
    recursor, certificate = laboratory.encrypted()
    questions = [question, *(Question(f"{n}.{question.name}", "A") for n in range(60))]
    for dot, doh in ((HOST, ""), ("", URL)):
        with engine(certificate.trusted, per_second=1000, timeout=5.0) as made:
            said = asked(made, resolver(recursor.address, dot, doh), *questions)
        assert [o.rcode for o in said] == ["NOERROR"] + ["NXDOMAIN"] * 60
        assert [o.question for o in said] == questions


@pytest.mark.parametrize(("dot", "doh", "transport"), [(HOST, "", "dot"), ("", URL, "doh")])
def test_encrypted_question_waits_while_the_process_can_open_nothing(laboratory, question, dot, doh, transport):
    recursor, certificate = laboratory.encrypted()
    ask = Ask(resolver(recursor.address, dot, doh), question, recursion=True, transport=transport)
    with engine(certificate.trusted) as made:
        # What is loaded with the first such question is loaded.
        asked(made, resolver(laboratory.address(), dot, doh), question, transport=transport)
        with no_descriptor_left():
            job = made.ask([ask])
            assert not job.wait(0.5)
        assert job.wait(10)
        (said,) = job.snapshot()
    assert (said.values, said.transport) == (("192.0.2.1",), transport)


@pytest.mark.parametrize(("dot", "doh"), [(HOST, ""), ("", URL)])
def test_idle_connection_is_closed_where_a_socket_is_needed(laboratory, certificate, monkeypatch, dot, doh):
    monkeypatch.setattr(sockets, "MOST_OPEN", 1)
    address, other = laboratory.address(), laboratory.address()
    a = Question("a.pl", "A")
    with (
        scripted(address, always("@ 60 A 192.0.2.1"), port=853, tls=certificate.served()) as server,
        scripted(other, always("@ 60 A 192.0.2.1")),
        engine(certificate.trusted) as made,
    ):
        asked(made, resolver(address, dot, doh), a, transport="dot" if dot else "doh")
        for transport in ("udp", "tcp"):
            (said,) = asked(made, resolver(other), a, transport=transport)
            assert (said.values, said.transport) == (("192.0.2.1",), transport)
        assert server.open == 0


# -- TLS servers that do as they are told


@pytest.fixture
def certificate(tmp_path):
    return Issuer().certificate(tmp_path, HOST)


def test_answers_over_tls_come_in_any_order_over_one_connection(laboratory, certificate):
    address = laboratory.address()
    questions = [Question(f"{n}.example.pl", "A") for n in range(3)]
    heard = []

    def backwards(query):
        heard.append(query)
        return [(0, reply(q, f"@ 60 A 192.0.2.{q.number}")) for q in reversed(heard)] if len(heard) == 3 else None

    with (
        scripted(address, backwards, port=853, tls=certificate.served()) as server,
        engine(certificate.trusted) as made,
    ):
        said = asked(made, resolver(address, HOST), *questions, transport="dot")
    assert [o.values for o in said] == [("192.0.2.1",), ("192.0.2.2",), ("192.0.2.3",)] and server.connections == 1


def test_connection_that_the_resolver_has_closed_meanwhile_is_made_anew(laboratory, certificate):
    address = laboratory.address()

    def second_time_none(query):
        return Unframed(b"") if query.number == 2 else reply(query, "@ 60 A 192.0.2.1")

    with (
        scripted(address, second_time_none, port=853, tls=certificate.served()) as server,
        engine(certificate.trusted) as made,
    ):
        for name in ("a.pl", "b.pl"):
            (said,) = asked(made, resolver(address, HOST), Question(name, "A"), transport="dot")
            assert said.values == ("192.0.2.1",)
        assert (server.connections, len(server.queries)) == (2, 3)


def test_resolver_that_always_closes_is_unreachable(laboratory, certificate):
    address = laboratory.address()
    with (
        scripted(address, lambda query: Unframed(b""), port=853, tls=certificate.served()) as server,
        engine(certificate.trusted) as made,
    ):
        (said,) = asked(made, resolver(address, HOST), Question("a.pl", "A"), transport="dot")
    assert said.failure == "unreachable" and len(server.queries) == in_flight.TRIES


def test_resolver_that_was_deaf_is_asked_over_udp_again_after_some_time(laboratory, certificate, monkeypatch):
    monkeypatch.setattr(in_flight, "DEAF", 1.5)
    address, deaf = laboratory.address(), True
    answer = always("@ 60 A 192.0.2.1")

    def at_first_deaf(query):
        return None if deaf else answer(query)

    server = resolver(address, HOST)
    with (
        scripted(address, at_first_deaf, tcp=False) as plain,
        scripted(address, answer, port=853, tls=certificate.served()),
        engine(certificate.trusted) as made,
    ):
        asked(made, server, Question("a.pl", "A"))
        deaf, before, end = False, len(plain.queries), time.monotonic() + 10
        (said,) = asked(made, server, Question("a.pl", "A"))
        assert (said.transport, said.udp_failure, len(plain.queries)) == ("dot", None, before)
        # Being asked all the while does not prolong it.
        while said.transport == "dot" and time.monotonic() < end:
            (said,) = asked(made, server, Question("a.pl", "A"))
            time.sleep(0.1)
        assert (said.transport, said.udp_failure) == ("udp", None)


def test_connection_is_closed_when_idle(laboratory, certificate, monkeypatch):
    monkeypatch.setattr(deadlines, "_IDLE", 0.2)
    address = laboratory.address()
    with (
        scripted(address, always("@ 60 A 192.0.2.1"), port=853, tls=certificate.served()) as server,
        engine(certificate.trusted) as made,
    ):
        asked(made, resolver(address, HOST), Question("a.pl", "A"), transport="dot")
        assert server.open == 1
        end = time.monotonic() + 10
        while server.open and time.monotonic() < end:
            time.sleep(0.05)
        assert server.open == 0
        (said,) = asked(made, resolver(address, HOST), Question("b.pl", "A"), transport="dot")
        assert said.values == ("192.0.2.1",)


@contextlib.contextmanager
def web(address, answer, context):
    """Run an HTTPS server that sends these bytes to whoever asks; yields the requests."""
    requests = []
    with socket.create_server((address, 443)) as door:

        def serve():
            while True:
                try:
                    connection, _ = door.accept()
                    with context.wrap_socket(connection, server_side=True) as stream:
                        stream.settimeout(5)
                        request = b""
                        while len(request.partition(b"\r\n\r\n")[2]) < 12:  # more follows the header in one piece
                            more = stream.recv(65536)
                            if not more:
                                raise ConnectionError
                            request += more
                        requests.append(request)
                        stream.sendall(answer)
                except OSError:
                    if door.fileno() < 0:
                        return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield requests
        finally:
            door.shutdown(socket.SHUT_RDWR)
            door.close()
            thread.join()


def response(status, *headers, body=b""):
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


DNS = "Content-Type: application/dns-message"
ANSWER = b"\0\0\x80\0\0\1\0\0\0\0\0\0\1a\2pl\0\0\1\0\1"  # to whoever asks for A of a.pl


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (response("302 Found", "Location: https://127.0.99.99/dns-query", DNS), "malformed"),
        (response("200 OK", "Content-Type: text/html", body=b"<h1>Log in</h1>"), "malformed"),
        (response("403 Forbidden", DNS, body=ANSWER), "malformed"),
        (response("200 OK", DNS), "malformed"),
        (response("200 OK", DNS, body=b"\0" * 100), "malformed"),
        (response("200 OK", DNS, body=b"\0" * 70_000), "malformed"),
        (response("200 OK", DNS, "Content-Encoding: gzip", body=b"\x1f\x8b nonsense"), "malformed"),
        (response("200 OK", DNS, body=b"\0" * 50)[:-10], "unreachable"),
        (b"nonsense\r\n\r\n", "unreachable"),
    ],
)
def test_web_server_that_answers_something_else_has_failed(laboratory, certificate, answer, failure):
    address = laboratory.address()
    with web(address, answer, certificate.served()) as requests, engine(certificate.trusted) as made:
        (said,) = asked(made, resolver(address, doh=URL), Question("a.pl", "A"), transport="doh")
    assert (said.failure, said.transport, said.answer) == (failure, "doh", ())
    assert requests and all(b"\r\nhost: dns.laboratorium.pl\r\n" in request.lower() for request in requests)
