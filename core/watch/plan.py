"""How often is looked, what counts as late, who is told: data/watch.toml."""

import datetime as dt
from functools import lru_cache
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.dns.asked import READY
from core.ground.messages import FieldError, InputError, Message
from core.ground.settings import ROOT
from core.ground.validation import mistake, read_toml
from core.watch.watch import Phase

NAME = "data/watch.toml"

Notified = Literal[
    "published",
    "server_wrong",
    "propagated",
    "past_usual",
    "past_latest",
    "old_again",
    "switched_back",
    "undelegated",
    "certificate",
    "mail_silent",
    "blind",
    "sees_again",
    "lower_ttls",
    "look_stale",
    "unconfirmed_switch",
    "not_everywhere",
]
"""The transitions that people are told of."""

To = Literal["owner", "deputy", "team"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Pace(_Part):
    """How often a phase looks; `resolvers`: whether they are asked too."""

    minutes: Annotated[float, Field(gt=0, le=10_080)]
    resolvers: bool

    @property
    def every(self) -> dt.timedelta:
        """The time between two looks, before it is jittered."""
        return dt.timedelta(minutes=self.minutes)


_Hours = Annotated[float, Field(ge=0, le=8_760)]


class Limits(_Part):
    """What counts as early, late, long."""

    eve_hours: _Hours
    eve_beyond_ttl_hours: _Hours
    patient_after_hours: _Hours
    patient_minutes: Annotated[float, Field(gt=0, le=10_080)]
    after_days: _Hours
    give_up_days: _Hours
    low_ttl_minutes: Annotated[float, Field(gt=0, le=10_080)]
    certificate_days: _Hours
    blind_minutes: Annotated[float, Field(gt=0, le=10_080)]
    usual_hours: _Hours
    latest_hours: _Hours
    keep_days: _Hours


class Told(_Part):
    """Who is told of a transition, and whether that may wait for the morning."""

    to: list[To]
    urgent: bool


class Quiet(_Part):
    """When nobody is told what is not urgent, by the clock in Warsaw; the same hour twice: never."""

    from_: Annotated[str, Field(alias="from", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    until: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]

    @property
    def begins(self) -> dt.time:
        """From when on people are left alone."""
        return dt.time.fromisoformat(self.from_)

    @property
    def ends(self) -> dt.time:
        """When what has waited is told."""
        return dt.time.fromisoformat(self.until)


class Plan(_Part):
    """data/watch.toml."""

    types: Annotated[list[str], Field(min_length=1, max_length=8)]
    jitter_percent: Annotated[float, Field(ge=0, le=50)]
    phases: dict[str, Pace]
    limits: Limits
    notices: dict[str, Told]
    quiet: Quiet

    @model_validator(mode="after")
    def _complete(self) -> "Plan":
        looked = [phase for phase in get_args(Phase) if phase != "ended"]
        for given, expected in ((self.phases, looked), (self.notices, get_args(Notified))):
            if set(given) != set(expected):
                raise mistake("error.one_of", expected=", ".join(expected))
        if unknown := [type for type in self.types if type not in READY]:
            raise mistake("error.one_of", expected=", ".join(READY), found=unknown[0])
        return self

    @property
    def longest(self) -> dt.timedelta:
        """The longest time between two looks, jitter included."""
        longest = max(pace.every for pace in self.phases.values())
        return longest * (1 + self.jitter_percent / 100)


def plan_of_desk() -> Plan:
    """Return data/watch.toml, read again when the file has changed; raises InputError where it has mistakes."""
    try:
        return _parsed((ROOT / NAME).stat().st_mtime_ns)
    except (OSError, UnicodeDecodeError) as error:
        values = {"detail": getattr(error, "strerror", None) or str(error)}
        raise InputError(FieldError(NAME, "", Message("error.file", values))) from None


@lru_cache(maxsize=1)
def _parsed(modified: int) -> Plan:
    return parse_plan((ROOT / NAME).read_text(encoding="utf-8-sig"))


def parse_plan(text: str) -> Plan:
    """Return the plan written in `text` (TOML); raises InputError with every mistake found."""
    return read_toml(text, Plan, NAME)
