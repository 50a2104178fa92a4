"""Where the card of a migration stands by its domains, and whom it waits for."""

from core.migration import clocks, moves
from core.migration.stages import STAGES
from tests.migrations import NOW, PROCESS, Life, told

# -- whom it waits for


def test_first_stage_waits_for_the_client_then_for_us():
    life = Life()
    assert life.m.waiting_on == "client"
    happened = life.do(moves.change, {"package": "Firma"})
    assert [e.kind for e in happened] == ["set", "waits"] and life.m.waiting_on == "us"
    life.do(moves.change, {"package": ""})
    assert life.m.waiting_on == "client"
    assert Life(package="Firma").m.waiting_on == "us"


def test_card_waits_for_whom_each_stage_waits():
    life, found = Life("a.pl", "b.pl"), {}
    for stage in STAGES:
        found[stage] = life.to(stage).m.waiting_on
    assert found == {s.id: s.waits_on for s in PROCESS.stages} | {"closed": "client"}


def test_date_accepted_is_waited_for_by_us():
    life = Life().to("date")
    life.do(moves.check, "accepted")
    assert life.m.waiting_on == "us"
    life.do(moves.uncheck, "accepted")
    assert life.m.waiting_on == "client"


def test_what_is_set_by_hand_holds_until_the_next_progress():
    life = Life().to("data")
    life.do(moves.change, {"waiting_on": "us"})
    life.do(moves.change, {"mail_accounts": ()})
    life.do(moves.note, "piszemy do starego hostingu")
    life.do(moves.change, {"owner": "anna"})
    assert life.m.waiting_on == "us"
    life.to("date")
    assert life.m.waiting_on == "client"


def test_what_is_set_by_hand_wins_over_what_the_same_form_changes():
    life = Life()
    life.do(moves.change, {"waiting_on": "us"})
    life.do(moves.change, {"package": "Firma", "waiting_on": "client"})
    assert life.m.waiting_on == "client"


def test_card_waits_for_us_or_the_client_and_for_nobody_else():
    assert told(Life(), moves.change, {"waiting_on": "dostawca"}) == [("waiting_on", "error.one_of")]


# -- the card


def test_card_stands_at_its_least_advanced_domain():
    life = Life("a.pl", "b.pl", "c.pl").to("migration")
    for name, step, card in [
        ("a.pl", "dns", "migration"), ("b.pl", "sync", "migration"), ("c.pl", "test", "sync"),
        ("b.pl", "dns", "test"), ("c.pl", "visible", "dns"), ("a.pl", "visible", "dns"),
        ("b.pl", "visible", "passwords"),
    ]:  # fmt: skip
        life.to(step, name)
        assert life.m.stage == card
    life.do(moves.correct, "test", "pomyłka", "b.pl")
    assert life.m.stage == "test"


def test_card_closes_by_itself_where_the_password_was_changed_already():
    life = Life("a.pl", "b.pl").to("test")
    life.do(moves.check, "password_changed", choice="declared")
    life.to("dns").on("a.pl").on("b.pl")
    assert life.m.stage == "closed" and life.m.entered["closed"] == NOW


def test_card_waits_for_the_password_otherwise():
    life = Life("a.pl", "b.pl").to("dns").on("a.pl")
    assert life.m.stage == "dns"
    life.on("b.pl")
    assert (life.m.stage, life.m.waiting_on) == ("passwords", "client")
    life.on()
    assert life.m.stage == "closed"


def test_card_closes_by_itself_when_the_last_domain_waited_for_is_withdrawn():
    life = Life("a.pl", "b.pl").to("test")
    life.do(moves.check, "password_changed", choice="declared")
    life.to("visible", "a.pl")
    life.do(moves.withdraw, "b.pl", "sprzedana")
    assert life.m.stage == "closed"


def test_seven_domains_have_seven_clocks():
    names = [f"d{n}.pl" for n in range(7)]
    life = Life(*names).to("test").to("dns", *names[:3])
    for name in names[:3]:
        life.do(moves.check, "ns_changed", name)
    found = clocks.running(life.m, PROCESS, NOW)
    assert [(clock.stage, clock.domain) for clock in found if clock.domain] == [
        *(("dns", name) for name in names[:3]),
        *(("test", name) for name in names[3:]),
    ]
