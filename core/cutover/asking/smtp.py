"""SMTP as far as it is spoken here: replies, the greeting, EHLO (RFC 5321).

    banner = await greeting(line)        # TurnedAwayError where the server wants nothing of us
    can = await hello(line)              # {"PIPELINING", "STARTTLS", ...}

No message is sent by it, and nobody signs in.
"""

import re
from typing import NamedTuple

from core.cutover.asking.mail_line import LINE_MAX, MailLine, NotSpokenError, shortened, shown

LINES_MAX = 64
"""Lines of a reply."""

_REPLY = re.compile(rb"([2-5][0-9]{2})(?:[ -](.*))?", re.DOTALL)
_READY = 220


class Reply(NamedTuple):
    """A reply: its code, its lines as text without it."""

    code: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The whole of it on one line."""
        return " ".join((str(self.code), *filter(None, self.lines)))

    @property
    def said(self) -> str:
        """The same, short."""
        return shortened(self.text)


class TurnedAwayError(Exception):
    """The server speaks, and wants nothing of us: at its greeting, at EHLO, at MAIL FROM."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        super().__init__(reply.said)


async def reply(line: MailLine) -> Reply:
    """Read a reply; raises one of mail_line.LOST."""
    found = []
    for one in await line.lines(LINES_MAX):
        read = _REPLY.fullmatch(one)
        if not read:
            raise NotSpokenError(shown(one))
        found.append((int(read[1]), shown(read[2] or b"", LINE_MAX)))
    codes = {code for code, _ in found}
    if len(codes) > 1:
        # RFC 5321 s. 4.2.1: all lines bear the same.
        raise NotSpokenError(f"{found[0][0]}, {found[-1][0]}")
    return Reply(codes.pop(), tuple(text for _, text in found))


async def said(line: MailLine, command: str) -> Reply:
    """Send a command and read its reply."""
    await line.say(command)
    return await reply(line)


async def greeting(line: MailLine) -> str:
    """Read the greeting; raises TurnedAwayError where it is a refusal."""
    first = await reply(line)
    if first.code == _READY:
        return first.said
    if first.code < 400:
        raise NotSpokenError(first.said)
    raise TurnedAwayError(first)


async def hello(line: MailLine, helo: str = "") -> frozenset[str]:
    """Say who we are (`helo`, else our address) and return the EHLO keywords of the server, in capitals."""
    name = helo or line.literal
    answer = await said(line, f"EHLO {name}")
    if answer.code == 250:
        return frozenset(text.split()[0].upper() for text in answer.lines[1:] if text)
    if answer.code == 421:
        raise TurnedAwayError(answer)
    # A server from before EHLO (RFC 5321 s. 3.2) can nothing.
    old = await said(line, f"HELO {name}")
    if old.code == 250:
        return frozenset()
    if old.code < 400:
        # Neither yes nor no (RFC 5321 s. 4.3.2).
        raise NotSpokenError(old.said)
    raise TurnedAwayError(old)
