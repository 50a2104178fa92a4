"""What has become of a notice, for whoever looks at its watch. Pure."""

import datetime as dt
from collections.abc import Mapping
from typing import Literal

from core.ground.messages import Message
from core.notices.notice import Notice

Fate = Literal["morning", "waiting", "again", "sending", "sent", "twice", "failed", "withheld", "acknowledged"]
"""`morning`: it waits for the end of the quiet hours; `again`: it failed and is tried again; `twice`: it was sent, and
may have come before; `withheld`: written before a restore; `acknowledged`: somebody has taken note instead."""


def fate(notice: Notice, now: dt.datetime) -> Fate:
    """Return what has become of a notice (`now`: UTC)."""
    match notice.state:
        case "sent":
            return "twice" if notice.twice else "sent"
        case "claimed" | "handing_over":
            return "sending"
        case "failed" | "withheld" | "acknowledged" as state:
            return state
    if notice.trouble is not None:
        return "again"
    return "morning" if not notice.urgent and notice.due_at > now else "waiting"


def is_stopped(notice: Notice) -> bool:
    """Tell whether a notice goes nowhere unless somebody sends it on."""
    return notice.state in ("failed", "withheld")


def words(notice: Notice, now: dt.datetime) -> Message:
    """Return what has become of a notice in words."""
    return Message(f"watches.fate.{fate(notice, now)}", {"at": notice.sent_at or notice.due_at})


def trouble(notice: Notice) -> Message | None:
    """Return why a notice was not sent last, as the other side said it; None where nothing is known against it."""
    found = notice.trouble or {}
    id, values = found.get("id"), found.get("values", {})
    known = isinstance(id, str) and id.startswith("notice.trouble.") and isinstance(values, Mapping)
    return Message(str(id), dict(values)) if known and notice.state != "sent" else None
