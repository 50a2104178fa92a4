"""A notice: what one recipient is told of one thing that has come true, and what has become of it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

from core.ground.messages import Message

State = Literal["waiting", "claimed", "handing_over", "sent", "failed", "withheld", "acknowledged"]
"""To be sent; somebody is about to; it is on its way, which cannot be taken back; sent; given up; written before a
restore, so that nobody knows whether it was sent; somebody has taken note, so that it need not be sent."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A row of the outbox; moments in UTC.

    `transition`: a kind and which time it came true ("old_again.2"). `told`: what there is to say, see
    `core.notices.words`. `trouble`: why it was not sent last ("id" and "values" of a text), and whether it may have
    come twice ("twice").
    """

    id: int
    watch_id: int
    transition: str
    recipient: str
    urgent: bool
    told: Mapping[str, Any]
    created_at: dt.datetime
    state: State
    due_at: dt.datetime
    tries: int
    claimed_by: str
    claimed_until: dt.datetime | None
    sent_at: dt.datetime | None
    message_id: str
    trouble: Mapping[str, Any] | None

    @property
    def kind(self) -> str:
        """The kind of transition that it tells of."""
        return self.transition.rpartition(".")[0]

    @property
    def twice(self) -> bool:
        """Whether it may have come more than once: whoever sent it was cut off before anybody said that it came."""
        return bool(self.trouble and self.trouble.get("twice"))


_FIELDS = [field.name for field in fields(Notice)]


def notice_of(row: Any) -> Notice:
    """Return the notice of a row."""
    return Notice(**{name: getattr(row, name) for name in _FIELDS})


def trouble(why: Message | None, twice: bool = False) -> dict[str, Any] | None:
    """Return what a row keeps of a try: why it failed, None where it did not, and whether it may have come twice."""
    if why is None:
        return trouble(Message("notice.trouble.twice"), twice) if twice else None
    return {"id": why.id, "values": {name: str(value) for name, value in why.values.items()}, "twice": twice}


@dataclass(frozen=True, slots=True)
class Claimed:
    """What goes as one message to one recipient, and until when nobody else may send it: one notice, or a digest."""

    notices: tuple[Notice, ...]
    by: str
    until: dt.datetime
    message_id: str

    @property
    def recipient(self) -> str:
        """Who is told."""
        return self.notices[0].recipient

    @property
    def tries(self) -> int:
        """How often it was tried, this time included."""
        return self.notices[0].tries

    @property
    def twice(self) -> bool:
        """Whether it may have come already."""
        return any(notice.twice for notice in self.notices)
