"""The plan of a switch on a time axis: what has a beginning and an end is drawn, nothing else."""

import datetime as dt
from dataclasses import replace

import pytest

from core.cutover.plan import Plan
from core.cutover.showing.axis import Span, spans

SWITCH = dt.datetime(2026, 12, 1, 20, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
PLAN = Plan(
    switch=SWITCH,
    agreed=True,
    highest=86_400,
    of="NS",
    lower_by=SWITCH - 24 * HOUR,
    edited_first=SWITCH + HOUR,
    untouched=SWITCH + 25 * HOUR,
    delegation_until=SWITCH + 24 * HOUR,
)


def test_what_lasts_is_drawn_in_the_order_of_the_steps():
    assert spans(PLAN) == (
        Span("lower", SWITCH - 24 * HOUR, SWITCH),
        Span("edited_first", SWITCH, SWITCH + HOUR),
        Span("untouched", SWITCH, SWITCH + 25 * HOUR),
        Span("delegation", SWITCH, SWITCH + 24 * HOUR),
    )


@pytest.mark.parametrize(
    ("what", "changes"),
    [
        # A TTL that nobody need lower is no bar.
        ("lower", {"highest": 3_600}),
        ("lower", {"highest": None, "lower_by": None}),
        ("edited_first", {"edited_first": None}),
        ("edited_first", {"edited_first": SWITCH}),
        ("untouched", {"untouched": None}),
        ("delegation", {"delegation_until": None}),
    ],
)
def test_what_nobody_knows_or_lasts_no_time_is_left_out(what, changes):
    assert [span.what for span in spans(replace(PLAN, **changes))] == [
        span.what for span in spans(PLAN) if span.what != what
    ]
