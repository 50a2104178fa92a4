"""What people type into the forms of a migration, and what the page offers them to do."""

import datetime as dt

import pytest

from core.ground.messages import InputError
from core.migration import moves, possible, typed
from core.migration.fee import fee_of, fee_with_working, quote_query
from core.pricing import calendar, form
from tests.migrations import DAY, NOW, PROCESS, WIKTOR, Life, act

WEDNESDAY = dt.date(2026, 11, 18)
NEW = dict.fromkeys(typed.OF_NEW, "") | {
    "client": "Róża",
    "domains": "a.pl",
    "planned_day": None,
    "fee_applies": False,
}


def mistakes(read, *given):
    with pytest.raises(InputError) as caught:
        read(*given)
    return [(error.field, error.message.id) for error in caught.value.errors]


# -- moments


@pytest.mark.parametrize(
    ("hour", "at"),
    [
        ("14:00", "2026-11-18 13:00"),
        ("9", "2026-11-18 08:00"),
        (" 9.05 ", "2026-11-18 08:05"),
        ("", "2026-11-17 23:00"),
    ],
)
def test_day_and_hour_are_a_moment_in_warsaw(hour, at):
    assert typed.read_moment(WEDNESDAY, hour, "date") == dt.datetime.fromisoformat(f"{at}+00:00")


@pytest.mark.parametrize(
    ("day", "hour", "id"),
    [
        (dt.date(2027, 3, 28), "2:30", "error.no_such_time"),
        (WEDNESDAY, "24:00", "error.no_such_time"),
        (WEDNESDAY, "12:60", "error.no_such_time"),
        (WEDNESDAY, "po obiedzie", "error.hour"),
        (WEDNESDAY, "14:00+02:00", "error.hour"),
        (WEDNESDAY, "0:00", "error.midnight"),
        (None, "14:00", "error.hour_without_day"),
        (dt.date(1026, 11, 18), "", "error.year"),
        (dt.date(9999, 12, 31), "23:59", "error.year"),
        (WEDNESDAY, "hasło: Kot12!x", "error.secret"),
    ],
)
def test_moment_that_never_is_is_refused_with_its_field(day, hour, id):
    assert mistakes(typed.read_moment, day, hour, "planned_at") == [("planned_at", id)]


def test_hour_that_comes_twice_in_autumn_is_the_earlier_one():
    assert typed.read_moment(dt.date(2026, 10, 25), "2:30", "date") == dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize("hour", ["", "09:05", "14:00"])
def test_moment_is_shown_as_it_is_typed(hour):
    assert typed.day_and_hour(typed.read_moment(WEDNESDAY, hour, "date")) == (WEDNESDAY, hour)


def test_nothing_typed_is_no_moment():
    assert typed.read_moment(None, " ", "date") is None and typed.day_and_hour(None) == (None, "")


# -- changes


def test_form_left_as_it_was_changes_nothing():
    m = Life(planned_at=NOW, package="Firma").m
    shown = typed.form_of_migration(m)
    assert typed.changes(shown, shown) == {}


def test_only_what_was_touched_is_changed():
    m = Life(planned_at=NOW, package="Firma").m
    shown = typed.form_of_migration(m)
    held = shown | {"package": " Sklep ", "planned_hour": "", "fee_applies": True, "waiting_on": "client"}
    assert typed.changes(held, shown) == {
        "package": "Sklep",
        "planned_at": dt.datetime(2026, 11, 17, 23, tzinfo=dt.UTC),
        "fee_applies": True,
        "waiting_on": "client",
    }


def test_agreed_day_can_be_taken_away():
    shown = typed.form_of_migration(Life(planned_at=NOW).m)
    assert typed.changes(shown | {"planned_day": None, "planned_hour": ""}, shown) == {"planned_at": None}


def test_all_mistakes_of_a_form_are_told_at_once():
    shown = typed.form_of_migration(Life().m)
    held = shown | {"client": " ", "package": "x" * 201, "contact_phone": "PIN: 4821", "planned_hour": "14"}
    assert mistakes(typed.changes, held, shown) == [
        ("client", "error.missing"),
        ("target", "error.too_long"),
        ("contact_phone", "error.secret"),
        ("planned_at", "error.hour_without_day"),
    ]


def test_counts_and_servers_of_a_domain_are_read_as_in_an_import():
    life = Life()
    life.do(moves.change, {"mailboxes": 3, "extra": {"teczka": "zielona", "kolor": ""}}, "a.pl")
    shown = typed.form_of_domain(life.m.domains["a.pl"])
    held = shown | {"mailboxes": "12 szt.", "new_ns": "NS1.example.net, ns2.example.net", "extra.kolor": "biały"}
    values = typed.changes(held, shown)
    assert values == {
        "mailboxes": 12,
        "new_ns": "ns1.example.net ns2.example.net",
        "extra": {"kolor": "biały"},
    }
    life.do(moves.change, values, "a.pl")
    assert life.m.domains["a.pl"].mailboxes == 12
    again = typed.form_of_domain(life.m.domains["a.pl"])
    assert typed.changes(again | {"mailboxes": ""}, again) == {"mailboxes": None}


def test_days_of_others_are_days_of_their_form_and_may_be_taken_away():
    life = Life(old_hosting_until=WEDNESDAY)
    shown = typed.form_of_migration(life.m)
    assert (shown["old_hosting_until"], typed.changes(shown, shown)) == (WEDNESDAY, {})
    later = WEDNESDAY + dt.timedelta(days=9)
    assert typed.changes(shown | {"old_hosting_until": later}, shown) == {"old_hosting_until": later}
    assert typed.changes(shown | {"old_hosting_until": None}, shown) == {"old_hosting_until": None}
    of_domain = typed.form_of_domain(life.m.domains["a.pl"])
    values = typed.changes(of_domain | {"registered_until": later}, of_domain)
    life.do(moves.change, values, "a.pl")
    assert life.m.domains["a.pl"].registered_until == later
    # What our own export could not bring back.
    long_ago = {"old_hosting_until": dt.date(1500, 1, 1)}
    assert mistakes(typed.changes, shown | long_ago, shown) == [("old_hosting_until", "error.year")]


def test_why_there_is_no_telephone_is_read_as_other_texts():
    shown = typed.form_of_migration(Life().m)
    assert typed.changes(shown | {"no_phone": " tylko  mail "}, shown) == {"no_phone": "tylko mail"}
    assert mistakes(typed.changes, shown | {"no_phone": "hasło: Kot12!x"}, shown) == [("no_phone", "error.secret")]


# -- a new migration


def test_new_migration_may_know_until_when_the_old_hosting_is_paid():
    assert typed.registration(NEW).values["old_hosting_until"] is None
    new = typed.registration(NEW | {"old_hosting_until": WEDNESDAY})
    assert new.values["old_hosting_until"] == WEDNESDAY
    domains = typed.new_domains({**typed.blank(typed.OF_DOMAIN), "domains": "b.pl", "registered_until": WEDNESDAY})
    assert domains["b.pl"]["registered_until"] == WEDNESDAY


def test_client_and_domain_are_enough():
    new = typed.registration(NEW)
    assert new.domains == {"a.pl": {"display": "a.pl", "mailboxes": None, "websites": None}} and new.note == ""
    (event, *_) = moves.register(act(), "P-1", {k: v for k, v in new.values.items() if k != "ref"}, new.domains)
    assert event.new["client"] == "Róża" and event.new["planned_at"] is None


def test_several_domains_are_read_as_an_import_reads_them_and_the_first_has_the_counts():
    new = typed.registration(NEW | {"domains": "żółw.pl, b.pl i c.pl\nB.PL.", "mailboxes": "5", "websites": "brak"})
    assert [d["display"] for d in new.domains.values()] == ["żółw.pl", "b.pl", "c.pl"]
    assert [d.get("mailboxes") for d in new.domains.values()] == [5, None, None]
    assert new.domains["xn--w-uga1v8h.pl"]["websites"] == 0


def test_all_that_is_wrong_with_a_new_migration_is_told_at_once_and_no_secret_repeated():
    wrong = {
        "client": "",
        "domains": "https://a.pl/x b_c.pl",
        "mailboxes": "dużo",
        "planned_hour": "rano",
        "planned_day": WEDNESDAY,
        "package": "hasło: Kot12!x",
        "note": "x" * 5000,
    }
    found = mistakes(typed.registration, NEW | wrong)
    assert set(found) == {
        ("client", "error.missing"),
        ("domains", "error.name_url"),
        ("domains", "error.name_underscore"),
        ("mailboxes", "error.count"),
        ("planned_at", "error.hour"),
        ("target", "error.secret"),
        ("note", "error.too_long"),
    }
    with pytest.raises(InputError) as caught:
        typed.registration(NEW | wrong)
    assert "Kot12" not in str([error.value for error in caught.value.errors])


@pytest.mark.parametrize("text", ["", " , ;", "i oraz"])
def test_no_domain_is_told(text):
    assert mistakes(typed.registration, NEW | {"domains": text}) == [("domains", "error.missing")]


# -- what may be done


def reasons(m, person=None):
    who = act(person) if person else act()
    found = {kind: possible.why_not(lambda deed=deed: deed(m, who)) for kind, deed in possible.OF_MIGRATION.items()}
    return {kind: reason.id for kind, reason in found.items() if reason}


def test_open_migration_can_be_done_everything_but_what_undoes():
    assert reasons(Life().to("data").m) == {"resume": "error.not_on_hold", "restore": "error.not_cancelled"}


def test_new_migration_has_nothing_to_go_back_to():
    assert reasons(Life().m)["correct"] == "error.nothing_earlier"


def test_migration_on_hold_says_why_it_stays():
    life = Life().to("data")
    life.do(moves.hold, "us", "urlop")
    assert {reasons(life.m)[kind] for kind in ("move", "hold", "add_domain")} == {"error.on_hold"}
    assert "resume" not in reasons(life.m) and "correct" not in reasons(life.m)


def test_viewer_can_do_nothing():
    found = reasons(Life().to("data").m, WIKTOR)
    assert found.keys() == possible.OF_MIGRATION.keys() and set(found.values()) == {"error.may_not.work"}


@pytest.mark.parametrize("stage", ["data", "date", "test", "dns", "closed"])
def test_ways_back_are_those_that_correcting_takes(stage):
    life = Life("a.pl", "b.pl").to(stage)
    for to in possible.stages_back(life.m):
        moves.correct(life.m, act(), to, "pomyłka")
    d = life.m.domains["a.pl"]
    for to in possible.steps_back(d):
        moves.correct(life.m, act(), to, "pomyłka", "a.pl")
    assert mistakes(moves.correct, life.m, act(), life.m.stage, "x")


def test_checklist_offers_what_may_be_ticked_already():
    listed = {one.check.id: one.early for one in possible.checklist(Life().m, PROCESS)}
    assert listed == {"package": False, "server": False, "access": True}


def test_checklist_leaves_out_no_tick_that_would_be_taken():
    for stage in ("package", "data", "analysis", "date", "test", "passwords"):
        m = Life("a.pl").to(stage).m
        d = m.domains["a.pl"]
        for subject in (None, d):
            offered = {one.check.id for one in possible.checklist(m, PROCESS, subject)}
            for check in PROCESS.checks.values():
                level = PROCESS.stage_of[check.id].level
                if not check.ticked or (level == "domain") != (subject is not None):
                    continue
                taken = possible.tick_refused(m, act(), check, subject) is None
                assert not taken or check.id in offered or check.id in (subject or m).checks, (stage, check.id)


def test_optional_ticks_stay_open_after_the_end():
    closed = Life().to("closed").m
    assert [one.check.id for one in possible.checklist(closed, PROCESS)] == ["mailboxes_advised", "second_sync"]
    assert possible.tick_refused(closed, act(), PROCESS.checks["second_sync"], None) is None


def test_dates_that_may_be_corrected_are_all_that_happened():
    life = Life("a.pl").to("dns")
    for name, subject in ((None, life.m), ("a.pl", life.m.domains["a.pl"])):
        for item in possible.happened(subject):
            later = act(now=NOW + DAY)
            assert moves.date(life.m, later, item, NOW + dt.timedelta(minutes=1), "pomyłka", name)
    assert possible.happened(life.m)[:5] == ["package", "data", "analysis", "date", "migration"]


# -- the fee and its quote


@pytest.mark.parametrize("domains", [1, 2, 5, 6, 10, 11, 29, 30, 31, 49, 50, 51, 120])
def test_working_names_the_tier_that_the_pricing_core_charges(tariff, domains):
    m = Life(*(f"d{n}.pl" for n in range(domains)), fee_applies=True).m
    fee = fee_with_working(m, tariff, WEDNESDAY)
    in_force = tariff.on(calendar.number(WEDNESDAY))
    tier = in_force.tier(domains)
    assert fee.net == tier.net == in_force.migration_fee(domains)
    assert tier.first <= domains <= (tier.last or domains) and fee.domains == domains
    assert fee_of(m, tariff, WEDNESDAY) == fee.net and fee.working.values["net"] == fee.net


def test_quote_is_asked_for_the_agreed_day_and_the_counts(tariff):
    life = Life("a.pl", "b.pl", planned_at=NOW + DAY, package=" PLUS ")
    life.do(moves.change, {"mailboxes": 3}, "a.pl")
    query = quote_query(life.m, tariff, WEDNESDAY)
    assert query == {"target": "plus", "change_on": "2026-11-19", "domains": "2", "mailboxes": "3"}
    assert form.readable(query, tariff) == (query, {})


def test_quote_of_a_package_that_nobody_knows_leaves_it_open(tariff):
    assert quote_query(Life(package="coś dużego").m, tariff, WEDNESDAY) == {"change_on": "2026-11-18", "domains": "1"}


def test_day_of_a_moment_may_be_a_text_and_one_that_is_none_is_told():
    assert typed.read_moment("1.12.26", "14:00", "date") == typed.read_moment(dt.date(2026, 12, 1), "14:00", "date")
    assert typed.read_moment(" ", "", "date") is None
    for text, told in {"kot": "error.typed_day", "31.11.2026": "error.typed_day_absent"}.items():
        with pytest.raises(InputError) as refused:
            typed.read_moment(text, "14:00", "planned_at")
        (error,) = refused.value.errors
        assert (error.field, error.value, error.message.id) == ("planned_at", text, told)
