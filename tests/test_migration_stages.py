"""The stages and the team as files: what ships is right, and every mistake in them is told by its key."""

import pytest

from core.ground.messages import InputError
from core.ground.settings import ROOT
from core.language import ENGLISH, POLISH
from core.migration.people import CONSOLE, MAY, Person, parse_team, require
from core.migration.stages import CONFIRMED, PLACEHOLDERS, STAGES, STEPS, SWITCHED, parse_stages
from tests.migrations import ANNA, MARIA, PROCESS, WIKTOR

STAGES_TEXT = (ROOT / "data" / "stages.toml").read_text(encoding="utf-8")
TEAM_TEXT = (ROOT / "data" / "team.toml").read_text(encoding="utf-8")


def mistakes(parse, text):
    with pytest.raises(InputError) as refused:
        parse(text)
    for language in (POLISH, ENGLISH):
        # Every mistake can be worded, in both languages.
        assert all(language.mistake(error) for error in refused.value.errors)
    return [(error.field, error.message.id) for error in refused.value.errors]


def edited(old, new, text=STAGES_TEXT):
    assert text.count(old) == 1, old
    return text.replace(old, new)


# -- the stages that ship


def test_ten_stages_four_of_them_of_each_domain():
    assert [stage.id for stage in PROCESS.stages] == list(STAGES)
    assert [stage.id for stage in PROCESS.stages if stage.level == "domain"] == list(STEPS[1:-1])


@pytest.mark.parametrize(
    ("stage", "side"),
    [
        ("package", "client"), ("data", "client"), ("analysis", "us"), ("date", "client"), ("migration", "us"),
        ("sync", "us"), ("test", "client"), ("dns", "us"), ("passwords", "client"), ("closed", None),
    ],
)  # fmt: skip
def test_stage_waits_for_whom_the_process_says(stage, side):
    assert PROCESS.by_id[stage].waits_on == side


@pytest.mark.parametrize(
    ("stage", "unit", "usual", "late", "begins"),
    [
        ("data", "days", 7, None, None),
        ("analysis", "working_days", 1, None, None),
        ("date", "working_days", 3, None, None),
        ("package", "working_days", 3, None, None),
        ("migration", "hours", 8, None, None),
        ("sync", "working_days", 1, None, None),
        ("test", "working_days", 3, None, None),
        ("dns", "hours", 24, 36, "ns_changed"),
        ("passwords", "days", 7, None, "synchronised"),
    ],
)
def test_clocks_are_those_of_the_process(stage, unit, usual, late, begins):
    clock = PROCESS.by_id[stage].clock
    assert (clock.unit, clock.usual, clock.late, clock.from_) == (unit, usual, late, begins)


def test_other_stages_have_no_clock():
    assert {stage.id for stage in PROCESS.stages if stage.clock is None} == {"closed"}


def test_only_the_dns_runs_on_while_on_hold():
    assert [stage.id for stage in PROCESS.stages if stage.clock and not stage.clock.on_hold] == ["dns"]


def test_only_the_clients_test_can_never_be_forced():
    assert [check.id for check in PROCESS.checks.values() if not check.forceable] == [CONFIRMED]


def test_second_sync_and_advice_on_mailboxes_are_optional():
    optional = {check.id for check in PROCESS.checks.values() if not check.required}
    assert optional == {"mailboxes_advised", "second_sync"}


def test_access_is_a_flag_that_says_which_way():
    assert [way.id for way in PROCESS.checks["access"].choices] == ["arranged", "handed_over"]


@pytest.mark.parametrize("language", ["pl", "en"])
def test_every_stage_tells_the_client_something_in_both_languages(language):
    given = dict.fromkeys(PLACEHOLDERS, "X")
    for stage in PROCESS.stages:
        assert stage.title.in_(language) and stage.message.in_(language).format(**given)
        for check in stage.checks:
            assert check.label.in_(language)
            assert all(way.label.in_(language) for way in check.choices or ())
    assert all(stage.title.pl != stage.title.en for stage in PROCESS.stages if stage.id != "dns")
    assert all(stage.message.pl != stage.message.en for stage in PROCESS.stages)


@pytest.mark.parametrize(
    ("stage", "pl", "en"),
    [
        ("migration", "nieprzyjmowanie zamówień", "take no orders"),
        ("test", "dopiero po Państwa potwierdzeniu", "only after your confirmation"),
        ("dns", "{usual}", "{late}"),
        ("passwords", "nigdy nie poprosi", "Nobody from us will ever ask"),
    ],
)
def test_client_is_told_what_matters(stage, pl, en):
    message = PROCESS.by_id[stage].message
    assert pl in message.pl and en in message.en


def test_nothing_is_promised():
    said = " ".join(text for s in PROCESS.stages for text in (s.message.pl, s.message.en)).casefold()
    assert not any(word in said for word in ("gwarant", "guarant", "na pewno", "obiecuj", "promise"))


def test_quotes_know_how_long_analysis_and_dns_take():
    assert (PROCESS.lead_time.analysis_working_days, PROCESS.lead_time.dns_hours) == (1, 36)


# -- a file that weakens the client's test

TEST_LINE = next(line for line in STAGES_TEXT.splitlines() if "client_confirmed" in line)
SYNC_LINE = next(line for line in STAGES_TEXT.splitlines() if "mail_synced" in line)
ANALYSIS = 'title = { pl = "Analiza", en = "Analysis" }\n'
CLOSED = 'id = "closed"\nlevel = "migration"'


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("forceable = false, ", "", "error.stage_test"),
        ("forceable = false", "forceable = true", "error.stage_test"),
        ("forceable = false, ", "forceable = false, required = false, ", "error.stage_test"),
        ("forceable = false, ", 'forceable = false, field = "package", ', "error.stage_test"),
        ("forceable = false, ", 'forceable = false, fact = "agreed_day_come", ', "error.stage_test"),
        ("forceable = false, ", 'forceable = false, opens = "migration", ', "error.stage_test"),
        ("forceable = false, ", 'forceable = false, opens = "dns", ', "error.stage_test"),
        ('id = "client_confirmed"', 'id = "client_happy"', "error.stage_check"),
        (TEST_LINE, "", "error.stage_check"),
        (SYNC_LINE, f"{SYNC_LINE}\n{TEST_LINE}", "error.stage_repeated"),
        # Who could tick the switch before the test would have switched without it.
        ('id = "ns_changed", ', 'id = "ns_changed", opens = "sync", ', "error.stage_opens"),
    ],
)
def test_file_that_weakens_the_clients_test_is_refused(old, new, told):
    assert [id for _, id in mistakes(parse_stages, edited(old, new))] == [told]


def test_clients_test_cannot_be_moved_to_another_stage():
    moved = edited(TEST_LINE, "").replace(SYNC_LINE, f"{SYNC_LINE}\n{TEST_LINE}")
    assert [id for _, id in mistakes(parse_stages, moved)] == ["error.stage_check"]


# -- other mistakes

STAGE_MISTAKES = [
    (
        'waits_on = "us"\nwip_limit = 6\ntitle = { pl = "Analiza"',
        'waits_on = "ous"\nwip_limit = 6\ntitle = { pl = "Analiza"',
        "error.one_of",
    ),
    ('pl = "Analiza", en = "Analysis"', 'pl = "Analiza"', "error.missing"),
    ('pl = "Analiza", en = "Analysis"', 'pl = "Analiza", en = ""', "error.empty"),
    ('message.pl = "Przenosiny {domains} zakończone, dziękujemy."', "", "error.missing"),
    ("The move of {domains} is complete", "The move of {domain} is complete", "error.stage_message"),
    ("The move of {domains} is complete", "The move of {} is complete", "error.stage_message"),
    ("The move of {domains} is complete", "The move of {domains is complete", "error.stage_message"),
    ("The move of {domains} is complete", "The move of {client.name} is complete", "error.stage_message"),
    (CLOSED, CLOSED.replace("migration", "domain"), "error.stage_level"),
    (CLOSED, CLOSED.replace("closed", "finished"), "error.one_of"),
    ('unit = "hours", usual = 8', 'unit = "minutes", usual = 8', "error.one_of"),
    ('unit = "hours", usual = 8', 'unit = "hours", usual = 0', "error.at_least"),
    ("usual = 24, late = 36", "usual = 24, late = 23", "error.at_least"),
    ("usual = 24, late = 36", 'usual = "24"', "error.whole_number"),
    ('from = "ns_changed"', 'from = "client_confirmed"', "error.stage_clock"),
    ('until = "accepted"', 'until = "proposed"', "error.stage_clock"),
    ('id = "www"', 'id = "mail_list"', "error.stage_repeated"),
    ('id = "www"', 'id = "sync"', "error.stage_repeated"),  # dates are corrected by the name of a stage or a check
    ('id = "www"', 'id = "WWW"', "error.pattern"),
    ('id = "www",', 'id = "www", colour = "red",', "error.unknown_key"),
    ('id = "password_changed"', 'id = "done"', "error.stage_clock"),
    ('id = "client_confirmed"', 'id = "done"', "error.stage_check"),
    ('id = "ns_changed"', 'id = "www_changed"', "error.stage_clock"),
    (ANALYSIS + 'clock = { unit = "working_days", usual = 1 }', ANALYSIS, "error.stage_needs_clock"),
    (ANALYSIS + 'clock = { unit = "working_days"', ANALYSIS + 'clock = { unit = "days"', "error.stage_needs_clock"),
    ("eve = 1", 'before = { unit = "days", usual = 1 }', "error.stage_before"),
    ("usual = 8 }", "usual = 8 }\neve = 1", "error.stage_eve"),
    ('[switched_back]\npl = "', '[switched_back]\npl = "{nobody} ', "error.stage_message"),
    ('id = "server", ', 'id = "server", opens = "data", ', "error.stage_opens"),  # nobody could leave the stage
    ("[[stages]]\n" + CLOSED, "[[stages]\n" + CLOSED, "error.toml"),
]


@pytest.mark.parametrize(("old", "new", "told"), STAGE_MISTAKES)
def test_mistake_in_the_stages_is_told(old, new, told):
    assert told in [id for _, id in mistakes(parse_stages, edited(old, new))]


def test_mistakes_are_told_with_their_place_all_at_once():
    text = edited('unit = "hours", usual = 8', 'unit = "minutes", usual = 8')
    text = edited('id = "server"', 'id = "Server"', text)
    assert mistakes(parse_stages, text) == [
        ("stages.0.checks.1.id", "error.pattern"),
        ("stages.4.clock.unit", "error.one_of"),
    ]


def test_stage_left_out_or_in_another_place_is_refused():
    head, *blocks = STAGES_TEXT.split("[[stages]]\n")
    for wrong in (blocks[:-1], [blocks[1], blocks[0], *blocks[2:]], [*blocks, blocks[-1]]):
        text = "[[stages]]\n".join([head, *wrong])
        assert [id for _, id in mistakes(parse_stages, text)] == ["error.stage_order"]


def test_switch_starts_the_clock_of_the_dns():
    assert PROCESS.stage_of[SWITCHED].id == "dns" and PROCESS.by_id["dns"].clock.from_ == SWITCHED


# -- people


def test_team_that_ships_says_it_is_a_sample_and_has_every_role():
    team = parse_team(TEAM_TEXT)
    assert team.samples and {person.role for person in team.people} == {"manager", "support", "viewer"}
    assert team.person("maria").name == team.name("maria") == "Maria Lis"


def test_person_who_left_is_named_by_id():
    assert parse_team(TEAM_TEXT).name("ewa") == "ewa"


def test_unknown_actor_is_told_who_there_is():
    with pytest.raises(InputError) as refused:
        parse_team(TEAM_TEXT).person("ewa")
    (mistake,) = refused.value.errors
    assert mistake.message.id == "error.actor" and "maria, jan, anna" in mistake.message.values["expected"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('id = "jan"', 'id = "maria"', "error.team_repeated"),
        ('name = "Jan Wilk"', 'name = "MARIA LIS"', "error.team_repeated"),
        ('id = "jan"', 'id = "console"', "error.team_reserved"),
        ('id = "jan"', 'id = "Jan W"', "error.pattern"),
        ('role = "viewer"', 'role = "boss"', "error.one_of"),
        ('role = "viewer"', "", "error.missing"),
        ('name = "Jan Wilk"', 'name = ""', "error.empty"),
        ("samples = true", "sample = true", "error.unknown_key"),
    ],
)
def test_mistake_in_the_team_is_told(old, new, told):
    assert told in [id for _, id in mistakes(parse_team, edited(old, new, TEAM_TEXT))]


def test_team_of_nobody_is_refused():
    assert mistakes(parse_team, "people = []") == [("people", "error.empty")]


@pytest.mark.parametrize(
    ("person", "may"),
    [(MARIA, {"work", "force", "erase", "samples", "base"}), (ANNA, {"work"}), (CONSOLE, {"work"}), (WIKTOR, set())],
)
def test_role_says_what_somebody_may_do(person: Person, may):
    assert MAY[person.role] == may
    for deed in {"work", "force", "erase", "samples"} - may:
        with pytest.raises(InputError, match=rf"error.may_not.{deed}"):
            require(person, deed)
