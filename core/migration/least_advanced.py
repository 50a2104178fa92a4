"""A migration stands where the least advanced of its domains does, once they are being moved."""

import datetime as dt

from core.migration.event import Event
from core.migration.migration import Migration
from core.migration.stages import DONE, FIRST_OF_DOMAINS, STAGE_INDEX, STEP_INDEX, STEPS


def settle(m: Migration, event: Event) -> None:
    """Let the migration stand at its least advanced domain."""
    if event.kind not in _STEPPING or not STAGE_INDEX[FIRST_OF_DOMAINS] <= STAGE_INDEX[m.stage] < STAGE_INDEX["closed"]:
        return
    if event.kind == "stepped" and any(d.step == event.old and not d.withdrawn for d in reversed(m.domains.values())):
        # Another one still stands where it stood. (A migration may have thousands.)
        return
    if not m.active:
        return
    stage = stage_of_domains(m)
    if stage != m.stage:
        forget_later(m.entered, m.stage, stage, STAGE_INDEX)
        m.stage = stage
        if event.kind == "stepped":
            m.entered[stage] = reached_by_all(m, stage)
        elif event.kind != "corrected" or stage not in m.entered:
            m.entered[stage] = event.occurred_at


_STEPPING = frozenset(("stepped", "reworked", "switched_back", "corrected", "domain_added", "domain_withdrawn"))


def reached_by_all(m: Migration, stage: str) -> dt.datetime | None:
    """Return when the last of the domains came to a stage, in whatever order that was told; None where unknown."""
    step = DONE if stage == "passwords" else stage
    moments = [d.entered.get(step) for d in m.active]
    known = [at for at in moments if at is not None]
    return max(known) if len(known) == len(moments) else None


def stage_of_domains(m: Migration) -> str:
    """Return the stage at which a migration stands by its domains."""
    least = min((domain.step for domain in m.active), key=STEP_INDEX.__getitem__)
    return "passwords" if least == DONE else FIRST_OF_DOMAINS if least == STEPS[0] else least


def forget_later(entered: dict[str, dt.datetime | None], old: str, new: str, order: dict[str, int]) -> None:
    """After a way back, what was entered later is still to come."""
    for stage in list(order)[order[new] + 1 : order[old] + 1]:
        entered.pop(stage, None)
