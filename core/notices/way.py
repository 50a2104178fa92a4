"""A way to somebody: it is given a message, and says what became of it."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from core.ground.messages import Message
from core.ground.validation import one_line

_SAID = 300


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to be sent. `id`: what it is known by however often it is sent; `to`: a mail address, "" elsewhere."""

    id: str
    to: str
    subject: str
    body: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message: sent where `why` is None.

    `final`: trying again would change nothing. `unsure`: it may have arrived. `unreachable`: nothing else arrives over
    this way now either. `lost`: it was another's to send, so nothing was done.
    """

    why: Message | None = None
    final: bool = False
    unsure: bool = False
    unreachable: bool = False
    lost: bool = False

    @property
    def sent(self) -> bool:
        """Whether it was taken."""
        return self.why is None and not self.lost


SENT = Outcome()
LOST = Outcome(lost=True)


class Way(Protocol):
    """A way to somebody."""

    def send(self, message: Outgoing, hand_over: Callable[[], bool]) -> Outcome:
        """Send a message; `hand_over` is called just before it is out of our hands, and says whether it may go.

        Says what happened rather than raising it.
        """


class NotSet:
    """A way that somebody is to be told by, and that nobody has set up."""

    def send(self, message: Outgoing, hand_over: Callable[[], bool]) -> Outcome:
        """Say so."""
        return Outcome(Message("notice.trouble.not_set"), final=True)


def said(given: bytes | str | BaseException) -> str:
    r"""Return what a server, or the system, said, as one line of a bounded length.

    >>> said(b"550 no such\r\nmailbox")
    '550 no such mailbox'
    """
    text = given[:_SAID].decode("utf-8", "replace") if isinstance(given, bytes) else str(given)
    return one_line(text[:_SAID])
