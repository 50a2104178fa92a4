"""What is filled in: a migration taken up, its fields and domains, their names, its notes."""

import datetime as dt

import pytest

from core.ground.messages import InputError
from core.migration import moves
from core.migration.event import Event
from core.migration.rebuilding import rebuild
from core.migration.stages import CONFIRMED
from tests.migrations import (
    DAY,
    NOW,
    Life,
    act,
    registered,
    steps,
    told,
)

# -- registering and filling in


def test_migration_begins_with_the_enquiry():
    events = moves.register(act(at=NOW - DAY), " P-7 ", {"client": "Dąb"}, {"a.pl": {"display": "a.pl"}})
    m = rebuild(events)
    assert (m.ref, m.client, m.stage, m.entered) == ("P-7", "Dąb", "package", {"package": NOW - DAY})
    assert (m.waiting_on, m.fee_applies, steps(m)) == ("client", False, {"a.pl": "waiting"})
    assert [event.kind for event in events] == ["registered", "domain_added"]


@pytest.mark.parametrize(
    ("ref", "values", "domains", "refused"),
    [
        ("", {"client": "Dąb"}, {"a.pl": {"display": "a.pl"}}, ("ref", "error.missing")),
        ("P-1", {}, {"a.pl": {"display": "a.pl"}}, ("client", "error.missing")),
        ("P-1", {"client": " "}, {"a.pl": {"display": "a.pl"}}, ("client", "error.missing")),
        ("P-1", {"client": "Dąb"}, {}, ("domain", "error.missing")),
        ("P-1", {"client": "Dąb", "stage": "closed"}, {"a.pl": {"display": "a.pl"}}, ("stage", "error.unknown_key")),
        ("P-1", {"client": "Dąb"}, {"a.pl": {"display": "a.pl", "step": "dns"}}, ("step", "error.unknown_key")),
        ("P-1", {"client": "D" * 201}, {"a.pl": {"display": "a.pl"}}, ("client", "error.too_long")),
    ],
)
def test_migration_that_is_not_all_there_is_refused(ref, values, domains, refused):
    with pytest.raises(InputError) as found:
        moves.register(act(), ref, values, domains)
    assert [(e.field, e.message.id) for e in found.value.errors] == [refused]


def test_change_says_old_and_new_and_what_is_as_it_was_is_no_event():
    life = Life(owner="anna")
    (event,) = life.do(moves.change, {"owner": "anna", "deputy": " Piotr "})
    assert (event.kind, event.item, event.old, event.new) == ("set", "deputy", "", "Piotr")
    (event,) = life.do(moves.change, {"mailboxes": 12}, "a.pl")
    assert (event.domain, event.old, event.new) == ("a.pl", None, 12)
    assert life.do(moves.change, {"deputy": "Piotr"}) == ()


@pytest.mark.parametrize("field", ["stage", "step", "ref", "version", "hold", "checks"])
def test_what_is_not_filled_in_is_not_changed_by_filling_in(field):
    assert told(Life(), moves.change, {field: "dns"}) == [(field, "error.unknown_key")]
    assert told(Life(), moves.change, {field: "dns"}, "a.pl") == [(field, "error.unknown_key")]


def test_client_keeps_a_name():
    assert told(Life(), moves.change, {"client": ""}) == [("client", "error.missing")]


def test_another_day_after_acceptance_is_another_agreement():
    life = Life().to("date").fill()
    happened = life.do(moves.change, {"planned_at": NOW + DAY})
    assert [(e.kind, e.item) for e in happened][:3] == [
        ("set", "planned_at"), ("unchecked", "accepted"), ("unchecked", "freeze")
    ]  # fmt: skip
    assert {"accepted", "freeze"}.isdisjoint(life.m.checks) and life.m.waiting_on == "client"


def test_same_day_again_keeps_the_agreement():
    life = Life().to("date").fill()
    assert life.do(moves.change, {"planned_at": NOW}) == ()
    assert "accepted" in life.m.checks


def test_domain_added_later_begins_where_the_moving_begins():
    life = Life().to("data")
    life.do(moves.add_domain, "b.pl", {"display": "b.pl"})
    assert steps(life.m) == {"a.pl": "waiting", "b.pl": "waiting"}
    life.to("passwords")
    life.do(moves.add_domain, "c.pl", {"display": "c.pl"})
    assert steps(life.m) == {"a.pl": "visible", "b.pl": "visible", "c.pl": "migration"}
    assert life.m.stage == "migration"
    assert told(life, moves.add_domain, "a.pl", {"display": "a.pl"}) == [("domain", "error.domain_there")]


def test_domain_without_its_name_as_written_is_refused():
    assert told(Life(), moves.add_domain, "b.pl", {}) == [("display", "error.missing")]


def test_domain_withdrawn_is_not_waited_for():
    life = Life("a.pl", "b.pl").to("test").to("dns", "a.pl")
    life.do(moves.withdraw, "b.pl", "sprzedana")
    assert life.m.stage == "dns" and [d.name for d in life.m.active] == ["a.pl"]
    assert told(life, moves.advance, "b.pl") == [("domain", "error.one_of")]
    assert told(life, moves.withdraw, "a.pl", "też") == [("domain", "error.last_domain")]


def test_domain_withdrawn_comes_back_as_new_without_its_old_test():
    life = Life("a.pl", "b.pl").to("dns")
    life.do(moves.withdraw, "b.pl", "sprzedana")
    life.do(moves.add_domain, "b.pl", {"display": "b.pl"})
    d = life.m.domains["b.pl"]
    assert (d.step, d.checks, d.tested_at) == ("migration", {}, None)
    life.to("test", "b.pl")
    assert told(life, moves.advance, "b.pl") == [("check", "error.gate")]


def test_note_keeps_its_lines():
    life = Life()
    life.do(moves.note, "  pierwsza\n\n druga\t linia \n")
    assert [(note.text, note.actor, note.at) for note in life.m.notes] == [("pierwsza\ndruga linia", "anna", NOW)]
    assert told(life, moves.note, " \n ") == [("note", "error.empty")]
    assert told(life, moves.note, "ab " * 2000) == [("note", "error.too_long")]


def test_telling_does_not_change_what_was_told():
    events = registered("a.pl")
    events += (
        Event("set", "anna", NOW, NOW, domain="a.pl", item="extra", new={"uwaga": "x"}),
        Event("set", "anna", NOW, NOW, domain="a.pl", item="extra.kolor", new="zielony"),
    )
    assert rebuild(events).domains["a.pl"].extra == {"uwaga": "x", "kolor": "zielony"}
    assert events[-2].new == {"uwaga": "x"}


def test_day_and_hour_without_a_zone_are_nobodys():
    with pytest.raises(ValueError, match="zone"):
        Life().do(moves.change, {"planned_at": dt.datetime(2026, 11, 20, 9)})  # noqa: DTZ001


# -- a domain's name


def test_corrected_name_keeps_all_that_happened_to_the_domain():
    life = Life("alfa.pl", "beta.pl").to("sync", "alfa.pl")
    was = life.m.domains["alfa.pl"]
    life.do(moves.rename_domain, "alfa.pl", "Żółta.pl", "literówka")
    assert list(life.m.domains) == ["xn--ta-hja2lxg.pl", "beta.pl"] or list(life.m.domains)[1] == "beta.pl"
    d = next(iter(life.m.domains.values()))
    assert (d.display, d.step, d.checks, d.entered, d.former) == (
        "żółta.pl",
        "sync",
        was.checks,
        was.entered,
        ["alfa.pl"],
    )
    life.on(d.name).on(d.name)
    assert rebuild(life.events) == life.m
    event = next(event for event in life.events if event.kind == "renamed")
    assert (event.old, event.new["display"], event.reason) == ("alfa.pl", "żółta.pl", "literówka")


@pytest.mark.parametrize(
    ("domain", "name", "field", "error"),
    [
        ("a.pl", "b.pl", "domain", "error.domain_there"),
        ("a.pl", "www.b.pl", "domain", "error.domain_there"),
        ("a.pl", "wycofana.pl", "domain", "error.domain_there"),
        ("a.pl", "zła nazwa", "domain", None),
        ("wycofana.pl", "c.pl", "domain", "error.one_of"),
    ],
)
def test_name_that_cannot_be_is_refused(domain, name, field, error):
    life = Life("a.pl", "b.pl", "wycofana.pl")
    life.do(moves.withdraw, "wycofana.pl", "rezygnacja")
    ((told_field, told_error),) = told(life, moves.rename_domain, domain, name, "literówka")
    assert told_field == field and error in (None, told_error)


def test_name_is_corrected_with_a_reason_and_back_again():
    life = Life("a.pl")
    assert told(life, moves.rename_domain, "a.pl", "b.pl", " ") == [("reason", "error.missing")]
    assert life.do(moves.rename_domain, "a.pl", "a.pl", "nic") == ()
    life.do(moves.rename_domain, "a.pl", "www.a.pl", "z www")
    life.do(moves.rename_domain, "www.a.pl", "a.pl", "jednak bez")
    assert list(life.m.domains) == ["a.pl"] and rebuild(life.events) == life.m


def test_a_domain_that_its_client_tested_keeps_its_name_until_it_is_tested_anew():
    life = Life("a.pl").to("test")
    life.do(moves.check, CONFIRMED, "a.pl")
    assert told(life, moves.rename_domain, "a.pl", "b.pl", "literówka") == [("domain", "error.renamed_after_test")]
    life.do(moves.advance, "a.pl")
    life.do(moves.correct, "sync", "zła nazwa", "a.pl")
    life.do(moves.rename_domain, "a.pl", "b.pl", "literówka")
    assert CONFIRMED not in life.m.domains["b.pl"].checks
