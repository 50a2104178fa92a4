"""What the client is told at a stage: the text of data/stages.toml with the migration's own names, days and hours."""

import re
from collections.abc import Sequence

from core.ground.clock import WARSAW
from core.ground.filling import filled
from core.ground.messages import Message
from core.language import Language
from core.migration.clocks import is_day
from core.migration.migration import Domain, Migration
from core.migration.people import Team
from core.migration.stages import Process

SWITCHED_BACK = "switched_back"
REMINDER = "reminder"
"""What is no message of a stage: of a switch that was taken back, of the agreed day that is near."""

_NAMED = 10
"""Domains named in a message; of more, the rest is counted."""
_UNKNOWN = "[…]"
"""Stands where something is still to be filled in: to be seen before it is sent."""


def client_message(
    m: Migration, stage: str, process: Process, team: Team, language: Language, domains: Sequence[Domain] = ()
) -> str:
    """Return the message of a stage for the client of a migration, about some of its domains or all of them.

    `stage`: SWITCHED_BACK for that of a switch that was taken back, REMINDER for that of the agreed day. What is not
    known yet reads `[…]`.
    """
    told = process.by_id.get(stage)
    about = domains or m.active
    names = ", ".join(d.display for d in about[:_NAMED])
    if len(about) > _NAMED:
        names = language.text("client_message.more", names=names, count=len(about) - _NAMED)
    planned = m.planned_at.astimezone(WARSAW) if m.planned_at else None
    hour = "" if planned is None or is_day(planned) else f"{planned:%H:%M}"
    clock = told.clock if told else None
    values = {
        "client": m.client,
        "domains": names,
        "count": len(about),
        "day": planned.date() if planned else _UNKNOWN,
        "hour": Message("client_message.hour", {"hour": hour}) if hour else "",
        "contact": ", ".join(filter(None, (m.contact_name, m.contact_phone))) or _UNKNOWN,
        "owner": team.name(m.owner) or _UNKNOWN,
        "usual": clock.usual if clock else _UNKNOWN,
        "late": (clock.late or clock.usual) if clock else _UNKNOWN,
    }
    message = told.message if told else process.reminder if stage == REMINDER else process.switched_back
    text = filled(message.in_(language.code), {name: language.value(value) for name, value in values.items()})
    # Where no hour was agreed its place is empty.
    return re.sub(r" +([.,;:)]|$)", r"\1", re.sub(r"  +", " ", text))
