"""A day as people type it, and what is none."""

import datetime as dt

import pytest

from core.language import LANGUAGES
from core.pricing.typed_day import NoDayError, read_day

TODAY = dt.date(2026, 11, 28)


@pytest.mark.parametrize(
    "text",
    [
        *("01.05.2025", "1.5.2025", "1.5.25", "010525", "01052025", "20250501", "2025-05-01", "2025.5.1", "1/5/2025"),
        *("1-5-25", "1 5 2025", "1,5,2025", " 1. 5. 2025 ", "1.05.2025.", "1 maja 2025", "1 May 2025", "1 maj. 25"),
        *("01.05.2025 r.", "1 maja 2025\u00a0r.", "1.5.2025r.", "1\u00a0maja\u00a02025", "01–05–2025"),
    ],
)
def test_first_of_may_is_read_however_it_is_written(text):
    assert read_day(text) == dt.date(2025, 5, 1)


@pytest.mark.parametrize("text", ["20121130", "30112012", "301112"])
def test_digits_alone_are_never_read_as_another_century(text):
    assert read_day(text) == dt.date(2012, 11, 30)


@pytest.mark.parametrize(("text", "day"), [("dziś", 28), ("DZIS", 28), ("today", 28), ("jutro", 29), ("Tomorrow", 29)])
def test_words_are_counted_from_today(text, day):
    assert read_day(text, TODAY) == dt.date(2026, 11, day)


@pytest.mark.parametrize(
    ("text", "last"),
    [("30.02.2027", "2027-02-28"), ("29.2.28", None), ("310426", "2026-04-30"), ("2026-06-31", "2026-06-30")],
)
def test_day_that_no_calendar_has_is_never_another_one(text, last):
    if last is None:
        assert read_day(text) == dt.date(2028, 2, 29)
        return
    with pytest.raises(NoDayError) as caught:
        read_day(text)
    assert caught.value.message.id == "error.typed_day_absent"
    assert caught.value.message.values == {"last": dt.date.fromisoformat(last)}


@pytest.mark.parametrize(
    "text", ["", "kot", "28.11", "13.13.2026", "05.2025", "1.5.202", "30.04.202", "1.5.20255", "dziś", "٣.٥.2025"]
)
def test_what_is_no_day_yet_says_what_would_be_right(text):
    with pytest.raises(NoDayError) as caught:
        read_day(text)
    assert caught.value.message.id == "error.typed_day"


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_day_as_a_field_shows_it_and_as_the_page_says_it_reads_as_itself(language):
    for day in (dt.date(2026, 1, 31), dt.date(2026, 5, 9), dt.date(2026, 10, 1), dt.date(2024, 2, 29)):
        assert [read_day(text) for text in (language.typed_day(day), language.value(day))] == [day, day]
