"""Of which migrations figures are wanted, and of which time; as texts of a link."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.flow.asked import iso_day
from core.flow.history import GROUPS, Item
from core.ground.messages import FieldError, Message
from core.ground.moments import FIRST_YEAR, LAST_YEAR
from core.ground.text_limits import shortened
from core.migration.listing import NOBODY
from core.pricing.tariff import FeeTier

FIRST_DAY, LAST_DAY = dt.date(FIRST_YEAR, 1, 1), dt.date(LAST_YEAR, 12, 31)
"""Days that a period may begin and end with."""

FIELDS = ("size", "owner", "group", "since", "until")
"""The texts of a link."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What figures are made of; a blank leaves nothing out.

    `size`: the fewest and the most domains (None: and more), a tier of the migration fee. `owner`: an id of the team,
    or NOBODY. `since` and `until`: finished within these days, both included; it concerns finished items only.
    """

    size: tuple[int, int | None] | None = None
    owner: str = ""
    group: str = ""
    since: dt.date | None = None
    until: dt.date | None = None

    def of(self, items: Iterable[Item]) -> list[Item]:
        """Return the items of the size, owner and group asked for."""
        return [i for i in items if self._asks(i)]

    def finished(self, items: Iterable[Item]) -> list[Item]:
        """Return of these the ones that finished in the period; those of an unknown day only where none is given."""
        found = [i for i in self.of(items) if i.done]
        if self.since is None and self.until is None:
            return found
        first, last = self.since or dt.date.min, self.until or dt.date.max
        return [i for i in found if i.finished is not None and first <= i.finished <= last]

    def _asks(self, i: Item) -> bool:
        return (
            self.owner in ("", i.owner or NOBODY)
            and self.group in ("", i.group)
            and (self.size is None or self.size[0] <= i.domains <= (self.size[1] or i.domains))
        )


def sizes(tiers: Iterable[FeeTier]) -> dict[str, tuple[int, int | None]]:
    """Return the size classes by their texts in a link: "2-5", the last one "50-"."""
    return {f"{tier.first}-{tier.last or ''}": (tier.first, tier.last) for tier in tiers}


def parse(
    texts: Mapping[str, str], tiers: Sequence[FeeTier], owners: Iterable[str]
) -> tuple[Wanted, tuple[FieldError, ...]]:
    """Return what a link asks for, and what of it does not read: that is left blank."""
    classes, errors = sizes(tiers), list[FieldError]()
    allowed = {"size": tuple(classes), "owner": (*owners, NOBODY), "group": GROUPS}
    given = {field: texts.get(field, "") for field in FIELDS}
    for field, known in allowed.items():
        if given[field] and given[field] not in known:
            wrong = shortened(given[field])
            errors.append(FieldError(field, wrong, Message("error.one_of", {"expected": ", ".join(known)})))
            given[field] = ""
    days: dict[str, dt.date | None] = {}
    for field in ("since", "until"):
        days[field] = iso_day(given[field])
        day = days[field]
        if given[field] and day is None:
            errors.append(FieldError(field, shortened(given[field]), Message("error.iso_date")))
        elif day is not None and not FIRST_DAY <= day <= LAST_DAY:
            limits = {"first": FIRST_DAY, "last": LAST_DAY}
            errors.append(FieldError(field, given[field], Message("error.range", limits)))
            days[field] = None
    if days["since"] and days["until"] and days["until"] < days["since"]:
        errors.append(FieldError("until", given["until"], Message("flow.error.period", {"since": days["since"]})))
        days["until"] = None
    return Wanted(classes.get(given["size"]), given["owner"], given["group"], days["since"], days["until"]), tuple(
        errors
    )


def to_link(wanted: Wanted) -> dict[str, str]:
    """Return the texts of a link that asks for the same, blank ones left out."""
    texts = {
        "size": f"{wanted.size[0]}-{wanted.size[1] or ''}" if wanted.size else "",
        "owner": wanted.owner,
        "group": wanted.group,
        "since": wanted.since.isoformat() if wanted.since else "",
        "until": wanted.until.isoformat() if wanted.until else "",
    }
    return {field: text for field, text in texts.items() if text}
