"""The scripted server says whatever a test wants to hear, late, cut off or wrong."""

import socket
import struct
import time
from collections.abc import Callable

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype
import dns.zonefile
import pytest

from tests.lab import scripted as say
from tests.lab.asked import ask, ede, query, rcode, values
from tests.lab.scripted import always, reply, scripted

pytestmark = pytest.mark.lab


SCRIPTED = "127.0.8.1"
# -- the scripted server


def say_to(answer: Callable, *, tcp_works=True, over="udp", **how):
    with scripted(SCRIPTED, answer, tcp=tcp_works) as server:
        how = {"timeout": 0.5, **how}
        said = getattr(dns.query, over)(query("kowalski.pl"), server.address, **how)
        return said, server


RECORD = "@ 60 A 192.0.2.1"


def test_scripted_server_answers_and_remembers_what_it_was_asked(laboratory):
    for over in ("udp", "tcp"):
        said, server = say_to(always(RECORD, aa=True, nsid=b"waw1", ede=(3, "old")), over=over)
        assert values(said) == ["192.0.2.1"] and said.flags & dns.flags.AA and ede(said) == [3]
        assert said.options[1].nsid == b"waw1"
        (asked,) = server.queries
        assert (str(asked.name), asked.type, asked.transport, asked.number) == ("kowalski.pl.", "A", over, 1)


@pytest.mark.parametrize("code", ["SERVFAIL", "REFUSED", "NXDOMAIN"])
def test_scripted_server_fails_in_every_way_there_is_a_code_for(laboratory, code):
    assert rcode(say_to(always(rcode=code))[0]) == code


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (lambda q: say.with_wrong_id(reply(q, RECORD)), dns.query.BadResponse),
        (lambda q: say.with_wrong_question(reply(q, RECORD)), dns.query.BadResponse),
        (lambda q: say.cut(reply(q, RECORD)), dns.exception.FormError),
        (say.with_compression_loop, dns.exception.FormError),
        (lambda q: say.garbage(q), dns.exception.DNSException),
        (lambda q: q.wire[:2], dns.exception.FormError),
        (say.never, dns.exception.Timeout),
        (lambda q: say.late(reply(q, RECORD), 2), dns.exception.Timeout),
    ],
    ids=["wrong id", "wrong question", "cut", "compression loop", "garbage", "two bytes", "never", "late"],
)
def test_scripted_server_says_what_no_client_should_believe(laboratory, answer, complaint):
    with pytest.raises(complaint):
        say_to(answer)


def test_scripted_server_answers_late_but_answers(laboratory):
    began = time.monotonic()
    said, _ = say_to(lambda q: say.late(reply(q, RECORD), 0.3))
    assert values(said) == ["192.0.2.1"] and time.monotonic() - began >= 0.3


def test_scripted_server_truncates_with_and_without_tcp_behind_it(laboratory):
    def answer(q):
        return say.truncated(q, always(RECORD))

    assert say_to(answer)[0].flags & dns.flags.TC
    assert values(say_to(answer, over="tcp")[0]) == ["192.0.2.1"]
    with pytest.raises(ConnectionRefusedError):
        say_to(answer, over="tcp", tcp_works=False)


def test_scripted_server_fills_64_kb_over_tcp_and_cuts_it_over_udp(laboratory):
    long = always(*(f'@ 60 TXT "{number:03} {"x" * 240}"' for number in range(250)))
    assert say_to(long)[0].flags & dns.flags.TC
    assert len(say_to(long, over="tcp")[0].to_wire(max_size=65535)) > 60_000


def test_scripted_server_ends_a_tcp_connection_in_the_middle_of_a_message(laboratory):
    def answer(q):
        wire = say.to_wire(reply(q, RECORD))
        return say.Unframed(struct.pack("!H", len(wire)) + wire[:-5])

    with pytest.raises(EOFError):
        say_to(answer, over="tcp")


def test_scripted_server_counts_a_ttl_down_and_starts_anew(laboratory):
    with scripted(SCRIPTED, say.countdown("A 192.0.2.1", ttl=2)):
        seen = []
        for _ in range(6):
            seen.append(ask(SCRIPTED, "kowalski.pl").answer[0].ttl)
            time.sleep(0.5)
    assert seen[0] == 2 and 1 in seen and 2 in seen[3:] and 0 not in seen


def test_scripted_server_floods(laboratory):
    with scripted(SCRIPTED, lambda q: say.flood(reply(q, RECORD), 100)), socket.socket(type=socket.SOCK_DGRAM) as door:
        door.connect((SCRIPTED, 53))
        door.settimeout(1)
        door.send(query("kowalski.pl").to_wire())
        wires = {door.recv(512) for _ in range(100)}
    assert len(wires) == 1


def test_recursor_believes_a_scripted_name_server(laboratory):
    name = laboratory.name("kowalski")
    with scripted(laboratory.address(), always("@ 60 A 192.0.2.9", aa=True)) as server:
        laboratory.delegate(name, {f"ns1.{name}": server.address})
        assert values(ask(laboratory.plain.address, name)) == ["192.0.2.9"]
        assert server.queries
