"""Mail servers that answer with anything: what is no proper answer proves no service, no mailbox and no lack of one."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import datafiles
from core.cutover.asking import mail_servers, mailboxes
from core.cutover.asking.mail_line import LINE_MAX, SHOWN
from core.cutover.judging import mail_server_findings
from core.cutover.judging.mailbox_answers import meaning
from tests.lab.certificates import Issuer
from tests.mail_scripts import LONG, OURS, away, serving, smtp

HOST, SERVER = "mx.a.example", ("mx.a.example", "127.0.0.1")
WEIGHTS = datafiles.cutover_weights()

REPLIES = st.sampled_from(
    [
        *(
            b"250 ok\r\n",
            b"250\r\n",
            b"250-a\r\n250 b\r\n",
            b"251 will forward\r\n",
            b"252 cannot verify\r\n",
            b"220 hi\r\n",
        ),
        *(
            b"2500 ok\r\n",
            b"25 ok\r\n",
            b"25\r\n",
            b"\r\n250 ok\r\n",
            b" 250 ok\r\n",
            b"250_ok\r\n",
            b"250\tok\r\n",
            b"2 5 0\r\n",
        ),
        *(
            b"250-a\r\n550 b\r\n",
            b"550-a\r\n250 b\r\n",
            b"250-a\r\nb\r\n",
            b"250-",
            b"250 ok",
            b"250 ok\n",
            b"250-a\n250 b\n",
        ),
        *(
            b"250 ok\r550 no\r\n",
            b"550 no\r250 ok\r\n",
            b"\xb2\xb5\xb0 ok\r\n",
            b"250 \xff\xfe\x00\x07\r\n",
            b"\x00250 ok\r\n",
        ),
        *(
            b"550 5.1.1 no such user\r\n",
            b"550\r\n",
            b"550-5.1.1 no\r\n550 5.1.1 user\r\n",
            b"551 gone\r\n",
            b"553 odd\r\n",
        ),
        *(
            b"550 relay not permitted\r\n",
            b"554 5.7.1 spamhaus\r\n",
            b"450 later\r\n",
            b"452 4.2.2 full\r\n",
            b"421 bye\r\n",
        ),
        *(
            b"250 5.1.1 no such user\r\n",
            b"550 2.1.5 ok\r\n",
            b"250 4.1.1 later\r\n",
            b"150 odd\r\n",
            b"650 odd\r\n",
            b"950 no\r\n",
        ),
        *(
            b"250 " + b"x" * LINE_MAX + b"\r\n",
            b"250-x\r\n" * 70 + b"250 x\r\n",
            b"\r\n" * 9,
            b"",
            b"* OK\r\n",
            b"+OK\r\n",
        ),
        *(
            b"550 no\r\n250 ok\r\n",
            b"250 ok\r\n550 no\r\n",
            b"250 ok\r\n250 ok\r\n",
            b"HTTP/1.1 250 OK\r\n\r\n",
            b"354 go\r\n",
        ),
    ]
)


def proper(octets):
    """The code and the texts of what is exactly one reply (RFC 5321 s. 4.2), None for anything else."""
    if not octets.endswith(b"\n"):
        return None
    lines = [line.removesuffix(b"\r") for line in octets.split(b"\n")[:-1]]
    found = [re.fullmatch(rb"([2-5][0-9][0-9])(?:([ -])(.*))?", line, re.DOTALL) for line in lines]
    if not all(found) or len({one[1] for one in found}) != 1 or max(map(len, lines)) >= LINE_MAX or len(lines) > 64:
        return None
    if any((one[2] == b"-") != (one is not found[-1]) for one in found):
        return None
    return int(found[0][1])


@pytest.fixture(scope="module")
def trust(tmp_path_factory):
    """An authority's file, and what a server proves itself by."""
    folder, issuer = tmp_path_factory.mktemp("mail"), Issuer()
    (folder / "ca.pem").write_text(issuer.ca, encoding="ascii")
    return str(folder / "ca.pem"), issuer.certificate(folder, HOST).served()


def spoken(script, service, trust, context=None):
    """The verdict on a service, and what was heard of it."""
    with serving(script, context) as served:
        ports = {service: served.port}
        (one,) = away(lambda: mail_servers.speak([SERVER], OURS, ports=ports, trust=trust[0], patience=LONG))
    assert len(one.banner) <= SHOWN and one.banner == " ".join(one.banner.split()) and len(one.why) <= SHOWN
    return WEIGHTS.verdict(mail_server_findings.find([one], ())), one


def saying(*answers):
    """A server that greets with the first, and answers each command with the next; then it closes."""

    async def script(talk):
        for number, answer in enumerate(answers):
            if number:
                await talk.hear()
            await talk.say(answer)
            if not answer.endswith(b"\n"):
                return  # Nobody is to wait for the rest.

    return script


@settings(derandomize=True, max_examples=80)
@given(greeting=REPLIES | st.just(b"220 mx ESMTP\r\n"), answers=st.lists(REPLIES, max_size=4))
def test_no_service_without_a_handshake_is_ready_whatever_it_answers(trust, greeting, answers):
    verdict, one = spoken(saying(greeting, *answers), "smtp", trust)
    assert verdict != "ready"
    if proper(greeting) != 220:
        assert one.failure or not one.banner.startswith("220")
        assert one.starttls is None


@pytest.mark.parametrize("answer", [b"220 hi\r\n", b"354 go\r\n", b"252 hm\r\n"])
def test_who_answers_the_hello_with_anything_else_does_not_speak_the_protocol(trust, answer):
    verdict, one = spoken(saying(b"220 hi\r\n", answer, answer, answer), "smtp", trust)
    assert (verdict, one.failure, one.starttls) == ("blocked", "not_spoken", None)


GREETINGS = {
    "submissions": (b"220 hi\r\n", b"220-a\r\n220 b\r\n", b"220\r\n"),
    "imaps": (b"* OK hi\r\n", b"* ok [CAPABILITY] hi\r\n", b"* OK\r\n"),
    "pop3s": (b"+OK hi\r\n", b"+OK\r\n"),
}
ODD = [
    b"* OKAY\r\n",
    b"*  OK\r\n",
    b"OK\r\n",
    b"+OKAY\r\n",
    b"+ok\r\n",
    b"* PREAUTH x\r\n",
    b"* BYE\r\n",
    b"-ERR\r\n",
    b"a OK\r\n",
]


@settings(derandomize=True, max_examples=60)
@given(
    service=st.sampled_from(sorted(GREETINGS)),
    greeting=REPLIES | st.sampled_from(ODD) | st.sampled_from([one for some in GREETINGS.values() for one in some]),
)
def test_a_service_is_ready_by_its_own_greeting_only(trust, service, greeting):
    verdict, one = spoken(saying(greeting, b"221 bye\r\n"), service, trust, trust[1])
    well = greeting in GREETINGS[service] or (service == "submissions" and proper(greeting) == 220)
    assert (verdict == "ready") == well, one


@pytest.mark.parametrize("more", ["250 injected", "220 go", "x", " ", "\x16\x03\x01", "EHLO"])
def test_what_comes_before_the_handshake_and_was_not_asked_for_ends_it(trust, more):
    assert spoken(smtp(trust[1]), "smtp", trust)[0] == "ready"
    verdict, one = spoken(smtp(trust[1], starttls=f"220 2.0.0 go\r\n{more}"), "smtp", trust)
    assert (verdict, one.failure, one.certificate) == ("blocked", "not_spoken", None)


def asked(answer, chance=b"550 5.1.1 no such user\r\n"):
    """What is told of an address that is answered so, where one that nobody has is answered otherwise."""

    async def script(talk):
        await talk.say("220 hi")
        while True:
            command = await talk.hear()
            if command.startswith("RCPT"):
                await talk.say(answer if "anna@" in command else chance)
                if not answer.endswith(b"\n"):
                    return
            else:
                await talk.say("250 ok" if command != "QUIT" else "221 bye")

    with serving(script) as served:
        found = away(
            lambda: mailboxes.ask(["anna@a.example"], SERVER, OURS, port=served.port, patience=LONG, pause=0.0)
        )
    assert len(found) == 1 and found[0].said == " ".join(found[0].said.split()) and len(found[0].said) <= SHOWN
    return found[0]


@settings(derandomize=True, max_examples=80)
@given(REPLIES)
def test_a_mailbox_is_known_or_missing_by_a_proper_answer_only(answer):
    box, code = asked(answer), proper(answer)
    # What comes behind a proper answer, unasked, is no answer to anything.
    first = proper(answer[: answer.find(b"\n") + 1])
    if box.state == "known":
        assert code in (250, 251, 452) or first in (250, 251)
        assert not re.match(rb"250 [45]", answer)
    if box.state == "missing":
        assert code in (550, 551) or first == 550
        assert not re.match(rb"550 2", answer)
    verdict = WEIGHTS.verdict(mail_server_findings.find((), [box]))
    assert (verdict == "ready") == (box.state == "known") and (box.state != "missing" or verdict == "blocked")


@pytest.mark.parametrize(
    "chance", [b"550 no\r\n250 ok\r\n", b"550 no\r\n550 no\r\n", b"550 no\r\n2", b"550-no\r\n250 ok\r\n"]
)
def test_an_answer_that_came_before_the_question_is_none(chance):
    # What is told was said on another connection, if on any.
    assert asked(b"550 5.1.1 no such user\r\n", chance).state == "missing"
    assert asked(b"450 later\r\n", chance).state == "unknown"


@pytest.mark.parametrize("said", ["250 5.1.1 no such user", "250 4.2.1 later", "550 2.1.5 ok", "551 2.1.5 ok"])
def test_an_answer_that_contradicts_itself_says_nothing(said):
    assert meaning("anna@a.example", said) == "cannot_tell"


@settings(derandomize=True, max_examples=200)
@given(st.integers(0, 999), st.sampled_from("245"), st.integers(0, 9), st.integers(0, 99), st.text(max_size=30))
def test_only_refusals_for_good_are_missing_and_only_what_was_taken_is_known(code, kind, subject, detail, words):
    means = meaning("anna@a.example", f"{code} {kind}.{subject}.{detail} {words}")
    if means == "missing":
        assert code >= 500 or "said: 5" in words
        assert kind != "2"
    if means == "known":
        assert code in (250, 251) or (subject, detail) == (2, 2)
        assert kind == "2" or (subject, detail) == (2, 2)
