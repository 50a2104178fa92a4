"""A look on the page "Before the switch" and the migrations of its domain: kept, accepted, compared, opened again."""

from dataclasses import replace

import pytest

from core.cutover.finding import Finding
from core.cutover.result import STALE
from core.ground import clock
from core.language import ENGLISH, LANGUAGES, POLISH
from core.migration import moves
from core.migration.cutover_looks import accept_look, look_taken
from pages.parts.cutover import running
from tests.migrations import summary
from tests.pages import act, choose, click, register
from tests.test_cutover_report import AT, HOUR, PLAN, cutover
from tests.test_pages import HOSTILE, open_page
from tests.test_pages_cutover import ASKED, BLOCKED, NOTICE, UNKNOWN, check, looked, over, shown
from tests.test_pages_cutover import faked as faked

NAME = "firma.example"
ACCEPT = Finding("site_unknown", f"sklep.{NAME}")
VIEWER = "wiktor"


@pytest.fixture
def m(store):
    return register(store, "P-12", domain=NAME)


def keep_key(m, name=NAME):
    return f"cutover_keep_{m.id}_{name}"


def accept(app, m, reason, name=NAME, language=POLISH):
    app.text_input(key=f"cutover_reason_{m.id}_{name}_{language.code}").input(reason)
    click(app, f"cutover_accept_{m.id}_{name}")


def at_desk(language=POLISH, person="anna", **asked):
    app = looked(language, **asked)
    return choose(app, person, language) if person else app


def has_button(app, key):
    return any(one.key == key for one in app.button)


def has_form(app):
    return any(str(one.key).startswith("cutover_reason_") for one in app.text_input)


def standing(store, m, name=NAME):
    return store.one(m.id).domains[name].cutover


def kinds(store, m):
    return [event.kind for event in store.events(m.id)]


def later(monkeypatch, by):
    moment = clock.now() + by
    monkeypatch.setattr(clock, "now", lambda: moment)


# -- kept


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_look_is_kept_with_its_sentences_and_then_that_is_said_instead(language, store, m):
    app = at_desk(language)
    click(app, keep_key(m))
    (event,) = [one for one in store.events(m.id) if one.kind == "cutover_looked"]
    (found,) = running.looks()._looks.values()
    assert standing(store, m).at == found.found.at.replace(microsecond=0) and event.actor == "anna"
    assert event.new["findings"][0]["message"] == {code: one.text(BLOCKED.message) for code, one in LANGUAGES.items()}
    assert event.new["findings"][1]["name"] == UNKNOWN.name and len(event.new["findings"]) == 3
    assert not has_button(app, keep_key(m))
    (link,) = [one for one in app.get("page_link") if one.proto.query_string == "ref=P-12"]
    assert link.proto.label.replace("\\", "") == language.text("cutover.keep.kept", ref="P-12")


def test_domain_in_no_open_migration_has_nowhere_to_keep_it(store, m):
    store.change(m.id, lambda m: moves.cancel(m, act(now=clock.now()), "rezygnacja"))
    app = at_desk()
    assert f"Domena {NAME} nie jest w żadnej otwartej migracji" in shown(app)
    assert not has_button(app, keep_key(m)) and not has_form(app)


def test_domain_and_its_www_are_one_and_names_below_are_others(store):
    www = register(store, "P-13", domain=f"www.{NAME}")
    below = register(store, "P-14", domain=f"sklep.{NAME}")
    app = at_desk()
    assert not has_button(app, keep_key(below, f"sklep.{NAME}"))
    click(app, keep_key(www, f"www.{NAME}"))
    assert standing(store, www, f"www.{NAME}") is not None


def test_look_beside_a_newer_one_that_is_kept_is_not_kept_over_it(store, m, monkeypatch):
    app = at_desk()
    later(monkeypatch, HOUR)
    newer = summary(NAME, clock.now(), digest="other")
    store.change(m.id, lambda m: look_taken(m, act(now=clock.now()), NAME, newer))
    app.run()
    assert not has_button(app, keep_key(m)) and not has_form(app)


def test_look_that_began_before_the_data_of_its_domain_were_changed_is_not_kept(store, m, monkeypatch):
    app = at_desk()
    later(monkeypatch, HOUR)
    store.change(m.id, lambda m: moves.change(m, act(now=clock.now()), {"new_addresses": "192.0.2.9"}, NAME))
    app.run()
    assert not has_button(app, keep_key(m)) and not has_form(app)
    assert "P-12: po rozpoczęciu tego sprawdzenia zmieniły się dane domeny" in shown(app)


def test_what_changes_nothing_under_a_look_leaves_it_to_be_kept(store, m, monkeypatch):
    app = at_desk()
    later(monkeypatch, HOUR)
    store.change(m.id, lambda m: moves.change(m, act(now=clock.now()), {"mailboxes": 3}, NAME))
    app.run()
    click(app, keep_key(m))
    assert standing(store, m) is not None


# -- accepted


@pytest.mark.parametrize("finding", [ACCEPT, UNKNOWN], ids=["accept", "unknown"])
@pytest.mark.parametrize("kept_first", [False, True])
def test_result_is_accepted_with_a_reason_in_one_write(finding, kept_first, store, m, faked):
    faked.found = cutover(finding, NOTICE)
    app = at_desk()
    if kept_first:
        click(app, keep_key(m))
    accept(app, m, "poczta zostaje")
    assert standing(store, m).opens and standing(store, m).reason == "poczta zostaje"
    assert kinds(store, m)[-2:] == ["cutover_looked", "cutover_accepted"]
    assert "poczta zostaje" in shown(app) and "Zaakceptowane: " in shown(app)
    assert not has_form(app) and not has_button(app, keep_key(m))


@pytest.mark.parametrize(
    ("reason", "said"),
    [("", "brak"), ("   ", "brak"), ("x" * 900, "najwyżej"), ("hasło: Zima2026!", "hasł")],
)
def test_without_a_reason_that_can_be_kept_nothing_is_written(reason, said, store, m, faked):
    faked.found = cutover(ACCEPT)
    app = at_desk()
    before = kinds(store, m)
    accept(app, m, reason)
    assert app.error and kinds(store, m) == before and has_form(app)
    assert "Zima2026" not in shown(app)
    accept(app, m, "tak ma być")
    assert standing(store, m).opens and not app.error


def test_reason_is_shown_as_text(store, m, faked):
    faked.found = cutover(ACCEPT)
    app = at_desk()
    accept(app, m, HOSTILE)
    assert HOSTILE in shown(app)


def test_what_blocks_cannot_be_accepted_and_what_to_do_is_said(store, m):
    app = at_desk()
    assert not has_form(app) and "Trzeba poprawić to, co wypisano wyżej" in shown(app)
    assert has_button(app, keep_key(m))


def test_what_is_ready_needs_no_word(store, m, faked):
    faked.found = cutover(NOTICE)
    app = at_desk()
    assert not has_form(app)
    click(app, keep_key(m))
    assert standing(store, m).opens


@pytest.mark.parametrize("person", [VIEWER, None])
def test_viewers_and_whoever_said_nothing_are_told_why_they_cannot(person, store, m, faked):
    faked.found = cutover(ACCEPT)
    app = at_desk(person=person)
    assert app.button(key=keep_key(m)).disabled and app.button(key=f"cutover_accept_{m.id}_{NAME}").disabled
    why = "Najpierw wybierz, kim jesteś." if person is None else "ta osoba może tylko przeglądać"
    assert why in shown(app)
    if person is None:
        app.selectbox(key="cutover_person").select("anna").run()
        assert not app.exception and not app.button(key=keep_key(m)).disabled
        click(app, keep_key(m))
        assert standing(store, m)


def test_stale_look_is_neither_kept_nor_accepted(store, m, faked, monkeypatch):
    faked.found = cutover(ACCEPT)
    app = at_desk()
    later(monkeypatch, STALE)
    running.looks()._now = clock.now
    # Whoever has the page open clicks what is still drawn.
    accept(app, m, "tak ma być")
    assert standing(store, m) is None
    assert not has_form(app) and not has_button(app, keep_key(m)) and "ma ponad 24 godziny" in shown(app)


def test_whoever_was_quicker_is_told_of_and_the_second_click_writes(store, m, faked):
    faked.found = cutover(ACCEPT)
    app = at_desk()
    moved = {"new_addresses": "192.0.2.99"}
    store.change(m.id, lambda m: moves.change(m, act("maria", clock.now()), moved, NAME))
    click(app, keep_key(m))
    assert standing(store, m) is None and "192.0.2.99" in shown(app) and "kliknij jeszcze raz" in shown(app)
    click(app, keep_key(m))
    assert standing(store, m) is not None and "kliknij jeszcze raz" not in shown(app)


def test_kept_look_on_the_page_is_no_answer_any_more_once_its_domain_was_changed(store, m, faked):
    faked.found = cutover(NOTICE)
    app = at_desk()
    click(app, keep_key(m))
    assert app.success
    moved = {"new_addresses": "192.0.2.99"}
    store.change(m.id, lambda m: moves.change(m, act("maria", clock.now()), moved, NAME))
    app.run()
    assert not app.success and "zmieniły się dane domeny" in shown(app) and not has_button(app, keep_key(m))


def test_migration_that_is_gone_meanwhile_breaks_nothing(store, m):
    app = at_desk()
    store.erase([m.id], act("maria", clock.now()), "pomyłka")
    click(app, keep_key(m))
    assert "nie jest w żadnej otwartej migracji" in shown(app)


# -- since the last look


def test_second_look_says_what_changed_since_the_one_of_this_process(faked):
    app = at_desk()
    assert "Od poprzedniego sprawdzenia" not in shown(app)
    faked.found = cutover(ACCEPT, UNKNOWN)
    over(check(app))
    said = shown(app)
    assert "Od poprzedniego sprawdzenia: poprawiono 1, 1 nowa, bez zmian 1." in said
    assert POLISH.text(BLOCKED.message) in said and "Poprawione" in said and "Nowe" in said


def test_look_is_compared_with_the_last_one_that_was_kept_and_not_with_itself(store, m, faked):
    at = (clock.now() - 3 * HOUR).replace(microsecond=0)
    lost = {"tag": "mx_lost", "name": NAME, "severity": "blocked", "message": {"pl": "Nie ma MX.", "en": "No MX."}}
    before = summary(NAME, at, "blocked", findings=[lost])
    store.change(m.id, lambda m: look_taken(m, act(now=clock.now()), NAME, before))
    app = at_desk()
    for _ in range(2):
        assert "poprawiono 1, 2 nowe" in shown(app) and "Nie ma MX." in shown(app)
        if has_button(app, keep_key(m)):
            click(app, keep_key(m))
    assert len([one for one in kinds(store, m) if one == "cutover_looked"]) == 2


def test_what_cannot_be_seen_this_time_is_listed_as_such(faked):
    faked.found = cutover(BLOCKED)
    app = at_desk()
    faked.found = cutover(Finding("part_failed", NAME, {"part": "WWW", "detail": "timeout"}))
    over(check(app))
    assert "Nie widać, czy poprawione" in shown(app)


# -- opened again


def kept(store, m, verdict="accept", **more):
    finding = {
        "tag": "site_unknown",
        "name": NAME,
        "severity": "accept" if verdict == "accept" else verdict if verdict != "ready" else "notice",
        "message": {"pl": f"Treść {HOSTILE}", "en": f"Words {HOSTILE}"},
        "todo": {"pl": "Zrobić to.", "en": "Do that."},
    }
    taken = summary(NAME, clock.now().replace(microsecond=0), verdict, **{"findings": [finding], **more})
    store.change(m.id, lambda m: look_taken(m, act(now=clock.now()), NAME, taken))


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_kept_look_is_shown_where_none_of_this_process_is_on_the_page(language, store, m, faked):
    kept(store, m)
    app = open_page("cutover", language, **ASKED)
    said = shown(app)
    word, todo = ("Treść", "Zrobić to.") if language is POLISH else ("Words", "Do that.")
    assert f"{word} {HOSTILE}" in said and todo in said and not faked.asked
    assert language.text("cutover.verdict.not.accept", name=NAME, count=1) in said and app.warning
    assert "P-12" in "".join(one.value for one in app.subheader)
    over(check(app))
    assert f"{word} {HOSTILE}" not in "".join(one.value for one in app.subheader)
    assert not any("P-12" in one.value for one in app.subheader)


def test_kept_look_is_shown_by_its_name_alone_and_says_who_accepted_it_and_why(store, m):
    kept(store, m)
    store.change(m.id, lambda m: accept_look(m, act("maria", clock.now()), NAME, "tak ma być"))
    app = open_page("cutover", name=NAME)
    assert "Zaakceptowane: Maria" in shown(app) and "tak ma być" in shown(app) and not has_form(app)


def test_kept_look_that_is_fresh_can_be_accepted_where_it_is_shown(store, m):
    kept(store, m)
    app = choose(open_page("cutover", name=NAME), "anna")
    accept(app, m, "tak ma być")
    assert standing(store, m).opens and "Zaakceptowane: " in shown(app) and not has_form(app)


@pytest.mark.parametrize("verdict", ["ready", "accept", "blocked"])
def test_kept_look_that_counts_no_more_looks_like_no_answer(verdict, store, m, monkeypatch):
    kept(store, m, verdict)
    assert bool(open_page("cutover", name=NAME).success) == (verdict == "ready")
    moved = {"new_addresses": "192.0.2.99"}
    changed = store.change(m.id, lambda m: moves.change(m, act("maria", clock.now()), moved, NAME))
    app = choose(open_page("cutover", name=NAME), "anna")
    assert changed.migration.domains[NAME].cutover.changed and "zmieniły się dane domeny" in shown(app)
    assert not (app.success or app.error or app.warning or has_form(app))
    kept(store, m, verdict)
    later(monkeypatch, STALE)
    app = choose(open_page("cutover", name=NAME), "anna")
    assert "ma ponad 24 godziny" in shown(app) and not (app.success or app.error or app.warning or has_form(app))


def test_look_kept_without_sentences_is_shown_by_what_it_is_about_and_counts_what_was_left_out(store, m):
    old = [{"tag": "mx_lost", "name": NAME, "severity": "blocked"}]
    kept(store, m, "blocked", findings=old)
    app = open_page("cutover", name=NAME)
    assert f"{NAME}: treści tej uwagi nie zapisano" in shown(app)


@pytest.mark.parametrize("typed", ["", HOSTILE, "nie ma takiej.example", "inna.example"])
def test_nothing_is_shown_of_a_name_that_no_migration_has(typed, store, m):
    kept(store, m)
    app = open_page("cutover", name=typed)
    assert "P-12" not in shown(app)


# -- on the migration's page


def line(store, language=POLISH):
    app = open_page("migration", language, ref="P-12")
    (found,) = [one.value for one in (*app.markdown, *app.caption) if language.text("card.look.none")[:12] in one.value]
    return found.replace("\\", "")


def test_migration_tells_the_last_look_of_a_domain_in_a_line_and_never_green_where_it_counts_no_more(
    store, m, monkeypatch
):
    assert "nie ma żadnego w historii" in line(store)
    kept(store, m, "ready")
    assert ":green[" in line(store) and "można przełączać" in line(store) and "0 minut temu" in line(store)
    assert "may be switched, 0 minutes ago" in line(store, ENGLISH)
    kept(store, m, "blocked", digest="d2")
    assert ":red[" in line(store)
    kept(store, m, "accept", digest="d3")
    assert ":orange[" in line(store) and "zaakceptowane przez" not in line(store)
    store.change(m.id, lambda m: accept_look(m, act("maria", clock.now()), NAME, "tak ma być"))
    assert ":green[" in line(store) and "zaakceptowane przez: Maria" in line(store)
    later(monkeypatch, STALE)
    assert ":green[" not in line(store) and "nieaktualne" in line(store) and "24 godziny temu" in line(store)
    later(monkeypatch, 3 * STALE)
    assert "4 dni temu" in line(store)


# -- the message for the client


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_client_is_told_of_the_switch_in_either_language(language, faked):
    ahead = clock.now() - AT
    plan = replace(
        PLAN, switch=PLAN.switch + ahead, edited_first=PLAN.edited_first + ahead, untouched=PLAN.switch + ahead
    )
    faked.found = cutover(plan=plan)
    app = looked(language)
    for reader in (POLISH, ENGLISH):
        app.radio(key=f"cutover_client_{language.code}_code").set_value(reader.code).run()
        assert not app.exception and reader.text("cutover.client.hello") in shown(app) and "[…]" not in shown(app)


def test_message_without_an_agreed_moment_says_what_is_to_be_filled_in(faked):
    faked.found = cutover(plan=replace(PLAN, agreed=False))
    assert "w dniu […] o godz. […]" in shown(looked())
