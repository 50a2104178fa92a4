"""Mailboxes asked for at a server that does as Postfix, Exim and others do, and as none should."""

from collections import Counter
from collections.abc import Callable

import pytest

from core.cutover.asking.mail_addresses import envelope
from core.cutover.asking.mailboxes import MAILBOXES_MAX, REFUSED_MAX, ask
from core.cutover.settings import Targets
from tests.mail_scripts import LONG, OURS, Script, Served, Talk, away, serving

KNOWN = {f"{name}@firma.example" for name in ("anna", "jan", "biuro")}
UNKNOWN = "550 5.1.1 <{}>: Recipient address rejected: User unknown in virtual mailbox table"
HOST = "mx.firma.example"

Rcpt = Callable[[str, int, Talk], str | None]
"""Answers an address, the nth of its connection, from 1; None: closes."""


def postfix(address: str, number: int, talk: Talk) -> str | None:
    return "250 2.1.5 Ok" if address in KNOWN else UNKNOWN.format(address)


def server(
    rcpt: Rcpt = postfix, mail: str = "250 2.1.0 Ok", banner: str = "220 mx ESMTP Postfix", can: str = "PIPELINING"
) -> Script:
    async def script(talk: Talk) -> None:
        await talk.say(banner)
        number = 0
        while (command := await talk.hear()) != "QUIT":
            verb, _, rest = command.partition(":<")
            if verb.startswith("EHLO"):
                await talk.say("250-mx", f"250 {can}")
            elif verb == "MAIL FROM":
                await talk.say(mail)
            elif verb == "RCPT TO":
                number += 1
                if (answer := rcpt(rest.removesuffix(">"), number, talk)) is None:
                    return
                await talk.say(*answer.split("\n"))
                if answer.startswith("421"):
                    return
            else:
                # Exim closes for less.
                return
        await talk.say("221 2.0.0 Bye")

    return script


def asked(addresses, script: Script, **how):
    with serving(script) as served:
        how = {"patience": LONG, "pause": 0.0, **how}
        found = away(lambda: ask(addresses, (HOST, "127.0.0.1"), OURS, port=served.port, **how))
    assert [box.address for box in found] == list(addresses)
    return found, served


def states(found):
    return [box.state for box in found]


def recipients(served: Served) -> list[str]:
    return [command[9:-1] for command in served.commands if command.startswith("RCPT TO:<")]


# -- the conversation


def test_those_that_are_known_and_those_that_are_missing_are_told_apart():
    found, served = asked(["anna@firma.example", "nikt@firma.example", "jan@firma.example"], server())
    assert states(found) == ["known", "missing", "known"]
    assert (found[0].code, found[0].said, found[0].server) == (250, "250 2.1.5 Ok", HOST)
    assert found[1].code == 550 and "User unknown" in found[1].said
    # One sender, recipients one after another, the first of them by chance; no message, no RSET.
    (heard,) = served.heard
    assert [command.partition(":")[0].partition(" [")[0] for command in heard] == [
        "EHLO", "MAIL FROM", *["RCPT TO"] * 4, "QUIT",
    ]  # fmt: skip
    assert heard[1] == "MAIL FROM:<>"
    chance = recipients(served)[0]
    assert len(chance.partition("@")[0]) == 16 and chance.endswith("@firma.example") and chance not in KNOWN


def test_a_domain_that_takes_what_was_made_up_proves_nothing_and_is_asked_no_more():
    found, served = asked(["anna@firma.example", "nikt@firma.example"], server(lambda *_: "250 Ok"))
    assert states(found) == ["any", "any"]
    assert len(recipients(served)) == 1


def test_each_domain_has_a_chance_of_its_own():
    def takes_all_of_one(address: str, number: int, talk: Talk) -> str | None:
        return "250 Ok" if address.endswith("@all.example") else postfix(address, number, talk)

    found, served = asked(["a@all.example", "anna@firma.example", "b@firma.example"], server(takes_all_of_one))
    assert states(found) == ["any", "known", "missing"]
    assert Counter(one.partition("@")[2] for one in recipients(served)) == {"all.example": 1, "firma.example": 3}


def test_each_is_told_once_as_soon_as_it_is_certain_and_the_same_address_is_asked_once():
    told = []
    found, served = asked(["jan@firma.example", "jan@FIRMA.example", "x@firma.example"], server(), seen=told.append)
    assert states(found) == ["known", "known", "missing"]
    assert sorted(box.address for box in told) == sorted(box.address for box in found)
    assert recipients(served).count("jan@firma.example") == 1


# -- limits of the server


def test_a_new_connection_is_made_before_postfix_slows_down():
    many = [f"nikt{number}@firma.example" for number in range(40)] + sorted(KNOWN)
    found, served = asked(many, server())
    assert states(found) == ["missing"] * 40 + ["known"] * 3
    refused = [sum(one[9:-1] not in KNOWN for one in heard if one.startswith("RCPT")) for heard in served.heard]
    assert max(refused) == REFUSED_MAX


@pytest.mark.parametrize("limit", [1, 4])
@pytest.mark.parametrize(
    "words",
    [
        "421 4.7.0 mx Error: too many errors",
        None,
        "550 Too many failed recipients - count = 5",
        "452 4.5.3 Error: too many recipients",
    ],
)
def test_what_a_server_says_when_it_has_had_enough_is_never_missing(words, limit):
    def limited(address: str, number: int, talk: Talk) -> str | None:
        return postfix(address, number, talk) if number <= limit else words

    many = [f"nikt{number}@firma.example" for number in range(6)] + sorted(KNOWN)
    found, _ = asked(many, server(limited))
    assert states(found) == ["missing"] * 6 + ["known"] * 3
    assert all("nikt" in box.said or box.state == "known" for box in found)


def test_an_address_that_closes_the_connection_each_time_keeps_no_other_from_its_answer():
    def poisoned(address: str, number: int, talk: Talk) -> str | None:
        return None if address.startswith("jan@") else postfix(address, number, talk)

    found, served = asked(["jan@firma.example", "anna@firma.example", "nikt@firma.example"], server(poisoned))
    assert states(found) == ["unknown", "known", "missing"]
    assert (found[0].code, found[0].said) == (None, "silent")
    assert len(served.heard) <= 6


def test_no_answer_in_time_is_unknown():
    async def silent(talk: Talk) -> None:
        await talk.silence()

    found, served = asked(["anna@firma.example"], silent, patience=1.5)
    assert (states(found), found[0].code, found[0].said) == (["unknown"], None, "silent")
    assert 1 <= len(served.heard) <= 3


# -- later


def test_who_cannot_be_told_is_asked_once_more_after_one_pause_for_all():
    tries: Counter[str] = Counter()

    def greylisting(address: str, number: int, talk: Talk) -> str | None:
        tries[address] += 1
        return (
            "450 4.2.0 <x>: Recipient address rejected: Greylisted"
            if tries[address] == 1
            else postfix(address, number, talk)
        )

    found, served = asked(["anna@firma.example", "nikt@firma.example"], server(greylisting))
    assert states(found) == ["known", "missing"]
    assert set(tries.values()) == {2} and len(served.heard) == 2


def test_who_cannot_be_told_twice_is_unknown_with_what_was_said():
    found, _ = asked(["anna@firma.example"], server(lambda *_: "451 4.3.0 try later"))
    assert (states(found), found[0].code, found[0].said) == (["unknown"], 451, "451 4.3.0 try later")


def test_what_a_server_behind_said_counts():
    def verifying(address: str, number: int, talk: Talk) -> str | None:
        if address in KNOWN:
            return "250 2.1.5 Ok"
        return (
            f"450 4.1.1 <{address}>: Recipient address rejected: unverified address: host 127.0.0.1[127.0.0.1] said: "
            f"550 5.1.1 <{address}> User doesn't exist: {address} (in reply to RCPT TO command)"
        )

    long = "x" * 60 + "@firma.example"
    found, served = asked(["anna@firma.example", long], server(verifying))
    assert states(found) == ["known", "missing"]
    assert found[1].code == 450 and len(served.heard) == 1


def test_taken_proves_nothing_where_the_made_up_one_cannot_be_told():
    def hazy(address: str, number: int, talk: Talk) -> str | None:
        return "250 Ok" if address in KNOWN else "451 4.3.0 later"

    found, _ = asked(["anna@firma.example"], server(hazy))
    assert (states(found), found[0].code) == (["unknown"], 250)


# -- refusals that are not of a mailbox


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"mail": "550 5.7.1 null sender refused"}, 550),
        ({"banner": "554 5.7.1 go away"}, 554),
        ({"rcpt": lambda *_: "554 5.7.1 <x>: Relay access denied"}, 554),
        ({"rcpt": lambda *_: "550 5.7.1 Service unavailable; Client host blocked using zen.spamhaus.org"}, 550),
        ({"rcpt": lambda *_: "252 2.0.0 cannot verify"}, 252),
    ],
)
def test_a_refusal_of_us_is_unknown_with_what_was_said(how, code):
    found, served = asked(["anna@firma.example", "jan@firma.example"], server(**how))
    assert {(box.state, box.code) for box in found} == {("unknown", code)}
    assert found[0].said.startswith(str(code)) and len(served.heard) == 1


def test_a_server_that_is_busy_is_tried_a_few_times():
    found, served = asked(["anna@firma.example"], server(banner="421 4.7.0 too many connections"))
    assert (states(found), found[0].code, len(served.heard)) == (["unknown"], 421, 3)


def test_nobody_listening_is_unknown():
    with serving(server()) as served:
        port = served.port
    (found,) = away(lambda: ask(["a@firma.example"], (HOST, "127.0.0.1"), OURS, port=port, patience=LONG))
    assert (found.state, found.code, found.said) == ("unknown", None, "silent")


@pytest.mark.parametrize(
    "garbage",
    [
        "nothing at all",
        "250 Ok\n250 and one more",
        "250-\n" * 100 + "250 Ok",
        "2" + "5" * 100_000,
        "\0\0\0",
        "999 what",
    ],
)
def test_what_is_no_answer_is_no_answer(garbage):
    found, served = asked(["anna@firma.example"], server(lambda *_: garbage))
    assert states(found)[0] in {"unknown", "any"}
    assert len(served.heard) <= 6


def test_an_answer_too_many_shifts_nobody():
    def chatty(address: str, number: int, talk: Talk) -> str | None:
        answer = postfix(address, number, talk)
        return f"{answer}\n250 2.1.5 Ok" if number == 2 else answer

    found, _ = asked(["nikt@firma.example", "anna@firma.example", "inny@firma.example"], server(chatty))
    assert {"nikt@firma.example": "missing", "inny@firma.example": "missing"}.items() <= {
        box.address: box.state for box in found
    }.items()


# -- whom, and how it is written


@pytest.mark.parametrize("address", ["127.0.0.1", "192.168.1.1", "93.184.215.14", "mx.example", ""])
def test_only_a_server_of_ours_is_asked(address):
    with serving(server()) as served:
        found = away(lambda: ask(["anna@firma.example", "<>"], (HOST, address), Targets(), port=served.port))
    assert {(box.state, box.code, box.said) for box in found} == {("unknown", None, "not_ours")}
    assert served.heard == []


HOSTILE = (
    "a@firma.example>\r\nRSET",
    "a\r\nRSET\r\n@firma.example",
    "a\n@firma.example",
    "a b@firma.example",
    "<a@firma.example>",
    "a>@firma.example",
    '"a"@firma.example',
    "a\0@firma.example",
    "a\x85b@firma.example",
    "a\u2028b@firma.example",
    "a\u200bb@firma.example",
    "a\ud800b@firma.example",
    "a@firma.example SIZE=1",
    "a@firma.example\r\nDATA",
    "a@[127.0.0.1]",
    "a@127.0.0.1",
    "a@localhost",
    "@firma.example",
    "firma.example",
    "a@",
    "",
    ".a@firma.example",
    "a..b@firma.example",
    "x" * 65 + "@firma.example",
    "ż" * 33 + "@firma.example",
    "a@" + "x." * 130 + "example",
    "x" * 100_000,
)


def test_what_could_end_the_line_or_the_brackets_is_never_sent():
    found, served = asked([*HOSTILE, "anna@firma.example"], server())
    assert {(box.state, box.code, box.said) for box in found[:-1]} == {("unknown", None, "address")}
    assert found[-1].state == "known"
    assert len(recipients(served)) == 2 and "RSET" not in served.commands and "DATA" not in served.commands


def test_a_domain_is_written_in_ascii_and_a_local_part_composed():
    assert envelope("Zo\u0308e@ŻÓŁW.pl").text == "Zöe@xn--w-uga1v8h.pl"
    assert envelope(" Anna+sklep@Firma.Example. ").text == "Anna+sklep@firma.example"
    assert len(envelope("x" * 64 + "@firma.example").local) == 64


def test_letters_outside_of_ascii_need_an_extension():
    addresses = ["zöe@firma.example", "anna@firma.example"]
    found, served = asked(addresses, server())
    assert [(box.state, box.said) for box in found] == [("unknown", "smtputf8"), ("known", "250 2.1.5 Ok")]
    assert "zöe@firma.example" not in recipients(served)
    found, served = asked(addresses, server(can="SMTPUTF8"))
    assert states(found) == ["missing", "known"]
    assert "MAIL FROM:<> SMTPUTF8" in served.commands and "zöe@firma.example" in recipients(served)


def test_no_more_are_asked_for_than_allowed():
    many = [f"a{number}@firma.example" for number in range(MAILBOXES_MAX + 5)]
    found, _ = asked(many, server(lambda *_: "250 Ok"))
    assert Counter(states(found)) == {"any": MAILBOXES_MAX, "unknown": 5}
    assert {box.said for box in found[-5:]} == {"too_many"}


def test_nobody_to_ask_for_makes_no_connection():
    found, served = asked([], server())
    assert (found, served.heard) == ((), [])
