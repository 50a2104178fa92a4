"""Domains by the step at which they stand, and what is done with those of a step at once."""

import pytest

from core.ground.messages import InputError
from core.migration import gate, groups, moves, possible
from core.migration.gate import Filled, Ticked
from core.migration.stages import CONFIRMED
from tests.migrations import DAY, MARIA, NOW, PROCESS, Life, act, steps

SEVEN = tuple(f"{letter}.pl" for letter in "abcdefg")


def seven():
    """Return a life of seven domains: one moved, one synchronised, two tested, two at the DNS, one visible."""
    life = Life(*SEVEN).to("migration")
    life.to("sync", "b.pl").to("test", "c.pl", "d.pl").to("dns", "e.pl", "f.pl").to("visible", "g.pl")
    life.do(moves.check, "ns_changed", "e.pl")
    return life


def found(life):
    return {group.step: group for group in groups.groups(life.m, PROCESS, NOW)}


def did(life, action, step, *names, **more):
    return life.do(groups.do, action, step, names, **more)


def test_domains_stand_in_groups_by_step_the_rearmost_first_and_those_withdrawn_last():
    life = seven()
    life.do(moves.withdraw, "d.pl", "niepotrzebna")
    drawn = groups.groups(life.m, PROCESS, NOW)
    assert [(group.step, *(row.domain.name for row in group.rows)) for group in drawn] == [
        ("migration", "a.pl"),
        ("sync", "b.pl"),
        ("test", "c.pl"),
        ("dns", "e.pl", "f.pl"),
        ("visible", "g.pl"),
        ("withdrawn", "d.pl"),
    ]


def test_each_row_has_its_own_clock_and_what_it_still_waits_for():
    life = Life("a.pl", "b.pl").to("dns")
    life.do(moves.check, "ns_changed", "a.pl", at=NOW - 2 * DAY)
    life.do(moves.check, "ns_changed", "b.pl")
    (group,) = groups.groups(life.m, PROCESS, NOW)
    assert [row.clock.state for row in group.rows] == ["late", "running"]
    assert [[check.id for check in row.missing] for row in group.rows] == [["seen"], ["seen"]]


def test_each_step_offers_what_makes_sense_there():
    assert {step: group.actions for step, group in found(seven()).items()} == {
        "migration": ("on",),
        "sync": ("on",),
        "test": ("confirmed", "rework", "on"),
        "dns": ("ns_changed", "visible", "switched_back", "on"),
        "visible": ("switched_back",),
    }
    assert found(Life("a.pl"))["waiting"].actions == ()
    assert found(Life("a.pl").to("dns"))["dns"].actions == ("ns_changed", "visible", "on")


def test_test_of_one_domain_is_confirmed_at_once_and_the_others_stay():
    life = seven()
    assert not groups.asks(life.m, act(), "confirmed", "test", ("c.pl",))
    did(life, "confirmed", "test", "c.pl")
    assert steps(life.m)["c.pl"] == "dns" and steps(life.m)["d.pl"] == "test" and life.m.stage == "migration"
    assert life.m.domains["c.pl"].tested_at == NOW


def test_name_servers_changed_are_ticked_where_they_were_not_and_the_domains_stay():
    life = seven().look("f.pl")
    before = life.m.domains["e.pl"].checks["ns_changed"]
    did(life, "ns_changed", "dns", "e.pl", "f.pl")
    assert life.m.domains["e.pl"].checks["ns_changed"] is before
    assert life.m.domains["f.pl"].dns_switched_at == NOW and steps(life.m)["f.pl"] == "dns"


def test_domain_is_seen_at_once_where_its_name_servers_were_changed_and_asked_about_where_not():
    life = seven()
    assert not groups.asks(life.m, act(), "visible", "dns", ("e.pl",))
    assert groups.asks(life.m, act(), "visible", "dns", ("e.pl", "f.pl"))
    did(life, "visible", "dns", "e.pl")
    assert steps(life.m)["e.pl"] == "visible" and life.m.domains["c.pl"].step == "test"


def test_open_gate_is_gone_through_at_once_and_a_shut_one_is_asked_about():
    life = seven()
    assert groups.asks(life.m, act(), "on", "migration", ("a.pl",))
    life.fill("a.pl")
    assert not groups.asks(life.m, act(), "on", "migration", ("a.pl",))
    did(life, "on", "migration", "a.pl")
    assert steps(life.m)["a.pl"] == "sync"


def test_ways_back_are_always_asked_about_and_never_done_at_once():
    life = seven()
    for action, step, name in (("rework", "test", "c.pl"), ("switched_back", "dns", "e.pl")):
        assert groups.asks(life.m, act(), action, step, (name,))
        with pytest.raises(InputError):
            groups.do(life.m, act(), action, step, (name,))
    assert groups.can_be_sent_back(life.m, "dns") == ("e.pl",)
    assert groups.can_be_sent_back(life.m, "test") == ("c.pl", "d.pl")


@pytest.mark.parametrize(
    ("action", "step", "names"),
    [
        ("confirmed", "dns", ("c.pl",)),
        ("confirmed", "test", ("c.pl", "e.pl")),
        ("confirmed", "test", ("a.pl",)),
        ("confirmed", "test", ("x.pl",)),
        ("confirmed", "test", ()),
        ("on", "waiting", ("a.pl",)),
        ("on", "package", ("a.pl",)),
        ("closed", "test", ("c.pl",)),
        ("on", "test", ("c.pl",)),
        ("visible", "dns", ("f.pl",)),
        ("on", "visible", ("g.pl",)),
    ],
)
def test_what_does_not_fit_what_stands_is_refused(action, step, names):
    life = seven().look("f.pl")
    before = life.m.copy()
    with pytest.raises(InputError):
        groups.do(life.m, act(MARIA), action, step, names)
    assert life.m == before


def test_nothing_is_done_on_hold_and_a_state_that_waited_at_the_dns_can_be_held():
    life = seven()
    life.do(moves.hold, "client", "urlop")
    assert groups.refused(life.m, act()).id == "error.on_hold"
    with pytest.raises(InputError):
        did(life, "confirmed", "test", "c.pl")


def test_nobody_confirms_a_test_dated_before_the_move_that_it_tests():
    life = Life("a.pl").to("test", now=NOW - DAY)
    early = act(at=NOW - 3 * DAY)
    with pytest.raises(InputError):
        gate.go_through(life.m, early, Filled({CONFIRMED: Ticked()}, domains=("a.pl",)))
    with pytest.raises(InputError):
        groups.do(life.m, early, "confirmed", "test", ("a.pl",))
    with pytest.raises(InputError) as refused:
        moves.check(life.m, early, CONFIRMED, "a.pl")
    assert refused.value.errors[0].message.id == "error.test_before_move"


# -- force


def test_manager_forces_every_check_of_the_process_but_the_client_s_test():
    """Each gate with just one check missing, of every stage."""
    forced, never = set(), set()
    for stage in PROCESS.stages:
        for check in stage.checks:
            if not check.required:
                continue
            life = Life("a.pl").to(stage.id)
            name = "a.pl" if stage.level == "domain" else None
            life.fill(name, but=check.id)
            try:
                life.do(gate.go_through, Filled(domains=(name,) if name else ()), by=MARIA, force="klient dośle")
                forced.add(check.id)
            except InputError as refused:
                assert [error.message.id for error in refused.errors] == ["error.not_forceable"]
                never.add(check.id)
    assert never == {CONFIRMED}
    assert forced >= {"accepted", "phone", "contact", "ns_changed", "seen", "password_changed", "day"}


def test_every_ticked_state_can_be_reached_by_hand():
    """A state that an import shows: domains at five steps, on hold, with a date that nobody knows."""
    life = seven()
    life.do(moves.date, "dns", None, "nikt nie wie", "e.pl")
    assert life.m.domains["e.pl"].entered["dns"] is None
    life.do(moves.hold, "us", "urlop")
    assert life.m.hold is not None and len(gate.standing(life.m)) == 5
    assert "dns" in possible.happened(life.m.domains["e.pl"])
