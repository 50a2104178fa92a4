"""Resolvers set aside with a reason: an event in a migration's history that is taken back by another, or a link."""

import pytest

from core.database.transactions import engine
from core.dns.change import Aside
from core.ground.messages import InputError
from core.language import ENGLISH, POLISH
from core.migration import moves, worded
from core.migration.event import OF_RESOLVERS
from core.migration.people import parse_team
from core.migration.resolvers_aside import MOST, Standing, as_text, count_again, in_force, read, set_aside, standing
from core.store.store import Store
from tests.migrations import ANNA, MARIA, NOW, PROCESS, WIKTOR, Life, act

TEAM = parse_team('[[people]]\nid = "anna"\nname = "Anna Bobrowska"\nrole = "support"\n')
ONE, TWO = ("one", "Biuro 192.0.2.53"), ("two", "Quad9 9.9.9.9")
KNOWN = ("one", "two")


def test_event_tells_who_set_whom_aside_when_and_why_and_another_takes_it_back():
    life = Life("a.pl", "b.pl")
    life.do(set_aside, "a.pl", *ONE, "do wymiany")
    life.do(set_aside, "a.pl", *TWO, "trzyma się starych", by=MARIA)
    assert standing(life.events, "a.pl") == (
        Standing("one", "do wymiany", ONE[1], "anna", NOW),
        Standing("two", "trzyma się starych", TWO[1], "maria", NOW),
    )
    assert in_force(standing(life.events, "a.pl")) == (Aside("one", "do wymiany"), Aside("two", "trzyma się starych"))
    assert standing(life.events, "b.pl") == ()
    life.do(count_again, "a.pl", *ONE)
    assert [one.id for one in standing(life.events, "a.pl")] == ["two"]
    life.do(set_aside, "a.pl", *TWO, "z innego powodu")
    assert [one.reason for one in standing(life.events, "a.pl")] == ["z innego powodu"]


@pytest.mark.parametrize(
    ("resolver", "reason", "field"),
    [
        ("one", "", "reason"),
        ("one", " \n ", "reason"),
        ("one", "x" * 201, "reason"),
        ("one", "hasło: Zima2026!", "reason"),
        ("", "powód", "resolver"),
        ("x" * 201, "powód", "resolver"),
    ],
)
def test_reason_is_needed_and_bounded_and_no_secret(resolver, reason, field):
    life = Life("a.pl")
    with pytest.raises(InputError) as refused:
        life.do(set_aside, "a.pl", resolver, "Biuro", reason)
    (mistake,) = refused.value.errors
    assert mistake.field == field
    for language in (POLISH, ENGLISH):
        assert "Zima2026" not in language.mistake(mistake)
    assert len(life.events) == len(Life("a.pl").events)


def test_whoever_may_only_look_sets_nobody_aside_and_no_domain_that_is_not_moved_is_meant():
    life = Life("a.pl")
    for move, more in ((set_aside, ("powód",)), (count_again, ())):
        with pytest.raises(InputError):
            life.do(move, "a.pl", *ONE, *more, by=WIKTOR)
        with pytest.raises(InputError):
            life.do(move, "c.pl", *ONE, *more)


def test_it_is_in_the_history_in_words_and_contradicts_nothing_that_others_have_on_the_screen(sqlite_url):
    store = Store(engine(sqlite_url))
    seen = store.register(act(), {"client": "Róża"}, {"a.pl": {"display": "a.pl"}}).migration
    store.change(seen.id, lambda m: set_aside(m, act(ANNA), "a.pl", *ONE, "do wymiany"))
    store.change(seen.id, lambda m: count_again(m, act(ANNA), "a.pl", *ONE))
    # Somebody who saw the migration before changes it without a conflict.
    versions = {"a.pl": seen.domains["a.pl"].version}
    changed = store.change(
        seen.id, lambda m: moves.change(m, act(), {"mailboxes": 7}, "a.pl"), seen=seen.version, domains=versions
    )
    assert changed.migration.domains["a.pl"].mailboxes == 7
    told = store.told(seen.id, OF_RESOLVERS)
    assert [event.kind for event in told] == ["resolver_aside", "resolver_counted"]
    words = [worded.event(event, PROCESS, TEAM) for event in told]
    assert POLISH.text(words[0].what).startswith("Odłożono resolwer") and words[0].new == ONE[1]
    assert ENGLISH.text(words[1].what).startswith("Resolver counts again")


def test_link_carries_who_is_set_aside_and_brings_it_again():
    given = (Aside("one", "do wymiany; patrz #7"), Aside("two", "powód"))
    assert read(as_text(given), KNOWN) == (given, ())
    assert read("", KNOWN) == ((), ())
    # One that somebody added is known by its address.
    assert read("127.0.5.9 nasz", KNOWN) == ((Aside("127.0.5.9", "nasz"),), ())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("three powód", "nie ma takiego resolwera"),
        ("one", "„one”: wiersz 1: to pole jest wymagane"),
        ("one   ", "to pole jest wymagane"),
        (f"one {'x' * 300}", "200"),
        ("one hasło: Zima2026!", "wiersz 1"),
        ("hasło:Zima2026! powód", "wiersz 1"),
        ("\n".join("one x" for _ in range(MOST + 1)), "20"),
        ("x" * 100_000, "6"),
        (f"hasło: Zima2026! {'x' * 100_000}", "6"),
    ],
)
def test_wrong_line_of_a_link_is_told_and_sets_nobody_aside(text, said):
    good, wrong = read(text, KNOWN)
    assert good == () and wrong
    for mistake in wrong:
        assert "Zima2026" not in POLISH.mistake(mistake) and "Zima2026" not in ENGLISH.mistake(mistake)
    assert said in POLISH.mistake(wrong[0])


def test_good_lines_of_a_link_count_beside_wrong_ones():
    good, wrong = read("one powód\nthree powód", KNOWN)
    assert good == (Aside("one", "powód"),) and len(wrong) == 1
