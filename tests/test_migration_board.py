"""The board: what stands where, what a dropped card comes to, and a gate gone through in one step."""

import datetime as dt
import re

import pytest

from core import datafiles
from core.ground.messages import InputError
from core.ground.settings import ROOT
from core.language import ENGLISH, POLISH
from core.migration import board, gate, moves
from core.migration.client_message import client_message
from core.migration.gate import Filled, Ticked
from core.migration.handover import Handed
from core.migration.listing import Wanted, listed, switched
from core.migration.people import Team
from core.migration.rebuilding import after
from core.migration.stages import STAGES, SWITCHED, parse_stages
from core.pricing import calendar
from tests.migrations import ANNA, DAY, MARIA, NOW, PROCESS, WIKTOR, Life, act, steps

TEAM = Team(people=[MARIA, ANNA, WIKTOR])
TODAY = NOW.date()


def columns(*lives, tariff=None, **wanted):
    migrations = [life.m for life in lives]
    found = listed(migrations, Wanted(**wanted), PROCESS, NOW)
    return {column.stage: column for column in board.columns(found, migrations, PROCESS, tariff, TODAY)}


def errors(refused):
    return {str(error.value if isinstance(error.value, str) else error.value.pl) for error in refused.value.errors}


# -- columns


def test_each_migration_stands_in_the_column_of_its_stage_and_a_cancelled_one_in_none():
    lives = [Life(f"{stage}.pl", ref=stage).to(stage) for stage in STAGES]
    gone = Life("gone.pl", ref="gone").to("data")
    gone.do(moves.cancel, "rezygnacja")
    found = columns(*lives, gone)
    assert {stage: [c.listed.migration.ref for c in column.cards] for stage, column in found.items()} == {
        stage: [stage] for stage in STAGES
    }


def test_column_draws_the_most_urgent_and_says_how_many_are_left():
    late = Life("late.pl", ref="late").to("data", now=NOW - 30 * DAY)
    lives = [Life(f"d{n}.pl", ref=f"d{n}").to("data") for n in range(board.SHOWN + 3)]
    column = columns(*lives, late)["data"]
    assert (column.count, len(column.cards), column.more) == (board.SHOWN + 4, board.SHOWN, 4)
    assert column.cards[0].listed.migration.ref == "late"


def test_card_tells_its_days_at_the_stage_and_how_many_domains_are_switched():
    life = Life("a.pl", "b.pl", "c.pl")
    (card,) = columns(life)["package"].cards
    assert (card.days, switched(life.m)) == (0, None)
    life.to("migration", now=NOW - 3 * DAY).to("visible", "a.pl").to("test", "b.pl")
    (card,) = columns(life)["migration"].cards
    assert (card.days, switched(life.m)) == (3, 1)
    life.to("dns", "b.pl").do(moves.check, SWITCHED, "b.pl")
    assert switched(life.m) == 2


def test_fees_of_a_column_are_those_of_the_pricing_core_for_all_of_it_not_only_for_the_cards():
    tariff = datafiles.tariff()
    day = calendar.number(TODAY)
    paid = [Life(f"p{n}.pl", f"q{n}.pl", ref=f"p{n}", fee_applies=True).to("data") for n in range(board.SHOWN + 5)]
    free = Life("free.pl", ref="free").to("data")
    column = columns(*paid, free, tariff=tariff)["data"]
    assert column.fees == len(paid) * tariff.on(day).migration_fee(2) > 0
    assert {card.fee for card in column.cards} <= {tariff.on(day).migration_fee(2), None}


def test_limit_counts_everybody_s_work_not_only_what_is_asked_for():
    lives = [Life(f"d{n}.pl", ref=f"d{n}", owner="anna" if n else "maria").to("analysis") for n in range(7)]
    column = columns(*lives, owner="maria")["analysis"]
    assert (column.count, column.standing, column.limit) == (1, 7, PROCESS.by_id["analysis"].wip_limit)
    assert board.standing((life.m for life in lives), "analysis") == 7


def test_closed_ones_stay_on_a_board_of_open_ones_for_a_week():
    new = Life("new.pl", ref="new").to("closed")
    old = Life("old.pl", ref="old").to("closed", now=NOW - 8 * DAY)
    assert columns(new, old, state="open")["closed"].count == 0
    (card,) = columns(new, old, state="open", recent=board.RECENT)["closed"].cards
    assert card.listed.migration.ref == "new"


def test_what_is_over_stands_aside_only_beside_what_is_to_be_done():
    done, open_one = Life("a.pl", ref="done").to("closed"), Life("b.pl", ref="open").to("data")
    assert not columns(done)["closed"].aside
    found = columns(done, open_one)
    assert [stage for stage in STAGES if found[stage].aside] == ["closed"]


# -- filters of the board


def refs(*lives, **wanted):
    return {item.migration.ref for item in listed([life.m for life in lives], Wanted(**wanted), PROCESS, NOW)}


def test_overdue_ones_are_found_and_those_that_will_be_within_two_days():
    late = Life("a.pl", ref="late").to("data", now=NOW - 8 * DAY)
    soon = Life("b.pl", ref="soon").to("data", now=NOW - 6 * DAY)
    later = Life("c.pl", ref="later").to("data")
    timeless = Life("d.pl", ref="timeless")
    assert refs(late, soon, later, timeless, overdue="late") == {"late"}
    assert refs(late, soon, later, timeless, overdue="soon") == {"late", "soon"}


@pytest.mark.parametrize(("size", "found"), [((1, 1), {"1"}), ((2, 3), {"2", "3"}), ((3, None), {"3", "4"})])
def test_size_class_counts_domains(size, found):
    lives = [Life(*(f"x{k}y{n}.pl" for k in range(n)), ref=str(n)) for n in range(1, 5)]
    assert refs(*lives, size=size) == found


# -- what a dropped card comes to


def test_drop_on_the_next_stage_goes_on_and_further_skips():
    life = Life("a.pl").to("data")
    assert {stage: board.way(life.m, stage) for stage in STAGES} == {
        "package": "back", "data": "here", "analysis": "on", **dict.fromkeys(STAGES[3:], "skip")
    }  # fmt: skip


def test_drop_back_from_the_client_s_test_is_rework_only_to_the_steps_before_it():
    life = Life("a.pl").to("test")
    assert {stage: board.way(life.m, stage) for stage in STAGES[:6]} == {
        **dict.fromkeys(STAGES[:4], "back"), "migration": "rework", "sync": "rework"
    }  # fmt: skip
    assert board.way(Life("b.pl").to("dns").m, "sync") == "back"


def test_card_on_hold_or_given_up_goes_nowhere():
    life = Life("a.pl").to("data")
    life.do(moves.hold, "us", "urlop")
    assert (board.way(life.m, "analysis"), board.way(life.m, "package")) == ("held", "back")
    life.do(moves.cancel, "rezygnacja")
    assert board.way(life.m, "analysis") == board.way(life.m, "package") == "cancelled"


# -- through a gate in one step


LISTED = {"mail_accounts": (Handed("biuro@a.pl", 300),), "site_list": ()}
READY = Filled(
    ticks={"access": Ticked("arranged", "konto dla nas")},
    fields={"nonstandard": "brak", **LISTED},
)


def test_a_gate_is_filled_in_and_gone_through_in_one_step():
    life = Life("a.pl").to("data")
    now, missing = gate.preview(life.m, act(), READY)
    assert (now.nonstandard, missing, now.stage) == ("brak", [], "data")
    life.do(gate.go_through, READY)
    assert life.m.stage == "analysis" and life.m.checks["access"].detail == "konto dla nas"


def test_shut_gate_lets_nothing_of_it_through():
    life = Life("a.pl").to("data")
    filled = Filled(fields={"mail_accounts": LISTED["mail_accounts"]})
    _, missing = gate.preview(life.m, act(), filled)
    assert [check.id for check in missing] == ["website_list", "nonstandard", "access"]
    with pytest.raises(InputError) as refused:
        gate.go_through(life.m, act(), filled)
    assert len(refused.value.errors) == 3 and life.m.stage == "data"


def test_everything_that_is_wrong_is_told_at_once():
    life = Life("a.pl").to("data")
    filled = Filled(ticks={"access": Ticked("nobody")}, fields={"contact_name": "hasło: Kot12!x"})
    with pytest.raises(InputError) as refused:
        gate.fill_in(life.m, act(), filled)
    assert [error.field for error in refused.value.errors] == ["contact_name", "choice"]


def test_manager_forces_a_gate_with_what_was_filled_in_but_nobody_forces_the_client_s_test():
    life = Life("a.pl").to("data")
    life.do(gate.go_through, Filled(fields=LISTED), by=MARIA, force="klient dośle")
    forced = life.events[-1] if life.events[-1].kind == "moved" else life.events[-2]
    assert (life.m.stage, forced.forced, forced.reason) == ("analysis", True, "klient dośle")
    tested = Life("b.pl").to("test")
    with pytest.raises(InputError) as refused:
        gate.go_through(tested.m, act(MARIA), Filled(domains=("b.pl",)), force="pilne")
    assert refused.value.errors[0].message.id == "error.not_forceable"


def test_chosen_domains_go_on_and_the_others_stay():
    life = Life("a.pl", "b.pl", "c.pl").to("migration")
    assert gate.at_gate(life.m) == ("a.pl", "b.pl", "c.pl")
    filled = Filled(ticks={"www": Ticked(), "mail": Ticked()}, domains=("a.pl", "c.pl"))
    life.do(gate.go_through, filled)
    assert steps(life.m) == {"a.pl": "sync", "b.pl": "migration", "c.pl": "sync"}
    assert gate.at_gate(life.m) == ("b.pl",) and gate.can_go_back(life.m, "migration") == ("a.pl", "c.pl")


def test_tick_that_some_domains_have_is_added_to_the_others_and_taken_from_all():
    life = Life("a.pl", "b.pl").to("migration")
    life.do(moves.check, "www", "a.pl")
    life.do(gate.fill_in, Filled(ticks={"www": Ticked()}, domains=("a.pl", "b.pl")))
    assert all("www" in d.checks for d in life.m.active)
    life.do(gate.fill_in, Filled(unticked=("www",), domains=("a.pl", "b.pl")))
    assert not any(d.checks for d in life.m.active)


def test_earlier_moment_of_a_move_is_not_before_the_stage_was_entered():
    life = Life("a.pl").to("data", now=NOW - DAY)
    with pytest.raises(InputError) as refused:
        gate.go_through(life.m, act(at=NOW - 2 * DAY), READY)
    assert {error.message.id for error in refused.value.errors} == {"error.stage_date_order"}
    life.do(gate.go_through, READY, at=NOW - dt.timedelta(hours=2))
    assert life.m.entered["analysis"] == NOW - dt.timedelta(hours=2)


def test_way_back_is_a_correction_or_after_a_failed_test_rework():
    life = Life("a.pl", "b.pl").to("test")
    life.do(gate.go_back, "sync", "brak poczty", ("a.pl",))
    assert steps(life.m) == {"a.pl": "sync", "b.pl": "test"} and life.events[-1].kind in ("reworked", "waits")
    assert "reworked" in {event.kind for event in life.events}
    other = Life("c.pl").to("analysis")
    other.do(gate.go_back, "data", "pomyłka")
    assert other.m.stage == "data" and "corrected" in {event.kind for event in other.events}


# -- what the client is told


def told(life, stage, language=POLISH, **more):
    return client_message(life.m, stage, PROCESS, TEAM, language, **more)


def test_client_is_told_the_day_and_the_hour_in_their_language():
    at = dt.datetime(2026, 11, 30, 13, 30, tzinfo=dt.UTC)
    life = Life("a.pl", "b.pl", planned_at=at)
    assert "a.pl, b.pl w dniu 30.11.2026 o godz. 14:30." in told(life, "date")
    assert "a.pl, b.pl on 30 Nov 2026 at 14:30." in told(life, "date", ENGLISH)


@pytest.mark.parametrize("language", [POLISH, ENGLISH], ids=lambda language: language.code)
def test_name_that_ends_in_a_full_stop_doubles_none_in_any_message(language):
    name = "Alfa sp. z o.o."
    life = Life("a.pl", client=name, contact_name=name)
    assert not [stage for stage in STAGES if ".." in told(life, stage, language)]
    # Whatever an office writes into its own stages.toml.
    written = (ROOT / "data" / "stages.toml").read_text(encoding="utf-8")
    own = parse_stages(re.sub(r"(?m)^message\.(pl|en) = .*", r'message.\1 = "{client}. {domains}: {client}."', written))
    assert client_message(life.m, "data", own, TEAM, language) == f"{name} a.pl: {name}"


def test_day_without_an_hour_leaves_no_gap_and_what_is_unknown_is_to_be_seen():
    life = Life("a.pl", planned_at=dt.datetime(2026, 11, 29, 23, tzinfo=dt.UTC))
    assert "w dniu 30.11.2026. Prosimy" in told(life, "date")
    assert "w dniu […]. Prosimy" in told(Life("b.pl"), "date")
    assert "([…])" in told(life, "migration")


def test_waiting_for_the_dns_is_told_as_the_process_has_it():
    text = told(Life("a.pl"), "dns")
    assert "po 24 godzinach" in text and "do 36 godzin" in text


def test_message_is_about_the_domains_that_go_on_and_counts_a_long_list():
    life = Life(*(f"d{n}.pl" for n in range(14)))
    some = [life.m.domains["d3.pl"]]
    assert "d3.pl" in told(life, "test", domains=some) and "d4.pl" not in told(life, "test", domains=some)
    assert "d9.pl i jeszcze 4 domeny" in told(life, "test")


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("language", [POLISH, ENGLISH], ids=lambda language: language.code)
def test_every_message_is_whole_and_takes_names_as_they_are(stage, language):
    life = Life(
        "a.pl", client="{client} *x*", contact_name="Ewa {0}", contact_phone="600", owner="anna", planned_at=NOW
    )
    text = told(life, stage, language)
    assert "a.pl" in text and "  " not in text and "[…]" not in text
    assert "{" not in text.replace("{0}", "")


def test_events_of_a_gate_are_those_of_the_moves_one_by_one():
    life = Life("a.pl").to("data")
    events = gate.go_through(life.m, act(), READY)
    assert after(life.m, events).stage == "analysis"
    assert [event.kind for event in events if event.kind != "waits"] == ["set", "set", "set", "checked", "moved"]


def test_open_gate_leads_to_the_end_where_nothing_is_outstanding():
    life = Life("a.pl", "b.pl").to("dns", "a.pl", "b.pl").look("a.pl", "b.pl")
    life.do(moves.check, "password_changed", choice="declared")
    ready = {"ns_changed": Ticked(), "seen": Ticked()}
    one, both = (Filled(ticks=ready, domains=names) for names in (("a.pl",), ("a.pl", "b.pl")))
    for filled, stage in ((one, "passwords"), (both, "closed")):
        now, missing = gate.preview(life.m, act(), filled)
        assert not missing and gate.arrives(now, act(), filled) == stage
    life.do(gate.go_through, both)
    assert life.m.stage == "closed"
    assert board.way(life.m) == "closed" and board.way(life.m, "dns") == "back"


def test_date_that_is_corrected_to_what_it_is_leaves_no_trace():
    life = Life("a.pl").to("data")
    assert life.do(moves.date, "data", life.m.entered["data"], "pomyłka") == ()
