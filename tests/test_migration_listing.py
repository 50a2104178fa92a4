"""The list of migrations: found by whatever somebody has at hand, the most urgent first, each told in words."""

import datetime as dt

import pytest

from core.ground import moments
from core.ground.messages import Message
from core.language import ENGLISH, POLISH
from core.migration import listing, moves, worded
from core.migration.clocks import running
from core.migration.listing import NOBODY, Wanted, ahead, listed
from core.migration.people import CONSOLE, Team
from core.migration.ranking import most_urgent
from core.store.samples.loading import samples
from tests.migrations import ANNA, DAY, MARIA, NOW, PROCESS, WIKTOR, Life

TEAM = Team(people=[MARIA, ANNA, WIKTOR])


def found(text, *lives, **wanted):
    items = listed([life.m for life in lives], Wanted(text, **wanted), PROCESS, NOW)
    return [item.migration.ref for item in items]


ROSE = Life("xn--ra-kwiaty-76a18b.example", ref="Z-1", client="Róża i Wspólnicy", contact_phone="+48 600 100 200")
ROSE.m.domains["xn--ra-kwiaty-76a18b.example"].display = "róża-kwiaty.example"
MEADOW = Life("laka.example", ref="Z/2", client="Łąka", contact_name="Jan Żbik")


@pytest.mark.parametrize(
    "text",
    [
        *("Róża", "roza", "ROZA wspolnicy", "róża-kwiaty", "xn--ra-kwiaty", "RÓŻA-KWIATY.EXAMPLE", "z-1", "600100200"),
        *("600 100 200", "https://www.róża-kwiaty.example/sklep?a=1", "biuro@róża-kwiaty.example", "  róża  "),
    ],
)
def test_a_migration_is_found_by_what_somebody_has_at_hand(text):
    assert found(text, ROSE, MEADOW) == ["Z-1"]


def test_search_wants_every_word_and_nothing_is_found_by_marks_alone():
    assert found("łąka żbik", ROSE, MEADOW) == ["Z/2"] == found("z/2", ROSE, MEADOW)
    assert found("łąka róża", ROSE, MEADOW) == found("***", ROSE, MEADOW) == found("(", ROSE, MEADOW) == []
    assert len(found("", ROSE, MEADOW)) == len(found("  ", ROSE, MEADOW)) == 2


def test_migration_whose_number_was_typed_comes_first_and_is_the_one_meant():
    many = [Life("a.pl", ref=f"P-{n}", client="Firma").to("data", at=NOW - n * DAY) for n in (6, 60, 61, 610)]

    def meant(text):
        item = listing.meant(listed([life.m for life in many], Wanted(text), PROCESS, NOW), text)
        return item and item.migration.ref

    assert found("firma", *many) == ["P-610", "P-61", "P-60", "P-6"]
    for text in ("P61", "p 61", "P-61"):
        assert found(text, *many) == ["P-61", "P-610"] and meant(text) == "P-61"
    assert found("P6", *many) == ["P-6", "P-610", "P-61", "P-60"]
    assert found("61", *many) == ["P-61"] == [meant("61")]
    assert meant("firma") is meant("P") is meant("brak") is None and meant("firma 610") == "P-610"


def test_digits_alone_are_looked_for_in_names_as_they_are_read():
    assert found("76", ROSE, MEADOW) == found("18", ROSE, MEADOW) == []
    assert found("601 2", Life("a.pl", contact_phone="22 123 45 67 / 0048 601-234-567")) == ["P-1"]


def test_a_withdrawn_domain_finds_nothing():
    life = Life("a.pl", "b.pl")
    life.do(moves.withdraw, "b.pl", "sprzedana")
    assert found("b.pl", life) == [] and found("a.pl", life) == ["P-1"]


def test_filters_leave_out_what_is_not_asked_for():
    mine = Life("a.pl", ref="mine", owner="anna").to("data")
    held = Life("b.pl", ref="held", owner="maria").to("data")
    held.do(moves.hold, "client", "urlop")
    gone = Life("c.pl", ref="gone")
    gone.do(moves.cancel, "rezygnacja")
    done = Life("d.pl", ref="done", owner="anna").to("closed")
    lives = (mine, held, gone, done)
    for state, refs in {
        "open": {"mine", "held"},
        "held": {"held"},
        "closed": {"done"},
        "cancelled": {"gone"},
        "all": {"mine", "held", "gone", "done"},
    }.items():
        assert set(found("", *lives, state=state)) == refs
    assert set(found("", *lives, owner="anna")) == {"mine", "done"}
    assert found("", *lives, owner=NOBODY) == ["gone"]
    assert set(found("", *lives, stage="data")) == {"mine", "held"}
    # Nobody waits for what is over.
    assert set(found("", *lives, waiting_on="client")) == {"mine", "held"}
    assert found("", *lives, waiting_on="us", state="closed") == []


def test_what_is_overdue_the_longest_comes_first_and_what_is_over_last():
    def at_data(ref, days):
        return Life("a.pl", ref=ref).to("data", at=NOW - days * DAY)

    soon, late, later = at_data("soon", 6), at_data("late", 8), at_data("later", 30)
    fresh = at_data("fresh", 1)
    held = at_data("held", 30)
    held.do(moves.hold, "us", "remont")
    over = Life("b.pl", ref="over").to("closed")
    unknown = Life("c.pl", ref="unknown").to("data")
    unknown.m.entered["data"] = None
    lives = (over, held, unknown, fresh, soon, late, later)
    assert found("", *lives) == ["later", "late", "soon", "fresh", "unknown", "held", "over"]


def test_of_several_clocks_the_one_overdue_is_the_one_to_look_at():
    life = Life("a.pl", "b.pl").to("test", "a.pl", at=NOW - 30 * DAY)
    clocks = running(life.m, PROCESS, NOW)
    assert len(clocks) == 2 and most_urgent(clocks).state == "late"
    assert most_urgent([]) is None


def test_domains_that_are_ahead_are_counted():
    life = Life("a.pl", "b.pl", "c.pl").to("migration")
    assert ahead(life.m) is None
    life.to("dns", "a.pl")
    life.to("test", "b.pl")
    assert ahead(life.m) == ("dns", 1)


# -- in words


def said(message):
    return POLISH.value(message)


def test_moments_have_an_hour_unless_only_their_day_is_known():
    midnight = dt.datetime(2026, 11, 18, 23, tzinfo=dt.UTC)
    assert said(moments.moment(midnight)) == "19.11.2026" and said(moments.moment(NOW)) == "18.11.2026, 12:00"
    # What ends at midnight lasts until the day before.
    assert said(moments.until(midnight)) == "18.11.2026" and said(moments.until(NOW)) == "18.11.2026, 12:00"


@pytest.mark.parametrize(
    ("days", "told"), [(1, "spodziewane do 24.11.2026, 12:00"), (8, "przeterminowane od 17.11.2026, 12:00")]
)
def test_clocks_say_what_is_expected_and_what_is_overdue(days, told):
    m = Life("a.pl").to("data", at=NOW - days * DAY).m
    (clock,) = running(m, PROCESS, NOW)
    assert said(worded.clock(clock, m, PROCESS)) == told


def test_dns_is_between_what_is_usual_and_what_is_late():
    life = Life("a.pl").to("dns")
    life.do(moves.check, "ns_changed", "a.pl", at=NOW - dt.timedelta(hours=30))
    told = worded.clocks(running(life.m, PROCESS, NOW), life.m, PROCESS)
    assert ("zwykle do 18.11.2026, 06:00, najpóźniej 18.11.2026, 18:00", "due", ["a.pl"]) in [
        (said(message), state, names) for message, state, names in told
    ]


def test_domains_whose_clocks_say_the_same_are_told_together():
    life = Life("a.pl", "b.pl", "c.pl").to("migration", at=NOW - DAY)
    ((_, state, names),) = worded.clocks(running(life.m, PROCESS, NOW), life.m, PROCESS)
    assert (state, names) == ("late", ["a.pl", "b.pl", "c.pl"])


def test_values_are_told_as_people_say_them():
    told = {
        ("owner", "anna"): "Anna Bobrowska",
        ("owner", "kto inny"): "kto inny",
        ("waiting_on", "us"): "nas",
        ("fee_applies", True): "tak",
        ("status", "dns"): "DNS i propagacja",
        ("status", "withdrawn"): "wycofana",
        ("planned_at", NOW.isoformat()): "18.11.2026, 12:00",
        ("mailboxes", 1200): "1\u00a0200",
        ("Kolor teczki", "{x} **b**"): "{x} **b**",
        ("package", None): "",
    }
    for (name, value), expected in told.items():
        assert said(worded.value(name, value, PROCESS, TEAM)) == expected
    assert worded.person(CONSOLE.id, TEAM) == "konsola (CLI)"


@pytest.mark.parametrize("language", [POLISH, ENGLISH], ids=lambda language: language.code)
def test_everything_that_happens_in_the_samples_can_be_told(language):
    kinds = set()
    for m, events in samples(PROCESS, TEAM, NOW):
        for event in events:
            told = worded.event(event, PROCESS, TEAM)
            kinds.add(event.kind)
            words = [told.what, told.old, told.new, *(part for pair in told.given for part in pair)]
            for text in map(language.value, words):
                assert not text.startswith(("event.", "field.", "step.", "side.", "said.", "clock.", "moment."))
        for clock in running(m, PROCESS, NOW):
            assert "clock." not in language.value(worded.clock(clock, m, PROCESS))
    assert {"registered", "moved", "stepped", "checked", "set", "waits", "noted", "held", "cancelled"} <= kinds


def test_a_forced_gate_says_what_was_missing_and_a_field_what_it_was():
    life = Life("a.pl").to("data").fill(but="website_list")
    (event, *_) = life.do(moves.advance, by=MARIA, force="klient poda telefonicznie")
    told = worded.event(event, PROCESS, TEAM)
    assert (said(told.old), said(told.new)) == ("Dane", "Analiza")
    assert [(said(name), said(value)) for name, value in told.given] == [("mimo braku", "Lista stron www")]
    (event,) = life.do(moves.change, {"contact_name": "Ewa"})
    told = worded.event(event, PROCESS, TEAM)
    assert (said(told.what), said(told.old), said(told.new)) == ("Zmienione pole: Osoba kontaktowa", "", "Ewa")
    assert worded.event(event, PROCESS, TEAM).what == Message("event.set", {"field": Message("field.contact_name")})
