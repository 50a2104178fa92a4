"""Which days of what happened to a migration contradict each other: what comes first has the earlier day."""

import datetime as dt
from collections.abc import Mapping

from core.ground.clock import WARSAW
from core.migration.migration import Domain
from core.migration.refusal import refusal
from core.migration.stages import CONFIRMED, REWORKS, TEST, position


def tested_in_order(d: Domain, at: dt.datetime, item: str = CONFIRMED) -> None:
    """Raise InputError where the client's test would come before the move that it tests, by the day."""
    moments = {**d.entered, CONFIRMED: d.tested_at, item: at}
    tested = moments[CONFIRMED]
    if tested is None or item not in (CONFIRMED, *_TO_THE_TEST):
        return
    day = tested.astimezone(WARSAW).date()
    for step in _TO_THE_TEST:
        moved = moments.get(step)
        if moved is not None and (there := moved.astimezone(WARSAW).date()) > day:
            raise refusal("date", day, "error.test_before_move", there=there)


_TO_THE_TEST = (*REWORKS, TEST)


def stages_in_order(entered: Mapping[str, dt.datetime | None], item: str, at: dt.datetime) -> None:
    """Raise InputError where a stage would be entered before an earlier one, or after a later one, by the day."""
    day = at.astimezone(WARSAW).date()
    for other, when in entered.items():
        if when is None or other == item:
            continue
        there = when.astimezone(WARSAW).date()
        if (day < there) if position(other) < position(item) else (day > there):
            raise refusal("date", day, "error.stage_date_order", there=there)
