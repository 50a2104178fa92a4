"""Asks a server of ours which addresses it knows: one MAIL FROM:<>, then RCPT TO after RCPT TO, and never a message.

For each domain an address that cannot exist comes first: where that one is taken, all are. What counts is never the
end of a connection: Postfix slows down from the tenth address it does not know and says 421 after the twentieth, Exim
closes at the twelfth RSET, cPanel refuses after a few "too many". Whoever was not answered is asked again.
"""

import asyncio
import secrets
import string
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from core.cutover.asking import smtp
from core.cutover.asking.mail_addresses import Envelope, envelope
from core.cutover.asking.mail_line import LOST, MailLine, UnreachableError
from core.cutover.judging.mailbox_answers import Meaning, meaning
from core.cutover.probes import Mailbox, Unasked
from core.cutover.settings import Targets

MAILBOXES_MAX = 2_000
REFUSED_MAX = 9
"""Refusals on a connection: Postfix slows down from the tenth (smtpd_soft_error_limit)."""
TAKEN_MAX = 50
"""Recipients on a connection: each server takes 100 (RFC 5321 s. 4.5.3.1.8), cPanel's often fewer."""
FRUITLESS_MAX = 3
"""Connections one after another that bring no answer, before we give up."""
LONGEST = 1_800.0
"""Seconds that all of it may take."""

_CHANCE_LETTERS = 16

_Seen = Callable[[Mailbox], None]


class _Answer(NamedTuple):
    means: Meaning
    code: int
    said: str


class _OverError(Exception):
    """There is no sense in another connection."""


def ask(
    addresses: Sequence[str],
    server: tuple[str, str],
    targets: Targets,
    *,
    port: int = 25,
    patience: float = 15.0,
    pause: float = 10.0,
    helo: str = "",
    seen: _Seen | None = None,
) -> tuple[Mailbox, ...]:
    """Return what a server (host name, address) says of each address, in their order.

    Only a server on `targets.networks` is asked. `patience`: seconds for an answer (verifying an address takes 3 to
    6), `pause`: seconds before those that could not be told are asked once more; `seen` is told each as soon as it is
    certain. Not to be called where a loop of asyncio runs.
    """
    host, address = server
    unasked: dict[str, Unasked] = {}
    asked: dict[str, Envelope] = {}
    for number, one in enumerate(dict.fromkeys(addresses)):
        found = envelope(one)
        if not targets.are_ours(address):
            unasked[one] = "not_ours"
        elif number >= MAILBOXES_MAX:
            unasked[one] = "too_many"
        elif found is None:
            unasked[one] = "address"
        else:
            asked[one] = found
    asking = _Asking(host, asked, seen)
    for one, why in unasked.items():
        asking.tell(Mailbox(one, host, "unknown", None, why))
    if asked:
        asyncio.run(_ask(asking, _Where(address, port, patience, pause, helo)))
    told = asking.told
    return tuple(told[one] for one in addresses)


class _Where(NamedTuple):
    address: str
    port: int
    patience: float
    pause: float
    helo: str


class _Asking:
    """What was asked and answered. `waiting`: in this pass; `later`: to be asked once more after the pause."""

    def __init__(self, host: str, asked: Mapping[str, Envelope], seen: _Seen | None) -> None:
        self._host, self._asked, self._seen = host, asked, seen
        self.told: dict[str, Mailbox] = {}
        self._answers: dict[Envelope, _Answer] = {}
        self._lacks: set[Envelope] = set()
        self._given: dict[Envelope, list[str]] = {}
        for given, one in asked.items():
            self._given.setdefault(one, []).append(given)
        self._chance = {domain: _by_chance(domain) for domain in dict.fromkeys(one.domain for one in asked.values())}
        of_domain: dict[str, list[Envelope]] = {domain: [chance] for domain, chance in self._chance.items()}
        for one in self._given:
            of_domain[one.domain].append(one)
        self.waiting = deque(one for several in of_domain.values() for one in several)
        self.later: list[Envelope] = []
        # Of a server that wanted nothing of us.
        self.turned_away: smtp.Reply | None = None

    def tell(self, box: Mailbox) -> None:
        """Tell one that is certain, once."""
        if box.address not in self.told:
            self.told[box.address] = box
            if self._seen:
                self._seen(box)

    def next(self) -> Envelope | None:
        """Return whom to ask now; None: nobody is left."""
        while self.waiting:
            one = self.waiting[0]
            chance = self._answers.get(self._chance[one.domain])
            if not (chance and chance.means == "known"):
                return one
            # The server takes all of this domain.
            self._settle(self.waiting.popleft())
        return None

    def lacking(self, can: Iterable[str]) -> bool:
        """Leave out those that need an extension; return whether it is needed and offered."""
        extended = [one for one in self.waiting if one.extended]
        if extended and "SMTPUTF8" in can:
            return True
        self._lacks.update(extended)
        for one in extended:
            self.waiting.remove(one)
            self._settle(one)
        return False

    def answered(self, answer: _Answer, last: bool) -> None:
        """Take the answer to the first of those that wait."""
        one = self.waiting.popleft()
        if answer.means == "again" and not last:
            self.later.append(one)
        else:
            self._answers[one] = answer
            if one == self._chance[one.domain]:
                for other in self._given:
                    if other.domain == one.domain and other in self._answers:
                        self._settle(other)
            elif self._chance[one.domain] in self._answers:
                self._settle(one)

    def postponed(self) -> None:
        """Put the first of those that wait to the end: its connection was lost."""
        self.waiting.rotate(-1)

    def end(self) -> None:
        """Tell all that is left."""
        for one in self._given:
            self._settle(one)

    def _settle(self, one: Envelope) -> None:
        for given in self._given.get(one, ()):
            self.tell(self._box(given, one))

    def _box(self, given: str, one: Envelope) -> Mailbox:
        chance, answer = self._answers.get(self._chance[one.domain]), self._answers.get(one)
        if answer and answer.means == "missing":
            return Mailbox(given, self._host, "missing", answer.code, answer.said)
        if chance and chance.means == "known":
            return Mailbox(given, self._host, "any", chance.code, chance.said)
        if answer is None:
            if one in self._lacks:
                return Mailbox(given, self._host, "unknown", None, "smtputf8")
            if self.turned_away:
                return Mailbox(given, self._host, "unknown", self.turned_away.code, self.turned_away.said)
            return Mailbox(given, self._host, "unknown", None, "silent")
        # Taken proves nothing where nobody knows what becomes of an address that cannot exist.
        proved = answer.means == "known" and chance is not None and chance.means == "missing"
        return Mailbox(given, self._host, "known" if proved else "unknown", answer.code, answer.said)


def _by_chance(domain: str) -> Envelope:
    return Envelope("".join(secrets.choice(string.ascii_lowercase) for _ in range(_CHANCE_LETTERS)), domain)


async def _ask(asking: _Asking, where: _Where) -> None:
    try:
        async with asyncio.timeout(LONGEST):
            await _pass(asking, where, last=False)
            if asking.later:
                # One pause for all of them together.
                await asyncio.sleep(where.pause)
                asking.waiting.extend(asking.later)
                await _pass(asking, where, last=True)
    except (TimeoutError, _OverError):
        pass
    asking.end()


async def _pass(asking: _Asking, where: _Where, *, last: bool) -> None:
    """Ask all that wait, on as many connections as it takes; raises _OverError where there is no sense in more."""
    fruitless = 0
    while asking.next():
        if fruitless == FRUITLESS_MAX:
            raise _OverError
        if fruitless:
            await asyncio.sleep(where.pause)
        if await _connection(asking, where, last):
            fruitless = 0
        else:
            fruitless += 1


async def _connection(asking: _Asking, where: _Where, last: bool) -> int:
    """Ask on one connection, one after another; return how many were answered."""
    try:
        opened = await MailLine.open(where.address, where.port, where.patience)
    except (TimeoutError, ConnectionRefusedError, UnreachableError):
        raise _OverError from None
    async with opened as line:
        try:
            await _begin(asking, line, where.helo)
        except smtp.TurnedAwayError as error:
            asking.turned_away = error.reply
            if error.reply.code >= 500:
                raise _OverError from None
            return 0
        except LOST:
            return 0
        asking.turned_away = None
        return await _recipients(asking, line, last)


async def _begin(asking: _Asking, line: MailLine, helo: str) -> None:
    await smtp.greeting(line)
    extended = asking.lacking(await smtp.hello(line, helo))
    # The sender of a bounce: nobody is looked up for it, and nothing can come back.
    answer = await smtp.said(line, "MAIL FROM:<>" + (" SMTPUTF8" if extended else ""))
    if answer.code != 250:
        raise smtp.TurnedAwayError(answer)


async def _recipients(asking: _Asking, line: MailLine, last: bool) -> int:
    answered = refused = 0
    while answered < TAKEN_MAX and refused < REFUSED_MAX and (one := asking.next()):
        try:
            reply = await smtp.said(line, f"RCPT TO:<{one.text}>")
        except LOST:
            asking.postponed()
            return answered
        means = meaning(one.text, reply.text)
        if means == "limit":
            asking.turned_away = reply
            asking.postponed()
            break
        answered += 1
        refused += reply.code >= 400
        asking.answered(_Answer(means, reply.code, reply.said), last)
    await line.leave("QUIT")
    return answered
