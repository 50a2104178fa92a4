"""The propagation page as Streamlit runs it, where nobody answers: its form, its links and what it refuses."""

import datetime as dt
import re
import threading
import time

import pytest
import sqlalchemy as sa
import streamlit

from core.database.tables import watch as watch_table
from core.database.transactions import engine, writing
from core.dns.asking import running_checks as checks_module
from core.dns.asking.check_queue import MOST_OF_ONE, MOST_UNDER_WAY
from core.ground import clock
from core.ground.moments import moment
from core.ground.settings import settings
from core.language import ENGLISH, LANGUAGES, POLISH
from core.migration.resolvers_aside import count_again, set_aside
from core.watch.watches import Watches
from pages.parts.shared import shell
from tests.migrations import act
from tests.test_dns_asking_check import watched
from tests.test_dns_asking_running_checks import Held, look
from tests.test_pages import HOSTILE, everything, open_page
from tests.watch_rows import put, watch
from tests.watched_world import ZONE, World


@pytest.fixture(autouse=True)
def _nobody_answers(monkeypatch, tmp_path, desk_url):
    hints, resolvers = tmp_path / "named.root", tmp_path / "resolvers.csv"
    hints.write_text(". 3600000 NS a.root-servers.net.\na.root-servers.net. 3600000 A 127.0.0.1\n")
    resolvers.write_text("id,operator,country,address,port,dot,doh,source\nx,Nikt <b>,PL,127.0.0.1,9,,,https://a.pl/\n")
    monkeypatch.setenv("ROOT_HINTS_FILE", str(hints))
    monkeypatch.setenv("RESOLVERS_FILE", str(resolvers))
    settings.cache_clear()
    shell.checks.clear()
    yield
    shell.checks().close()
    shell.checks.clear()
    settings.cache_clear()


def shown(text):
    """Return markdown as it is read."""
    return re.sub(r"[\\\u2060]", "", text).replace("\u00a0", " ")


def finished(app):
    for _ in range(100):
        running = list(shell.checks()._running.values())
        if running and all(one.rounds and not one.asking for one in running):
            return app.run()
        time.sleep(0.1)
    raise AssertionError("the check does not end")


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_check_that_nobody_answers_says_so_in_both_languages(language):
    app = finished(open_page("propagation", language, name="firma.pl", types="A,SPF"))
    assert not app.exception
    assert language.text("dns.title.unknown") in shown(app.warning[0].value)
    assert "dns." not in everything(app) and "propagation." not in everything(app)


def test_page_without_a_name_asks_nobody():
    app = open_page("propagation")
    assert app.info and not shell.checks()._running


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("name", "https://www.firma.pl/sklep", "www.firma.pl"),
        ("name", "biuro@firma.pl", "firma.pl"),
        ("name", "firma", "końcówki"),
        ("name", HOSTILE, "Domena"),
        ("expect", "kot", "typ"),
        ("old", "10.0.0.1", "PRIVATE_SERVERS"),
        ("old", HOSTILE, "Stare serwery nazw"),
        ("new", "192.0.2.1", "adres IP"),
        ("ttl", "długo", "3600"),
        ("switched", "kiedyś", "Kiedy przełączono"),
        ("was", "x" * 3000, "2 000"),
    ],
)
def test_wrong_field_is_told_and_nobody_is_asked(field, text, said):
    app = open_page("propagation", **{"name": "firma.pl", field: text})
    assert app.error and said in " ".join(shown(error.value) for error in app.error)
    assert not shell.checks()._running
    assert app.query_params[field] == text  # a reload complains again


def test_name_inside_a_pasted_address_is_offered_and_taken_with_a_click():
    app = open_page("propagation", name="https://www.firma.pl/sklep")
    app.button(key="propagation_offered").click().run()
    assert app.text_input(key="propagation_pl_name").value == "www.firma.pl"
    assert not app.error


def test_link_fills_every_field_and_unknown_types_are_left_out():
    form = {"name": "firma.pl", "types": "A,XYZ,SPF", "expect": "192.0.2.2", "ttl": "1h", "old": "ns1.stary.pl"}
    app = open_page("propagation", ENGLISH, **form)
    assert app.multiselect(key="propagation_en_types").value == ["A", "SPF"]
    assert app.text_area(key="propagation_en_expect").value == "192.0.2.2"
    assert app.text_input(key="propagation_en_ttl").value == "1h"


def test_two_who_ask_the_same_share_one_check_whatever_they_expect():
    open_page("propagation", POLISH, name="firma.pl", types="A")
    open_page("propagation", ENGLISH, name="firma.pl", types="A", expect="192.0.2.9")
    assert len(shell.checks()._running) == 1
    open_page("propagation", ENGLISH, name="firma.pl", types="MX")
    assert len(shell.checks()._running) == 2


@pytest.mark.parametrize(("variable", "id"), [("RESOLVERS_FILE", "resolvers"), ("ROOT_HINTS_FILE", "hints")])
def test_broken_file_is_told(monkeypatch, tmp_path, variable, id):
    monkeypatch.setenv(variable, str(tmp_path / "none"))
    settings.cache_clear()
    app = open_page("propagation", name="firma.pl")
    assert app.error[0].value == POLISH.text(f"propagation.{id}_broken")


def test_details_of_one_domain_do_not_judge_the_next():
    app = open_page("propagation", name="firma.pl", ttl="1h", was="192.0.2.1", types="A")
    app.text_input(key="propagation_pl_name").input("inna.pl").run()
    assert app.text_input(key="propagation_pl_ttl").value == "" and app.text_area(key="propagation_pl_was").value == ""
    assert app.multiselect(key="propagation_pl_types").value == ["A"]
    assert "ttl" not in app.query_params and app.query_params["name"] == "inna.pl"


def test_types_of_a_link_that_are_not_checked_are_told_until_others_are_chosen():
    app = open_page("propagation", name="firma.pl", types="ANY,A")
    assert "ANY" in app.warning[0].value
    app.multiselect(key="propagation_pl_types").set_value(["MX"]).run()
    assert not any("ANY" in warning.value for warning in app.warning)


@pytest.mark.parametrize(("text", "on"), [("1", True), ("true", True), ("True", True), ("", False), ("x", False)])
def test_link_may_ask_for_the_live_mode(text, on):
    app = open_page("propagation", name="firma.pl", **({"live": text} if text else {}))
    assert app.toggle(key="propagation_pl_live").value is on
    assert ("live" in app.query_params) is on


@pytest.fixture
def held(monkeypatch):
    """Hold every round back until the test sets the gate; give a function that takes all places."""
    monkeypatch.setattr(Held, "gate", threading.Event())
    monkeypatch.setattr(checks_module, "Check", Held)

    def take_all():
        Held.gate.clear()
        for n in range(MOST_UNDER_WAY):
            look(shell.checks(), n)

    yield take_all
    Held.gate.set()


@pytest.mark.parametrize(
    ("language", "places"),
    [
        (POLISH, {n: f"W kolejce na miejscu {n}." for n in (1, 2, 7)}),
        (ENGLISH, {n: f"Place {n} in the queue." for n in (1, 2, 7)}),
    ],
    ids=["pl", "en"],
)
def test_check_that_waits_for_its_turn_tells_its_place_and_then_goes_on_by_itself(held, language, places):
    held()
    apps = {n: open_page("propagation", language, name=f"kolejka{n}.pl") for n in range(1, max(places) + 1)}
    for n, said in places.items():
        told = shown(apps[n].info[0].value)
        assert said in told and "24" in told and "8" in told
    assert language.text("propagation.asking") not in shown(apps[1].info[0].value)
    assert [thread.name for thread in threading.enumerate()].count("check") == MOST_UNDER_WAY
    Held.gate.set()
    app = finished(apps[7])
    assert not app.exception and not any("24" in shown(info.value) for info in app.info)


def test_further_round_that_waits_for_its_turn_tells_its_place_beside_the_verdict(held):
    Held.gate.set()
    app = finished(open_page("propagation", name="firma.pl"))
    held()
    (mine,) = [one for one in shell.checks()._running.values() if one.rounds]
    mine._ended -= 10  # the rest between two rounds that are asked for by hand
    app.button(key="propagation_again").click().run()
    assert "Następne pytanie czeka w kolejce na 1. miejscu." in shown("".join(c.value for c in app.caption))


def test_one_who_said_who_they_are_is_one_person_in_all_their_sessions(held):
    for n in range(MOST_OF_ONE + 1):
        app = open_page("propagation")
        app.selectbox(key="person_pl").select("anna").run()
        app.text_input(key="propagation_pl_name").input(f"moja{n}.pl").run()
    assert "W kolejce na miejscu 1." in shown(app.info[0].value)
    assert open_page("propagation", name="czyjas.pl").info[0].value.startswith("**Pytamy")


def test_caches_that_somebody_clears_hold_nothing_of_the_desks(held, desk_url):
    held()
    there, mine = (shell.checks(), shell._opened(desk_url)), look(shell.checks(), 0)
    streamlit.cache_data.clear()
    streamlit.cache_resource.clear()
    assert (shell.checks(), shell._opened(desk_url)) == there
    assert look(shell.checks(), 0) is mine and mine.asking


# -- resolvers set aside


def aside_button(app):
    return app.button(key="propagation_aside")


def test_resolver_set_aside_in_a_link_is_named_with_its_reason_as_text():
    app = finished(open_page("propagation", name="firma.pl", types="A", aside=f"x {HOSTILE}"))
    # In quotes: these are no words of ours.
    assert f"Powód: „{HOSTILE.partition('http')[0]}" in shown(app.warning[0].value)
    assert "<b>" not in app.warning[0].value  # of the resolver's own name
    assert aside_button(app).label == "Odłożono 1 resolwer"
    assert app.query_params["aside"].startswith("x ")


@pytest.mark.parametrize(
    ("text", "said"),
    [("nikt powód", "nie ma takiego resolwera"), ("x", "to pole jest wymagane"), ("x " + "y" * 300, "200")],
)
def test_wrong_line_of_a_link_sets_nobody_aside_and_is_told(text, said):
    app = finished(open_page("propagation", name="firma.pl", types="A", aside=text))
    words = [shown(str(getattr(element, "value", ""))) for element in app.main]
    (told,) = (number for number, word in enumerate(words) if said in word)
    assert told < words.index(POLISH.text("propagation.matrix"))  # not below all that was seen
    assert aside_button(app).label == "Odłóż resolwer"
    assert app.query_params["aside"] == text  # nothing is lost


def test_password_in_a_link_is_not_repeated():
    app = finished(open_page("propagation", name="firma.pl", types="A", aside="x hasło: Zima2026!"))
    assert app.error and "Zima2026" not in everything(app)


def test_dialog_opens_by_its_button_and_warns_of_the_last_one():
    app = finished(open_page("propagation", name="firma.pl", types="A"))
    aside_button(app).click().run()
    assert not app.exception
    assert any(POLISH.text("propagation.aside.last") in shown(warning.value) for warning in app.warning)
    assert POLISH.text("propagation.aside.kept_in_link") in shown(everything(app))


def test_another_domain_forgets_who_was_set_aside_for_the_one_before():
    app = open_page("propagation", name="firma.pl", types="A", aside="x powód")
    app.text_input(key="propagation_pl_name").input("inna.pl").run()
    assert "aside" not in app.query_params and aside_button(app).label == "Odłóż resolwer"


@pytest.fixture
def migration(desk_url):
    store = shell._opened(desk_url)
    return store, store.register(act(), {"client": "Róża"}, {"firma.pl": {"display": "firma.pl"}}).migration


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_for_a_migration_its_history_counts_and_not_the_link(migration, language):
    store, made = migration
    store.change(made.id, lambda m: set_aside(m, act(), "firma.pl", "x", "Nikt 127.0.0.1", "do wymiany"))
    app = finished(open_page("propagation", language, name="firma.pl", types="A", aside="x zmyślony"))
    assert "aside" not in app.query_params
    told = language.text("propagation.aside.link_ignored", ref=made.ref)
    assert any(told in shown(info.value) for info in app.info)
    assert "do wymiany" in shown(app.warning[0].value) and "zmyślony" not in shown(everything(app))
    aside_button(app).click().run()
    assert not app.exception
    assert language.text("propagation.aside.kept_in_history", ref=made.ref) in shown(everything(app))
    assert "Anna" in shown(everything(app))
    store.change(made.id, lambda m: count_again(m, act(), "firma.pl", "x", "Nikt 127.0.0.1"))
    assert aside_button(app.run()).label == language.text("propagation.aside")


# -- a name that is followed


def followed(base, **form):
    """Follow a name whose watch looked an hour before its switch and right after that, seventy minutes ago."""
    world = World()
    world.at = clock.now() - dt.timedelta(minutes=70)
    (id,) = put(base, watch(ZONE, phase="expiring"))
    with writing(base) as connection:
        connection.execute(sa.update(watch_table).values(heard=watched(world, **form)))
    return id


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_check_of_a_followed_name_begins_with_its_history(language, desk_url):
    id = followed(engine(desk_url), new="ns1.nowy.pl")
    app = finished(open_page("propagation", language, name=ZONE, new="ns1.nowy.pl"))
    (running,) = shell.checks()._running.values()
    assert running.rounds == 1 and len(running.check.rounds) == 3
    # Nobody answers now, and the bound is known all the same.
    verdict = running.verdict(running.check.wish, clock.now())
    assert verdict.eta.at == clock.now() + dt.timedelta(minutes=60)
    assert language.text("propagation.followed", at=moment(watch().begun_at)) in shown(everything(app))
    assert running.check.wish.types == ("A", "AAAA", "MX") and not app.exception
    assert Watches(engine(desk_url)).one(id).name == ZONE


def test_types_that_somebody_asks_for_are_asked_for(desk_url):
    followed(engine(desk_url))
    finished(open_page("propagation", name=ZONE, types="A,TXT"))
    (running,) = shell.checks()._running.values()
    assert running.check.wish.types == ("A", "TXT")


@pytest.mark.parametrize("heard", [None, b"", b"rubbish"])
def test_history_that_nobody_can_read_is_left_out(heard, desk_url):
    followed(engine(desk_url))
    with writing(engine(desk_url)) as connection:
        connection.execute(sa.update(watch_table).values(heard=heard))
    finished(open_page("propagation", name=ZONE))
    (running,) = shell.checks()._running.values()
    assert len(running.check.rounds) == 1


def test_name_that_nobody_follows_is_asked_as_ever():
    app = finished(open_page("propagation", name="firma.pl"))
    (running,) = shell.checks()._running.values()
    assert len(running.check.rounds) == 1 and "TXT" in running.check.wish.types
    assert "jest obserwowana" not in shown(everything(app))
