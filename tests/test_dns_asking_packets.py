"""What comes back: recorded packets are read right, and a hundred thousand broken ones neither crash nor mislead."""

import datetime as dt
import os
import random

import dns.edns
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.dns import values
from core.dns.asking import packets
from core.dns.observation import Observation, Question, Rrset, Server

SERVER = Server("resolver", "127.0.0.1")
AT = dt.datetime(2026, 11, 21, 11, tzinfo=dt.UTC)
ID = 0x1234
MUTATIONS = int(os.environ.get("DNS_MUTATIONS", "100000"))
WWW = Question("www.example.pl", "A")
TXT = Question("example.pl", "TXT")


def read(wire: bytes, question: Question, id: int = ID) -> Observation | None:
    return packets.read(wire, SERVER, question, id=id, transport="udp", at=AT, ms=1.5)


def answered(
    question: Question,
    *answer: str,
    authority: tuple[str, ...] = (),
    additional: tuple[str, ...] = (),
    rcode: str = "NOERROR",
    options: tuple[dns.edns.Option, ...] = (),
    truncated: bool = False,
) -> bytes:
    """Return the wire of an answer with records such as "www.example.pl 60 A 192.0.2.1"."""
    asked = dns.message.from_wire(packets.query(question, id=ID, recursion=True))
    message = dns.message.make_response(asked, recursion_available=True)
    message.answer, message.authority, message.additional = map(_rrsets, (answer, authority, additional))
    if truncated:
        message.flags |= dns.flags.TC
    message.use_edns(0, payload=1232, options=list(options))
    message.set_rcode(dns.rcode.from_text(rcode))
    return message.to_wire(max_size=65535)


def _rrsets(records: tuple[str, ...]) -> list[dns.rrset.RRset]:
    rrsets: list[dns.rrset.RRset] = []
    for record in records:
        name, ttl, type, value = record.split(" ", 3)
        rrset = dns.rrset.from_text(f"{name}.", int(ttl), "IN", type, value)
        if rrsets and rrsets[-1].match(rrset.name, rrset.rdclass, rrset.rdtype, rrset.covers):
            rrsets[-1].add(rrset[0])
        else:
            rrsets.append(rrset)
    return rrsets


SOA = "example.pl 300 SOA NS1.example.pl. hostmaster.example.pl. 2026112101 3600 900 604800 300"
RRSIG = "www.example.pl 60 RRSIG A 13 3 60 20261231000000 20261101000000 4711 example.pl. AAAA"
RECORDED = {
    "addresses": (WWW, answered(WWW, "www.example.pl 60 A 192.0.2.2", "www.example.pl 60 A 192.0.2.1", RRSIG)),
    "aliases": (
        WWW,
        answered(
            WWW,
            "www.example.pl 60 CNAME Shop.example.net.",
            "shop.example.net 30 CNAME cdn.example.",
            "cdn.example 20 A 192.0.2.9",
        ),
    ),
    "mail": (
        Question("example.pl", "MX"),
        answered(
            Question("example.pl", "MX"),
            "example.pl 300 MX 20 mx2.example.pl.",
            "example.pl 300 MX 10 MX1.example.pl.",
            additional=("mx1.example.pl 300 AAAA 2001:db8:0:0::1",),
            options=(dns.edns.NSIDOption(b"waw1"), dns.edns.EDEOption(3, "stale")),
        ),
    ),
    "markup": (TXT, answered(TXT, 'example.pl 60 TXT "<script>alert(1)</script>" "\\027[31m\\255"')),
    "soa": (Question("example.pl", "SOA"), answered(Question("example.pl", "SOA"), SOA)),
    "ds": (
        Question("example.pl", "DS"),
        answered(Question("example.pl", "DS"), f"example.pl 3600 DS 4711 13 2 {'ab' * 32}"),
    ),
    "nxdomain": (WWW, answered(WWW, authority=(SOA,), rcode="NXDOMAIN")),
    "refused": (WWW, answered(WWW, rcode="REFUSED", options=(dns.edns.EDEOption(20, "not mine"),))),
    "truncated": (WWW, answered(WWW, truncated=True)),
    "referral": (
        WWW,
        answered(
            WWW,
            authority=("example.pl 86400 NS ns1.example.pl.", "example.pl 86400 NS ns2.example.net."),
            additional=("ns1.example.pl 86400 A 192.0.2.53",),
        ),
    ),
    "unknown": (Question("example.pl", "TYPE65400"), answered(
        Question("example.pl", "TYPE65400"), "example.pl 5 TYPE65400 \\# 3 010203"
    )),
    "service": (
        Question("example.pl", "HTTPS"),
        answered(Question("example.pl", "HTTPS"), "example.pl 5 HTTPS 1 . alpn=h2", "example.pl 5 SRV 1 2 443 A.b."),
    ),
}  # fmt: skip
LARGE = answered(TXT, *(f'example.pl 60 TXT "{n:04} {"x" * 150}"' for n in range(380)))


def recorded(title: str) -> Observation:
    question, wire = RECORDED[title]
    observation = read(wire, question)
    assert observation
    return observation


# -- questions


def test_a_question_is_what_dnspython_reads_as_one():
    wire = packets.query(WWW, id=ID, recursion=True, checking_disabled=True, dnssec=True)
    message = dns.message.from_wire(wire)
    assert message.id == ID
    assert message.flags == dns.flags.RD | dns.flags.CD
    assert message.question[0].to_text() == "www.example.pl. IN A"
    assert (message.edns, message.payload, message.ednsflags) == (0, 1232, dns.flags.DO)
    assert [option.otype for option in message.options] == [dns.edns.OptionType.NSID]


@pytest.mark.parametrize("name", ["", "pl", "_dmarc.example.pl", r"a\.b.example.pl", "a" * 63 + ".pl", "xn--w-uga.pl"])
def test_a_name_is_written_as_dnspython_writes_it(name):
    (asked,) = dns.message.from_wire(packets.query(Question(name, "A"), id=1, recursion=False)).question
    assert asked.name == dns.name.from_text(name or ".")


@pytest.mark.parametrize(
    "question", [Question("a..pl", "A"), Question("a" * 64 + ".pl", "A"), Question(".".join("a" * 128), "A"),
                 Question("a.pl", "NONSENSE")]
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(question):
    with pytest.raises(ValueError, match="cannot be asked"):
        packets.query(question, id=1, recursion=True)


# -- answers


def test_a_set_is_sorted_and_says_its_ttl():
    observation = recorded("addresses")
    assert observation.records == Rrset("www.example.pl", "A", 60, ("192.0.2.1", "192.0.2.2"))
    assert (observation.rcode, observation.failure) == ("NOERROR", None)
    assert observation.flags == {"RD", "RA"}
    (signature,) = observation.answer[1].values
    assert signature.startswith("A 13 3 60 20261231000000 20261101000000 4711 example.pl ")


def test_aliases_are_followed_in_lower_case():
    assert recorded("aliases").values == ("192.0.2.9",)
    assert recorded("aliases").answer[0].values == ("shop.example.net",)


def test_mail_servers_addresses_stale_data_and_the_server_are_told():
    observation = recorded("mail")
    assert observation.values == ("10 mx1.example.pl", "20 mx2.example.pl")
    assert observation.additional == (Rrset("mx1.example.pl", "AAAA", 300, ("2001:db8::1",)),)
    assert (observation.ede, observation.nsid) == (((3, "stale"),), "waw1")


def test_txt_is_joined_and_what_is_no_letter_is_written_out():
    assert recorded("markup").values == (r"<script>alert(1)</script>\027[31m\255",)


def test_other_types_read_as_they_are_written():
    assert recorded("soa").values == ("ns1.example.pl hostmaster.example.pl 2026112101 3600 900 604800 300",)
    assert recorded("ds").values == (f"4711 13 2 {'ab' * 32}",)
    assert recorded("unknown").values == (r"\# 3 010203",)
    assert recorded("service").values == ('1 . alpn="h2"',)
    assert recorded("service").answer[1].values == ("1 2 443 a.b",)


def test_no_such_name_is_an_answer_with_the_zones_soa():
    observation = recorded("nxdomain")
    assert (observation.rcode, observation.values, observation.authority[0].type) == ("NXDOMAIN", None, "SOA")
    assert (recorded("refused").rcode, recorded("refused").ede) == ("REFUSED", ((20, "not mine"),))


def test_a_referral_holds_the_name_servers_and_their_addresses():
    assert recorded("referral").authority[0].values == ("ns1.example.pl", "ns2.example.net")
    assert recorded("referral").additional[0].values == ("192.0.2.53",)


def test_an_extended_code_needs_the_opt_record():
    observation = read(answered(WWW, rcode="BADVERS"), WWW)
    assert observation
    assert observation.rcode == "BADVERS"


def test_an_nsid_that_is_no_text_is_hexadecimal():
    observation = read(answered(WWW, options=(dns.edns.NSIDOption(b"\0\xff"),)), WWW)
    assert observation
    assert observation.nsid == "00ff"


def test_differing_ttls_of_a_set_are_their_lowest_and_a_negative_one_is_zero():
    question = WWW
    head = answered(question)
    opt = head[-11:]
    record = lambda ttl, last: b"\xc0\x0c\0\1\0\1" + ttl.to_bytes(4, "big") + b"\0\4\xc0\0\2" + bytes([last])  # noqa: E731
    both = head[:6] + b"\0\2" + head[8:-11] + record(60, 1) + record(50, 2) + opt
    assert read(both, question).records.ttl == 50
    assert read(head[:6] + b"\0\1" + head[8:-11] + record(2**31, 1) + opt, question).records.ttl == 0


def test_a_large_answer_is_kept_up_to_a_limit():
    assert len(LARGE) > 60_000
    assert len(read(LARGE, TXT).values) == 380
    many = answered(WWW, *(f"www.example.pl 60 A 10.0.{n // 250}.{n % 250}" for n in range(2000)))
    assert len(read(many, WWW).values) == packets.RECORDS_MAX
    long = "".join(f'"{"x" * 250}" ' for _ in range(40))
    (value,) = read(answered(TXT, f"example.pl 60 TXT {long}"), TXT).values
    assert (len(value), value[-1]) == (values.TEXT_MAX, "…")


def test_maps_of_types_are_no_text_that_anybody_has_to_write_out(monkeypatch):
    wire = answered(WWW, "www.example.pl 60 A 192.0.2.1", authority=("example.pl 60 NSEC a.example.pl. A TYPE65000",))
    monkeypatch.setattr(dns.rdata, "from_wire", lambda *_: pytest.fail("it is read"))
    (rrset,) = read(wire, WWW).authority
    # RFC 3597: the next name, then a window of one octet and one of thirty-two.
    assert (rrset.type, rrset.values[0][:6]) == ("NSEC", r"\# 49 ")


# -- what is no answer, and what is a broken one


@pytest.mark.parametrize("title", RECORDED)
def test_an_answer_to_another_question_is_none(title):
    question, wire = RECORDED[title]
    assert read(wire, question, ID ^ 1) is None
    assert read(wire, Question(question.name, "NAPTR")) is None
    assert read(wire, Question("other.example.pl", question.type)) is None
    assert read(wire[:12] + wire[12:].replace(b"example", b"eXample", 1), question) is None
    assert read(wire[:2] + bytes([wire[2] & 0x7F]) + wire[3:], question) is None
    assert read(wire[:2] + bytes([wire[2] | 0x10]) + wire[3:], question) is None


@pytest.mark.parametrize("title", RECORDED)
def test_an_answer_cut_anywhere_is_malformed_unless_it_says_so(title):
    question, wire = RECORDED[title]
    asked = 12 + len(packets.query(question, id=ID, recursion=True)) - 12 - 15
    for end in range(len(wire)):
        observation = read(wire[:end], question)
        if end < asked:
            assert observation is None
        elif title == "truncated":
            assert (observation.failure, observation.flags & {"TC"}) == (None, {"TC"})
        else:
            assert (observation.failure, observation.values, observation.rcode) == ("malformed", None, None)


def test_of_a_truncated_answer_only_whole_sections_are_kept():
    whole = answered(WWW, "www.example.pl 60 A 192.0.2.1", "www.example.pl 60 A 192.0.2.2", truncated=True)
    cut = whole[: whole.index(b"\xc0\0\2\2")]
    assert (read(whole, WWW).values, read(cut, WWW).values) == (("192.0.2.1", "192.0.2.2"), None)


@pytest.mark.parametrize("octets", [b"", b"\xc0\0\2", b"\xc0\0\2\1\1"])
def test_an_address_of_another_length_than_four_is_malformed(octets):
    wire = answered(WWW, "www.example.pl 60 A 192.0.2.1")
    wire = wire.replace(b"\0\4\xc0\0\2\1", len(octets).to_bytes(2, "big") + octets)
    assert read(wire, WWW).failure == "malformed"
    truncated = read(wire[:2] + bytes([wire[2] | 0x02]) + wire[3:], WWW)
    assert (truncated.failure, truncated.values) == (None, None)


@pytest.mark.parametrize("pointer", [b"\xc0\x20", b"\xff\xff", b"\xc0\x00", b"\x01a\xc0\x20", b"\x40\x00", b"\x80\x00"])
def test_a_name_that_points_to_itself_onwards_or_into_the_header_is_malformed(pointer):
    head = answered(WWW)[:-11]
    assert len(head) == 0x20
    wire = head[:6] + b"\0\1\0\0\0\0" + head[12:] + pointer + b"\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\1"
    assert read(wire, WWW).failure == "malformed"


# -- whatever arrives


def well_formed(observation: Observation | None, question: Question) -> None:
    if observation is None:
        return
    assert observation.question == question
    rrsets = observation.answer + observation.authority + observation.additional
    if observation.failure:
        assert (observation.failure, observation.rcode, rrsets) == ("malformed", None, ())
        return
    assert observation.rcode
    assert sum(len(rrset.values) for rrset in rrsets) <= packets.RECORDS_MAX
    assert len(observation.ede) <= packets.OPTIONS_MAX
    texts = [observation.nsid, *(text for _, text in observation.ede)]
    for rrset in rrsets:
        assert rrset.values == tuple(sorted(set(rrset.values))) != ()
        assert 0 <= rrset.ttl < 2**31
        assert rrset.name == rrset.name.lower()
        texts += [rrset.name, *rrset.values]
    assert all(len(text) <= values.TEXT_MAX and text.isprintable() for text in texts)


def agrees_with_dnspython(wire: bytes, observation: Observation) -> None:
    """Whatever both accept, both read alike."""
    try:
        message = dns.message.from_wire(wire)
    except Exception:
        return
    theirs = {
        (rrset.name.canonicalize().to_text(omit_final_dot=True), dns.rdatatype.to_text(rrset.rdtype)): tuple(
            sorted({values.value_text(rdata) for rdata in rrset})
        )
        for rrset in message.answer
        if rrset.rdclass == 1 and rrset.rdtype != dns.rdatatype.RRSIG
    }
    ours = {(rrset.name or ".", rrset.type): rrset.values for rrset in observation.answer if rrset.type != "RRSIG"}
    assert ours == theirs
    assert observation.rcode == dns.rcode.to_text(message.rcode())


def mutated(drawn: random.Random, wires: list[bytes], wire: bytes) -> bytes:
    changed = bytearray(wire)
    for _ in range(drawn.choice((1, 1, 1, 2, 4))):
        # Mostly after the question: what is before it is soon seen not to be an answer.
        at = drawn.randrange(len(changed)) if drawn.random() < 0.2 else drawn.randrange(len(changed) // 3, len(changed))
        match drawn.randrange(8):
            case 0 | 1:
                changed[at] ^= 1 << drawn.randrange(8)
            case 2:
                changed[at] = drawn.choice((0, 1, 41, 63, 64, 192, 255))
            case 3:
                changed[at : at + 2] = bytes((0xC0 | drawn.randrange(2), drawn.randrange(256)))
            case 4:
                del changed[at:]
            case 5:
                other = drawn.choice(wires)
                changed[at:] = other[drawn.randrange(len(other)) :]
            case 6:
                changed[at:at] = drawn.randbytes(drawn.randrange(1, 12))
            case 7:
                changed[6 + drawn.randrange(6)] = drawn.randrange(256)
        if len(changed) < 12:
            break
    return bytes(changed)


def test_a_hundred_thousand_broken_packets_neither_crash_nor_mislead():
    drawn = random.Random(6)
    packed = list(RECORDED.values())
    wires = [wire for _, wire in packed]
    kinds = {"none": 0, "malformed": 0, "read": 0}
    for n in range(MUTATIONS):
        question, wire = packed[n % len(packed)]
        wire = mutated(drawn, wires, wire)
        observation = read(wire, question)
        well_formed(observation, question)
        kinds["none" if observation is None else "malformed" if observation.failure else "read"] += 1
        if observation is None:
            continue
        assert wire.startswith(packets.query(question, id=ID, recursion=True)[12:-15], 12)
        if n % 17 == 0 and not observation.failure and "TC" not in observation.flags:
            agrees_with_dnspython(wire, observation)
    assert min(kinds.values()) > MUTATIONS // 20, kinds


def test_broken_large_packets_come_to_an_end():
    drawn = random.Random(7)
    for _ in range(300):
        well_formed(read(mutated(drawn, [LARGE], LARGE), TXT), TXT)


@given(st.binary(max_size=200), st.sampled_from(sorted(RECORDED)))
@example(b"", "soa")
def test_any_octets_after_the_question_are_an_answer_or_malformed(noise, title):
    question, _ = RECORDED[title]
    asked = packets.query(question, id=ID, recursion=True)[12:-15]
    for counts in (b"\0\1\0\0\0\0", b"\0\1\0\1\0\1", b"\xff\xff\xff\xff\xff\xff"):
        wire = ID.to_bytes(2, "big") + b"\x81\x80\0\1" + counts + asked + noise
        observation = read(wire, question)
        assert observation
        well_formed(observation, question)


@given(st.binary(max_size=100))
def test_any_octets_at_all_are_read(noise):
    well_formed(read(noise, WWW), WWW)
    well_formed(read(ID.to_bytes(2, "big") + noise, WWW), WWW)
