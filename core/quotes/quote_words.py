"""What saved quotes say: their change, their states and what happened to them, as messages to be worded."""

import datetime as dt
from collections.abc import Mapping

from core.ground.messages import Message
from core.pricing.rules import OptionKind
from core.quotes.saved import Amount, QuoteEvent, Saved, State, state_on

_UNTIL = {State.DRAFT: "quotes.until", State.SENT: "quotes.until", State.EXPIRED: "quotes.expired"}
"""State -> what its last day means for the client; of what was decided it means nothing any more."""


def state(saved: Saved, today: dt.date) -> Message:
    """Return how far a quote has come on a day."""
    return Message(f"quotes.state.{state_on(saved, today)}")


def until(saved: Saved, today: dt.date) -> Message | None:
    """Return until when a quote holds, or since when it does not; None where its client has decided."""
    now = state_on(saved, today)
    return Message(_UNTIL[now], {"day": saved.valid_until}) if now in _UNTIL else None


def shown(saved: Saved) -> Amount:
    """Return the amount that stands for a quote: of the way that was accepted, else of the one suggested first."""
    wanted = saved.chosen or saved.offered[0]
    return next(amount for amount in saved.amounts if amount.kind == wanted)


def changed_on(saved: Saved) -> dt.date:
    """Return the day of the change, whose price it is."""
    return dt.date.fromisoformat(saved.texts["change_on"])


def agreed_on(saved: Saved) -> dt.date | None:
    """Return the day that was agreed for the work; None where none was."""
    text = saved.texts.get("agreed_on", "")
    return dt.date.fromisoformat(text) if text else None


def packages(saved: Saved, names: Mapping[str, str]) -> tuple[str, str]:
    """Return the package that is left and the one it leads to, by names of packages, else by their ids."""
    left, target = (names.get(saved.texts[field], saved.texts[field]) for field in ("package", "target"))
    return left, target


def way(kind: OptionKind) -> Message:
    """Return what a way of carrying a change out is called."""
    return Message(f"option.{kind}")


def event(happened: QuoteEvent) -> Message:
    """Return what happened, with the way that was accepted, the migration or the other quote."""
    if happened.kind == "accepted" and happened.item:
        return Message("quotes.event.accepted_way", {"way": way(OptionKind(happened.item))})
    named = f"{happened.kind}_of" if happened.item else happened.kind
    return Message(f"quotes.event.{named}", {"item": happened.item})
