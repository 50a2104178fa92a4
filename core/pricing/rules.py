"""The terms as one ordered decision table: a row is a clause with its citation, its condition and its charges.

The same rows decide on one `Situation` and on arrays of them. Source: RULES, "The decision table"; the clauses are
those of the terms for changing a hosting package (document 002).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from core.pricing.alike import Truth, Whole
from core.pricing.readings import Readings
from core.pricing.situation import Situation
from core.pricing.tariff import Move


class OptionKind(StrEnum):
    """The ways a change can be carried out, in the order in which they are told: losing the data comes last."""

    CHANGE = "change"
    ORDERED = "ordered"
    SELF = "self"
    ABANDON = "abandon"


@dataclass(frozen=True, slots=True)
class Part:
    """One charge of a rule: what for, how much (grosze net), and the working with the numbers it was made from."""

    kind: str
    net: Whole
    working: str
    numbers: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


# -- what a clause charges: one function a clause


def same_package(s: Situation) -> tuple[Part, ...]:
    """R0: nothing before the end, a plain renewal after it."""
    return (Part("renewal", s.target_price * s.expired, "working.plain_renewal"),)


def upgrade_prorated(s: Situation) -> tuple[Part, ...]:
    """R1: the difference for the days that remain."""
    return (_surcharge(s),)


def upgrade_in_last_month(s: Situation) -> tuple[Part, ...]:
    """R2: no surcharge for what is left; the next period at the higher package's price."""
    return (Part("surcharge", s.days_left * 0, "working.no_surcharge"), _next_period(s))


def upgrade_at_expiry(s: Situation) -> tuple[Part, ...]:
    """R3: the price list of the higher package."""
    return (_next_period(s),)


def to_vps_prorated(s: Situation) -> tuple[Part, ...]:
    """R4: the difference for the days that remain, and the migration."""
    return (_surcharge(s), _migration_to_vps(s))


def to_vps_in_last_quarter(s: Situation) -> tuple[Part, ...]:
    """R5: as R4, and the next full period."""
    return (_surcharge(s), _next_period(s), _migration_to_vps(s))


def to_vps_expired(s: Situation) -> tuple[Part, ...]:
    """R6: the next full period and the migration."""
    if s.readings.A7 == "price_only":
        return (_next_period(s),)
    return (_next_period(s), _migration_to_vps(s))


def to_shared_in_term(s: Situation) -> tuple[Part, ...]:
    """R7: a new shared account, and the migration if it is ordered."""
    return (_new_account(s), _migration(s, s.change.move_ordered))


def downgrade_in_term(s: Situation) -> tuple[Part, ...]:
    """R8: the terms offer none, so nothing is charged."""
    return ()


def downgrade_at_expiry(s: Situation) -> tuple[Part, ...]:
    """R9: the price of the lower package, if what is used fits into it."""
    return (_next_period(s),)


def to_shared_at_expiry(s: Situation) -> tuple[Part, ...]:
    """R10: a new shared account whichever way is chosen, and the migration if it is ordered."""
    return (_new_account(s), _migration(s, s.change.move_ordered))


def _surcharge(s: Situation) -> Part:
    numbers = {
        "target": (s.target_price, *s.target_share),
        "current": (s.current_price, *s.current_share),
        "difference": s.difference,
        "days": s.days_left,
        "term_days": s.term_days,
    }
    return Part("surcharge", s.prorated, "working.prorated", numbers)


def _next_period(s: Situation) -> Part:
    return Part("renewal", s.target_price, "working.next_period", {"months": s.period})


def _new_account(s: Situation) -> Part:
    return Part("renewal", s.target_price, "working.new_account", {"months": s.period})


def _migration(s: Situation, charged: Truth) -> Part:
    return Part("migration", s.fee * charged, "working.migration_tier", {"domains": s.change.domains})


def _migration_to_vps(s: Situation) -> Part:
    # A6: part of the move to a VPS, or only where it is ordered.
    return _migration(s, True if s.readings.A6 == "compulsory" else s.change.move_ordered)


# -- the table


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a clause stands in the terms (document 002): section, heading below it, point (None: the whole heading)."""

    section: str
    heading: str
    point: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the decision table.

    `new_account`: what is bought is a separate account which begins on the day of the change.
    """

    id: str
    citation: Citation
    applies: Callable[[Situation], Truth]
    charge: Callable[[Situation], tuple[Part, ...]]
    options: Callable[[Readings], tuple[OptionKind, ...]] = lambda readings: (OptionKind.CHANGE,)
    available: Callable[[Situation], Truth] = lambda s: True
    new_account: bool = False


def _vps_options(readings: Readings) -> tuple[OptionKind, ...]:
    return (OptionKind.CHANGE,) if readings.A6 == "compulsory" else (OptionKind.ORDERED, OptionKind.SELF)


DECISION_TABLE = (
    Rule(
        "R0",
        Citation("in_term", "no_change"),
        lambda s: s.move == Move.SAME,
        same_package,
    ),
    Rule(
        "R1",
        Citation("in_term", "upgrade", 1),
        lambda s: (s.move == Move.UPGRADE) & (s.month_gap < 0) & (s.window_gap < 0),
        upgrade_prorated,
    ),
    Rule(
        "R2",
        Citation("in_term", "upgrade", 2),
        lambda s: (s.move == Move.UPGRADE) & (s.month_gap >= 0) & (s.window_gap < 0),
        upgrade_in_last_month,
    ),
    Rule(
        "R3",
        Citation("expiring", "upgrade"),
        lambda s: (s.move == Move.UPGRADE) & (s.window_gap >= 0),
        upgrade_at_expiry,
    ),
    Rule(
        "R4",
        Citation("in_term", "to_vps", 1),
        lambda s: (s.move == Move.TO_VPS) & (s.quarter_gap < 0) & (s.vps_expiry_gap < 0),
        to_vps_prorated,
        _vps_options,
    ),
    Rule(
        "R5",
        Citation("in_term", "to_vps", 2),
        lambda s: (s.move == Move.TO_VPS) & (s.quarter_gap >= 0) & (s.vps_expiry_gap < 0),
        to_vps_in_last_quarter,
        _vps_options,
    ),
    Rule(
        "R6",
        Citation("expiring", "upgrade"),
        lambda s: (s.move == Move.TO_VPS) & (s.vps_expiry_gap >= 0),
        to_vps_expired,
        lambda readings: (OptionKind.CHANGE,) if readings.A7 == "price_only" else _vps_options(readings),
    ),
    Rule(
        "R7",
        Citation("in_term", "to_shared"),
        lambda s: (s.move == Move.TO_SHARED) & (s.window_gap < 0),
        to_shared_in_term,
        lambda readings: (OptionKind.ORDERED, OptionKind.SELF),
        new_account=True,
    ),
    Rule(
        "R8",
        Citation("expiring", "downgrade"),
        lambda s: (s.move == Move.DOWNGRADE) & (s.window_gap < 0),
        downgrade_in_term,
        available=lambda s: False,
    ),
    Rule(
        "R9",
        Citation("expiring", "downgrade"),
        lambda s: (s.move == Move.DOWNGRADE) & (s.window_gap >= 0),
        downgrade_at_expiry,
        available=lambda s: s.fits,
    ),
    Rule(
        "R10",
        Citation("expiring", "to_shared"),
        lambda s: (s.move == Move.TO_SHARED) & (s.window_gap >= 0),
        to_shared_at_expiry,
        lambda readings: (OptionKind.ORDERED, OptionKind.SELF, OptionKind.ABANDON),
        new_account=True,
    ),
)
"""Ordered: the first row whose condition holds decides. The conditions are exclusive, which a test holds them to."""

RULES = {rule.id: rule for rule in DECISION_TABLE}
"""The rows by id."""


def decide(s: Situation) -> Rule:
    """Return the rule of one situation (of ints)."""
    return next(rule for rule in DECISION_TABLE if rule.applies(s))
