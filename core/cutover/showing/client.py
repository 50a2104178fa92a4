"""What the client is told of a switch: when it is, what not to do meanwhile, by when everybody sees the new server."""

import datetime as dt

from core.cutover.plan import Plan
from core.ground.clock import WARSAW
from core.ground.messages import Message
from core.language import Language

_UNKNOWN = "[…]"
"""Stands where something is still to be filled in: to be seen before it is sent."""


def is_agreed(plan: Plan, now: dt.datetime) -> bool:
    """Tell whether the client can be told a moment: one was agreed, and it is still to come (`now`: UTC)."""
    return plan.agreed and plan.switch > now


def client_message(plan: Plan, name: str, now: dt.datetime, language: Language) -> str:
    """Return the message as lines; `name` as people write it, `now`: UTC. What is not agreed yet reads `[…]`.

    The end told is the later of both ways: the client need not know how the old zone is edited.
    """
    agreed = is_agreed(plan, now)
    wall = plan.switch.astimezone(WARSAW)
    when = {"day": wall.date(), "hour": f"{wall:%H:%M}"} if agreed else {"day": _UNKNOWN, "hour": _UNKNOWN}
    ends = _ends(plan)
    end: object = (ends if agreed else _UNKNOWN) if ends else Message("cutover.client.until_told")
    told = (
        Message("cutover.client.hello"),
        Message("cutover.client.switch", {**when, "name": name}),
        Message("cutover.client.keep_still", {"end": end}),
        Message("cutover.client.end", {"end": end}) if ends else Message("cutover.client.end_unknown"),
        Message("cutover.client.old_hosting"),
    )
    return "\n".join(map(language.text, told))


def _ends(plan: Plan) -> dt.datetime | None:
    """Return by when the last cache is new, whichever way is taken; None where of either nobody knows."""
    if plan.edited_first is None or plan.untouched is None:
        return None
    return max(plan.edited_first, plan.untouched)
