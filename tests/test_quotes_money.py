"""Money by month: what was sent and taken, how fast and how often, and what migrations bring in."""

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest

from core.ground.messages import Grosze
from core.language import LANGUAGES, POLISH
from core.migration.migration import Domain, Migration
from core.offer.customer import Customer
from core.offer.extras import NONE
from core.pricing.rules import OptionKind
from core.quotes.money import Sum, as_csv, by_month
from core.quotes.saved import Amount, QuoteEvent, Saved, standing

JUNE, JULY = dt.date(2025, 6, 1), dt.date(2025, 7, 1)
TODAY = dt.date(2025, 7, 20)


def at(month, day, hour=10):
    return dt.datetime(2025, month, day, hour, tzinfo=dt.UTC)


def quote(id, *happened, nets=(10_000,), replaced_by=""):
    """A quote and its events: `quote(1, ("sent", at(6, 2)))`; saved on 1 June; the ways cost the nets."""
    told = [("saved", at(6, 1)), *happened]
    events = [
        QuoteEvent(seq, kind, (item or [""])[0], "anna", "", when)
        for seq, (kind, when, *item) in enumerate(told, start=1)
    ]
    now = standing(events)
    kinds = (OptionKind.ORDERED, OptionKind.SELF)
    amounts = tuple(
        Amount(kind, Grosze(net), Grosze(0), Grosze(net), Grosze(0)) for kind, net in zip(kinds, nets, strict=False)
    )
    last = dt.date(2025, 12, 31)
    saved = Saved(
        id, f"O/2025/{id:04}", at(6, 1), "anna", Customer("Róża"), "", "pl", last, {}, kinds, NONE, "easy", amounts,
        now.state, now.state_at, now.chosen, now.version, None, "", "", "", replaced_by, "e",
    )  # fmt: skip
    return saved, events


def months(tariff, *quotes, migrations=()):
    saved = [one for one, _ in quotes]
    found = by_month(saved, {one.id: events for one, events in quotes}, migrations, tariff, TODAY)
    return {month.first: month for month in found}


def accepted(when, way="ordered"):
    return "accepted", when, way


def test_quotes_count_in_the_month_in_which_it_happened(tariff):
    found = months(
        tariff,
        quote(1, ("sent", at(6, 2)), accepted(at(6, 6)), nets=(10_000,)),
        quote(2, ("sent", at(6, 3)), accepted(at(7, 3), "self"), nets=(20_000, 15_000)),
        quote(3, ("sent", at(6, 4)), ("refused", at(7, 1)), nets=(40_000,)),
        quote(4, ("sent", at(7, 1)), nets=(80_000,)),
        quote(5, nets=(160_000,)),
    )
    assert [*found] == [JULY, JUNE]
    june, july = found[JUNE], found[JULY]
    assert june.saved == Sum(5, Grosze(310_000)) and july.saved == Sum()
    assert (june.sent, july.sent) == (Sum(3, Grosze(70_000)), Sum(1, Grosze(80_000)))
    # The second was taken another way than the one suggested first.
    assert (june.accepted, july.accepted) == (Sum(1, Grosze(10_000)), Sum(1, Grosze(15_000)))
    assert (june.rate, july.rate) == (67, 0)
    assert (june.median_days, july.median_days) == (4, 30)


def test_median_of_two_lies_between_them(tariff):
    days = (4, 9)
    found = months(tariff, *(quote(n, ("sent", at(6, 2)), accepted(at(6, 2 + n))) for n in days))
    assert found[JUNE].median_days == Decimal("6.5")


def test_night_in_warsaw_is_the_next_month(tariff):
    assert months(tariff, quote(1, ("sent", at(6, 30, 22))))[JULY].sent.count == 1


def test_quote_taken_on_the_telephone_was_got_that_day_and_has_no_days(tariff):
    june = months(tariff, quote(1, accepted(at(6, 1))))[JUNE]
    assert (june.sent.count, june.accepted.count, june.rate, june.median_days) == (1, 1, 100, None)


def test_version_that_was_replaced_was_sent_but_nobody_decides_on_it(tariff):
    old = quote(1, ("sent", at(6, 2)), ("replaced", at(6, 3), "O/2025/0002"), replaced_by="O/2025/0002")
    june = months(tariff, old, quote(2, ("sent", at(6, 3)), accepted(at(6, 4))))[JUNE]
    assert (june.sent.count, june.rate) == (2, 100)


def test_what_was_taken_back_did_not_happen(tariff):
    undone = (("sent", at(6, 2)), accepted(at(6, 3)), ("taken_back", at(6, 4)), ("taken_back", at(6, 5)))
    june = months(tariff, quote(1, *undone))[JUNE]
    assert (june.sent.count, june.accepted.count, june.rate) == (0, 0, None)


def move(domains, *, fee=True, **values):
    named = {f"a{n}.pl": Domain(f"a{n}.pl", f"a{n}.pl") for n in range(domains)}
    return Migration(fee_applies=fee, domains=named, **values)


def test_fees_count_when_a_migration_ended_or_is_agreed_for(tariff):
    found = months(
        tariff,
        migrations=[
            move(1, stage="closed", entered={"closed": at(6, 9)}),
            move(2, stage="closed", entered={"closed": at(6, 30)}, planned_at=at(5, 1)),
            move(6, stage="sync", planned_at=at(7, 28)),
            move(11),
            move(2, stage="closed", entered={"closed": None}),
            move(2, fee=False, planned_at=at(7, 1)),
            move(2, planned_at=at(7, 1), cancelled={"since": None}),
        ],
    )
    assert (found[JUNE].finished, found[JUNE].open) == (Sum(2, Grosze(24_000)), Sum())
    assert (found[JULY].finished, found[JULY].open) == (Sum(), Sum(1, Grosze(19_500)))
    assert (found[None].finished, found[None].open) == (Sum(1, Grosze(14_500)), Sum(1, Grosze(24_500)))
    assert [*found] == [JULY, JUNE, None]


def test_nothing_gives_no_month(tariff):
    assert by_month([], {}, [], tariff, TODAY) == []


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=str)
def test_csv_is_for_the_readers_spreadsheet(tariff, language):
    q = quote(1, ("sent", at(6, 2)), accepted(at(6, 6)), nets=(12_345,))
    saved = by_month([q[0]], {1: q[1]}, [move(1)], tariff, TODAY)
    data = as_csv(saved, language)
    assert data.startswith(b"\xef\xbb\xbf")
    header, june, without = csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";")
    assert not any(name.startswith("money.") for name in header) and len(set(header)) == 13
    amount = "123,45" if language is POLISH else "123.45"
    assert june[:9] == ["2025-06", "1", amount, "1", amount, "1", amount, "100", "4"]
    assert without[0] == language.text("money.no_day") and without[11:] == [
        "1",
        "95,00" if language is POLISH else "95.00",
    ]
