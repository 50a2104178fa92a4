"""Whatever people do: what is put aside, who may do what, nothing secret, and no domain past its test without it."""

import datetime as dt
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.ground.messages import InputError
from core.migration import clocks, moves
from core.migration.migration import DOMAIN_FIELDS, FIELDS
from core.migration.people import CONSOLE
from core.migration.rebuilding import after, rebuild
from core.migration.stages import CONFIRMED, DONE, STAGES, SWITCHED, position
from tests.migrations import (
    ANNA,
    DAY,
    MARIA,
    NOW,
    PROCESS,
    WIKTOR,
    Life,
    act,
    history,
    some_deed,
    steps,
    told,
)

# -- aside


@pytest.mark.parametrize("by", ["us", "client"])
def test_on_hold_says_by_whom_why_and_since_when(by):
    life = Life().to("data")
    life.do(moves.hold, by, "urlop", at=NOW - DAY)
    assert life.m.hold == {"by": by, "reason": "urlop", "since": (NOW - DAY).isoformat()}
    life.do(moves.resume, now=NOW + DAY)
    assert life.m.hold is None and life.m.held == [[(NOW - DAY).isoformat(), (NOW + DAY).isoformat()]]


def test_nothing_moves_while_on_hold_not_even_by_force():
    life = Life("a.pl", "b.pl").to("test")
    life.do(moves.hold, "client", "urlop")
    held = [("stage", "error.on_hold")]
    assert told(life, moves.advance, "a.pl", by=MARIA, force="trzeba") == held
    assert told(life, moves.check, CONFIRMED, "a.pl") == held
    assert told(life, moves.uncheck, "www", "a.pl") == held
    assert told(life, moves.rework, "a.pl", "sync", "brak poczty") == held
    assert told(life, moves.hold, "us", "też") == held
    assert told(life, moves.add_domain, "c.pl", {"display": "c.pl"}) == held
    assert told(life, moves.withdraw, "a.pl", "nie") == held
    life.do(moves.note, "klient wraca w poniedziałek")
    life.do(moves.change, {"owner": "anna"})
    life.do(moves.resume)
    life.do(moves.check, CONFIRMED, "a.pl")


def test_hold_needs_a_reason_and_only_what_is_held_is_resumed():
    life = Life()
    assert told(life, moves.hold, "us", "") == [("reason", "error.missing")]
    assert told(life, moves.resume) == [("hold", "error.not_on_hold")]


def test_held_time_does_not_run_backwards():
    life = Life()
    life.do(moves.hold, "us", "urlop")
    assert told(life, moves.resume, at=NOW - DAY, now=NOW + DAY) == [("date", "error.before_hold")]


def test_cancelled_migration_is_over_until_it_is_restored_where_it_stood():
    life = Life("a.pl", "b.pl").to("test")
    life.do(moves.cancel, "klient zrezygnował")
    assert not life.m.open and life.m.cancelled["reason"] == "klient zrezygnował"
    over = [("stage", "error.cancelled")]
    assert told(life, moves.advance, "a.pl", by=MARIA, force="trzeba") == over
    assert told(life, moves.check, CONFIRMED, "a.pl") == over
    assert told(life, moves.rework, "a.pl", "sync", "brak") == over
    assert told(life, moves.correct, "date", "pomyłka") == over
    assert told(life, moves.date, "sync", NOW, "pomyłka", "a.pl") == over
    assert told(life, moves.hold, "us", "urlop") == over
    assert told(life, moves.cancel, "jeszcze raz") == over
    life.do(moves.restore, "jednak przenosi")
    assert life.m.open and life.m.stage == "test" and steps(life.m) == {"a.pl": "test", "b.pl": "test"}
    assert told(life, moves.restore, "znowu") == [("stage", "error.not_cancelled")]


def test_restored_migration_is_on_hold_where_it_was():
    life = Life().to("data")
    life.do(moves.hold, "us", "urlop")
    life.do(moves.cancel, "rezygnacja")
    life.do(moves.restore, "pomyłka")
    assert life.m.hold["reason"] == "urlop"


def test_closed_migration_is_not_cancelled():
    assert told(Life().to("closed"), moves.cancel, "rezygnacja") == [("stage", "error.closed")]


def test_cancelling_and_restoring_need_a_reason():
    life = Life()
    assert told(life, moves.cancel, "") == [("reason", "error.missing")]
    life.do(moves.cancel, "rezygnacja")
    assert told(life, moves.restore, "") == [("reason", "error.missing")]


# -- people and secrets


def test_viewer_does_nothing():
    life = Life("a.pl", "b.pl").to("test")
    no = [("actor", "error.may_not.work")]
    for move, *args in [
        (moves.advance, "a.pl"), (moves.check, CONFIRMED, "a.pl"), (moves.check, "mailboxes_advised"),
        (moves.uncheck, "www", "a.pl"), (moves.rework, "a.pl", "sync", "x"), (moves.correct, "date", "x"),
        (moves.date, "data", NOW, "x"), (moves.hold, "us", "x"), (moves.resume,), (moves.cancel, "x"),
        (moves.restore, "x"), (moves.change, {"owner": "ola"}), (moves.add_domain, "c.pl", {"display": "c.pl"}),
        (moves.withdraw, "a.pl", "x"), (moves.note, "x"),
    ]:  # fmt: skip
        assert told(life, move, *args, by=WIKTOR) == no, move
    assert told(life, moves.advance, "a.pl", by=WIKTOR, force="x") == no
    with pytest.raises(InputError, match=r"error.may_not.work"):
        moves.register(act(WIKTOR), "P-2", {"client": "Dąb"}, {"a.pl": {"display": "a.pl"}})


TYPED = [*(field for field in FIELDS if field not in ("websites", "fee_applies", "planned_at")), "waiting_on"]
TYPED_OF_DOMAIN = [field for field in DOMAIN_FIELDS if field not in ("mailboxes", "websites", "extra")]
SECRETS = ["hasło: Kot12!zz", "ftp://ala:Kot12!zz@stary.pl", "-----BEGIN PRIVATE KEY----- Kot12!zz"]


@pytest.mark.parametrize("length", ["short", "long"])
@pytest.mark.parametrize("secret", SECRETS)
def test_secret_is_refused_wherever_people_type_and_not_repeated(secret, length):
    text = secret if length == "short" else secret + " i tak dalej" * 400
    life = Life("a.pl", "b.pl").to("test")
    for move, *args in [
        (moves.check, "mailboxes_advised", None, {"detail": text}),
        (moves.check, "mailboxes_advised", None, {"choice": text}),
        (moves.rework, "a.pl", "sync", text), (moves.correct, "date", text), (moves.date, "data", NOW, text),
        (moves.hold, "us", text), (moves.cancel, text), (moves.withdraw, "a.pl", text), (moves.note, text),
        (moves.note, f"jedna linia\n{text}"), (moves.add_domain, "c.pl", {"display": text}),
        (moves.add_domain, "c.pl", {"display": "c.pl", "old_ns": text}),
        (moves.add_domain, text, {"display": "c.pl"}),
        *((moves.change, {field: text}) for field in TYPED),
        *((moves.change, {field: text}, "a.pl") for field in TYPED_OF_DOMAIN),
        (moves.change, {"extra": {"uwagi": text}}, "a.pl"), (moves.change, {"extra": {text: "x"}}, "a.pl"),
    ]:  # fmt: skip
        more = args.pop() if isinstance(args[-1], dict) and move is moves.check else {}
        before = life.m.copy()
        with pytest.raises(InputError) as refused:
            life.do(move, *args, by=MARIA, **more)
        assert life.m == before
        assert "Kot12" not in str(refused.value) + repr(refused.value.errors), (move, args)
    life.do(moves.check, "password_changed", choice="declared", detail="hasło zmienione 12.11.2026")
    with pytest.raises(InputError) as refused:
        moves.register(act(), text, {"client": "Dąb"}, {"a.pl": {"display": "a.pl"}})
    assert "Kot12" not in str(refused.value)


@pytest.mark.parametrize("secret", SECRETS)
def test_reason_of_force_and_of_restoring_holds_no_secret(secret):
    assert told(Life(), moves.advance, by=MARIA, force=secret) == [("reason", "error.secret")]
    life = Life()
    life.do(moves.cancel, "rezygnacja")
    assert told(life, moves.restore, secret) == [("reason", "error.secret")]


@pytest.mark.parametrize(
    ("extra", "fine"),
    [
        ({"Hasło FTP": "Kot12zz"}, False),
        ({"auth_info": "Kot12zz"}, False),
        ({"hasło zmienione": "Kot12zz"}, False),
        ({"hasło zmienione": "tak"}, True),
        ({"słowa kluczowe": "hosting"}, True),
        ({"opinia": "dobra"}, True),
    ],
)
def test_column_of_passwords_is_refused_whatever_stands_in_it(extra, fine):
    life = Life()
    if fine:
        life.do(moves.change, {"extra": extra}, "a.pl")
        return
    with pytest.raises(InputError) as refused:
        life.do(moves.change, {"extra": extra}, "a.pl")
    assert "Kot12" not in str(refused.value)


# -- whatever people do


@settings(max_examples=int(os.environ.get("PIPELINE_EXAMPLES", "60")))
@given(st.data())
def test_whatever_people_do_no_domain_passes_the_clients_test_without_it(data):
    begun = data.draw(st.sampled_from([*STAGES, "imported"]), label="begins at")
    life, now = history("a.pl", "b.pl") if begun == "imported" else Life("a.pl", "b.pl").to(begun), NOW
    for _ in range(data.draw(st.integers(3, 15), label="deeds")):
        deed = some_deed(data.draw, life.m)
        now += dt.timedelta(hours=data.draw(st.sampled_from([0, 1, 30])))
        person = data.draw(st.sampled_from([MARIA, ANNA, ANNA, CONSOLE, WIKTOR]))
        # Refused is fine, and only in words that can be told.
        try:
            happened = tuple(deed(life.m, act(person, now)))
        except InputError:
            continue
        assert not happened or person is not WIKTOR
        before, life.m = life.m, after(life.m, happened)
        life.events += happened
        for d in life.m.domains.values():
            tested = d.tested_at is not None or (d.test_unrecorded and life.m.stage == "closed")
            assert position(d.step) < position("dns") or tested
            was = before.domains.get(d.name)
            if was and position(was.step) < position("dns") <= position(d.step):
                assert was.step == "test"
            assert SWITCHED not in d.checks or position(d.step) >= position("dns")
        ranks = [position(d.step) for d in life.m.active]
        if position("migration") <= position(life.m.stage) < position("closed"):
            assert position(life.m.stage) == min(ranks)
        assert life.m.stage != "closed" or {d.step for d in life.m.active} == {DONE}
        assert clocks.running(life.m, PROCESS, now) is not None
    assert rebuild(life.events) == life.m
