"""The months of a term: whether it is whole ones, and from which day of the month they go on (RULES, "the anchor").

Alike for one term and for arrays of them. Days are day numbers; an anchor is a day of the month, 1 to 31.
"""

from dataclasses import dataclass
from functools import cached_property

from core.pricing.alike import Truth, Whole, choose
from core.pricing.calendar import anchor_of, continued, day_of_month, fits, months_and_days, whole_months_from

NO_ANCHOR = 0
"""Stands for a service whose first day is not known: the term itself tells."""


@dataclass(frozen=True)
class Term:
    """A term [start, end), the last paid day as it was written, and the day of the month on which the service began."""

    start: Whole
    end: Whole
    valid_until: Whole
    began: Whole = NO_ANCHOR

    @cached_property
    def is_told(self) -> Truth:
        """Whether months from the start may be counted from the service's own day, which is known and fits it."""
        return fits(self.start, self.began)

    @cached_property
    def months(self) -> Whole:
        """The calendar months of the term, 0 where it is not a whole number of them."""
        return self._whole_until(self.end)

    @cached_property
    def months_but_a_day(self) -> Whole:
        """The whole months of a term that is a day longer than they are, 0 for any other.

        Its last paid day was meant for the first unpaid one, by all appearances.
        """
        return choose(self.months > 0, 0, self._whole_until(self.valid_until))

    def _whole_until(self, end: Whole) -> Whole:
        return whole_months_from(self.start, end, choose(self.is_told, self.began, anchor_of(self.start, end)))

    @cached_property
    def _from_start(self) -> Whole:
        return choose(self.is_told, self.began, day_of_month(self.start))

    @property
    def months_and_days(self) -> tuple[Whole, Whole]:
        """The whole months from the start that lie in the term, and the days beyond them."""
        return months_and_days(self.start, self.end, self._from_start)

    def laid(self, months: Whole) -> Whole:
        """Return where a period of so many months ends that is laid from the start of the term."""
        return continued(self.start, months, self._from_start)

    @cached_property
    def anchor(self) -> Whole:
        """The day of the month from which the months after the term are counted; it fits the end.

        Where the service's own day cannot be it, a term of whole months tells; else the end is all there is.
        """
        last = day_of_month(self.end)
        told = choose(self.months > 0, anchor_of(self.start, self.end), last)
        # 28 January to 28 February is a month from the 28th, whatever the day on which the service began.
        own = fits(self.end, self.began) & (self.is_told | (self.months == 0))
        return choose(own, self.began, told)
