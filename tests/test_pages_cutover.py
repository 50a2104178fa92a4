"""The page "Before the switch" as Streamlit runs it: its form, its links, what it refuses, what it shows of a look."""

import datetime as dt
import json
import re
import threading
import time
from dataclasses import replace

import pytest

from core.cutover.asking import running_looks
from core.cutover.asking.running_looks import AT_ONCE
from core.cutover.finding import Finding
from core.cutover.probes import Certificate, Hop, Mailbox, Page, Probes, Spoken
from core.cutover.result import STALE
from core.cutover.showing.side_by_side import pairs
from core.ground import clock
from core.ground.settings import settings
from core.language import ENGLISH, LANGUAGES, POLISH
from core.migration.dns_check import cutover_form
from pages.parts.cutover import records, running, servers
from tests.migrations import Life
from tests.pages import choose
from tests.test_cutover_report import AT, WEIGHTS, cutover
from tests.test_pages import HOSTILE, everything, open_page

ASKED = {"name": "firma.example", "new": "192.0.2.53"}
BLOCKED = Finding("mailboxes_no_server", "firma.example")
UNKNOWN = Finding("mail_not_seen", HOSTILE)
NOTICE = Finding("end_unknown", "firma.example")


class Faked:
    """A look in place of the real one: what it finds, and when it ends, is the test's to say."""

    def __init__(self):
        self.gate, self.asked, self.found, self.error = threading.Event(), [], cutover(BLOCKED, UNKNOWN, NOTICE), None
        self.gate.set()

    def look(self, wanted, *given, progress, agreed, **named):
        self.asked.append((wanted, agreed))
        progress("old_zone", 40, 200)
        probes = self.found.probes
        for one in (self.found.records, *probes.pages, *probes.mail, *probes.mailboxes):
            named["seen"](one)
        assert self.gate.wait(60)
        if self.error:
            raise self.error
        return replace(self.found, name=wanted.name, at=clock.now())


@pytest.fixture(autouse=True)
def faked(monkeypatch, desk_url):
    monkeypatch.setenv("CUTOVER_TARGETS", "192.0.2.0/24,198.51.100.0/24")
    settings.cache_clear()
    running.looks.clear()
    found = Faked()
    monkeypatch.setattr(running_looks, "look", found.look)
    monkeypatch.setattr(running, "weights", lambda: WEIGHTS)
    yield found
    found.gate.set()
    made = running.looks()
    made.close()
    until(lambda: not made._under_way)
    running.looks.clear()
    settings.cache_clear()


@pytest.fixture
def lines(monkeypatch):
    """The texts of the tables that were drawn, by key: what a component draws is not seen from here."""
    drawn = {}

    def table(name, heads, rows, *, key, labelled):
        drawn[key] = [[" ".join(part.text for line in cell for part in line) for cell in row.cells] for row in rows]

    for module in (records, servers):
        monkeypatch.setattr(module, "line_table", table)
    return drawn


def until(what):
    end = time.monotonic() + 60
    while not what():
        assert time.monotonic() < end
        time.sleep(0.01)


def shown(app):
    return re.sub(r"[\\\u2060]", "", "\n".join([everything(app), *(box.value for box in app.success)])).replace(
        "\u00a0", " "
    )


def check(app):
    app.button(key="cutover_check").click().run()
    assert not app.exception, app.exception
    return app


def over(app):
    until(lambda: all(one.over for one in running.looks()._looks.values()))
    app.run()
    assert not app.exception, app.exception
    return app


def looked(language=POLISH, **asked):
    return over(check(open_page("cutover", language, **{**ASKED, **asked})))


# -- the form


def test_page_that_is_opened_asks_nobody(faked):
    app = open_page("cutover", **ASKED)
    assert app.text_input(key="cutover_pl_new").value == "192.0.2.53"
    assert not faked.asked and POLISH.text("cutover.page.ready_to_ask") in shown(app) and not app.error


def test_empty_form_complains_only_once_somebody_asks(faked):
    app = open_page("cutover")
    assert not app.error
    assert len(check(app).error) == 2 and not faked.asked
    assert "Domena" in shown(app) and "Adresy nowych serwerów nazw" in shown(app)


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("name", "https://www.firma.pl/", "Domena"),
        ("name", HOSTILE, "Domena"),
        ("new", "10.0.0.1", "CUTOVER_TARGETS"),
        ("new", "ns1.hoster.pl", "adres IP"),
        ("old", "fe80::1", "CUTOVER_TARGETS"),
        ("map", "198.51.100.7", "znakiem równości"),
        ("map", "198.51.100.7=192.0.2.7 198.51.100.7=192.0.2.8", "inny nowy adres"),
        ("site", HOSTILE, "Strony WWW"),
        ("agreed", "kiedyś", "Umówiony termin"),
    ],
)
def test_mistake_of_a_link_is_told_and_nobody_is_asked(field, text, said, faked):
    app = check(open_page("cutover", **{**ASKED, field: text}))
    assert app.error and said in shown(app) and not faked.asked


def test_fields_go_to_the_look_as_they_are_meant(faked):
    look = looked(
        old="198.51.100.53, 198.51.100.54",
        map="198.51.100.7 = 192.0.2.7\n198.51.100.8=192.0.2.8",
        site="sklep.firma.example",
        agreed="01.12.2026 22:00",
    )
    assert not look.exception
    (wanted, agreed), *_ = faked.asked
    assert (wanted.name, wanted.new_servers) == ("firma.example", ("192.0.2.53",))
    assert wanted.old_servers == ("198.51.100.53", "198.51.100.54") and wanted.sites == ("sklep.firma.example",)
    assert wanted.mapping == {"198.51.100.7": "192.0.2.7", "198.51.100.8": "192.0.2.8"}
    assert agreed == dt.datetime(2026, 12, 1, 21, tzinfo=dt.UTC)


def test_mailboxes_go_to_the_look_and_into_no_link_and_survive_a_change_of_language(faked):
    app = open_page("cutover", mailbox="ktos@firma.example", **ASKED)
    assert app.text_area(key="cutover_mailbox_pl").value == ""
    app.text_area(key="cutover_mailbox_pl").input("jan@firma.example\nbiuro@firma.example")
    over(check(app))
    assert faked.asked[0][0].mailboxes == ("jan@firma.example", "biuro@firma.example")
    assert "jan" not in str(app.query_params["name"]) and "jan%40" not in str(dict(app.query_params))
    app.radio(key="lang").set_value(ENGLISH.name).run()
    assert not app.exception
    assert app.text_area(key="cutover_mailbox_en").value == "jan@firma.example\nbiuro@firma.example"
    app.text_area(key="cutover_mailbox_en").input("no mailbox")
    assert "Mailboxes" in shown(check(app)) and len(faked.asked) == 1


def test_zone_file_goes_to_the_look_and_one_of_another_domain_is_refused(faked):
    app = open_page("cutover", **ASKED)
    app.file_uploader[0].set_value(("a.zone", b"$ORIGIN firma.example.\n$TTL 60\n@ A 192.0.2.1\n", "text/plain"))
    over(check(app.run()))
    wanted = faked.asked[0][0]
    assert wanted.zone.origin == "firma.example." and (wanted.zone_source, wanted.zone_whole) == ("a.zone", True)
    app.file_uploader[0].set_value(("b.zone", b"$ORIGIN inna.example.\n$TTL 60\n@ A 192.0.2.1\n", "text/plain"))
    check(app.run())
    assert "inna.example" in shown(app) and len(faked.asked) == 1
    app.button(key="cutover_zone_drop").click().run()
    assert not app.error and not app.exception


# -- while it goes on


def test_look_that_goes_on_tells_its_stage_and_what_it_saw_and_then_shows_what_came(faked, lines):
    faked.gate.clear()
    app = check(open_page("cutover", **ASKED))
    until(lambda: faked.asked)
    assert not app.run().exception
    assert "Pytamy, co jest w starej strefie." in shown(app) and "40 z 200" in shown(app)
    # What is certain already is there, and is no answer yet.
    assert lines["cutover_records_so_far"][0][0] == "sklep.firma.example" and lines["cutover_pages_so_far"]
    assert lines["cutover_mail_so_far"] and lines["cutover_mailboxes_so_far"]
    assert "Nie można przełączać" not in shown(app) and not app.error and not app.success
    faked.gate.set()
    assert "Nie można przełączać domeny firma.example: 1 rzecz do poprawienia." in shown(over(app))


def test_look_that_waits_says_its_place(faked):
    faked.gate.clear()
    for n in range(AT_ONCE):
        check(open_page("cutover", **{**ASKED, "name": f"firma{n}.example"}))
    assert "miejsce 1" in shown(check(choose(open_page("cutover", **ASKED), "anna")))


def test_whoever_asks_for_a_third_look_while_two_of_theirs_go_on_is_told_so_and_told_of_the_way_out(faked):
    faked.gate.clear()
    for who in ("", "anna"):
        for n in range(2):
            app = open_page("cutover", **{**ASKED, "name": f"firma{n}{who}.example"})
            check(choose(app, who) if who else app)
    app = check(open_page("cutover", **ASKED))
    assert "Wybierz, kim jesteś" in shown(app)
    app = check(choose(app, "anna"))
    assert "Trwają już dwa twoje sprawdzenia" in shown(app) and "Dla tych danych nie ma" in shown(app)
    app = check(choose(app, "maria"))
    assert "Trwają już" not in shown(app) and "miejsce 3" in shown(app)


def test_second_person_with_the_same_link_sees_the_same_look(faked):
    looked()
    assert "Nie można przełączać" in shown(open_page("cutover", **ASKED)) and len(faked.asked) == 1


def test_look_that_broke_is_told(faked):
    faked.error = LookupError("nobody foresaw it")
    assert POLISH.text("cutover.page.broken") in shown(looked())


# -- what came of it


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_answer_comes_first_then_what_stands_against_it_each_with_what_to_do(language, lines):
    app = looked(language)
    said = shown(app)
    order = [
        language.text("cutover.verdict.not.blocked", name="firma.example", count=1),
        language.text("cutover.section.blocked"),
        language.text("cutover.section.unknown"),
        language.text(NOTICE.message),
    ]
    assert language.text(BLOCKED.todo) in said and language.text(UNKNOWN.todo) in said
    assert all(one in said for one in order)
    places = [said.index(one) for one in order[1:3]]
    assert places == sorted(places) and app.error[0].value.replace("\\", "").strip("*") == order[0]
    assert not re.search(r"\bcutover\.[a-z]", said) and "{" not in said
    assert language.text("cutover.asked", count=200) in said


def test_ready_is_a_success_with_its_age(faked):
    faked.found = cutover(NOTICE)
    app = looked()
    assert "Można przełączać domenę firma.example." in shown(app) and app.success and "temu" in shown(app)


def test_records_that_differ_come_first_and_the_rest_apart(lines):
    looked()
    assert [row[0] for row in lines["cutover_records_differ"]] == ["sklep.firma.example"]
    assert lines["cutover_records_differ"][0][1:] == ["A", "tylko w starej strefie", "198.51.100.7", "–"]
    assert [row[2] for row in lines["cutover_records_rest"]] == ["przeniesiony", "tak samo"]


CERTIFICATE = Certificate(("firma.example",), HOSTILE, AT, True)
OLD = Page("firma.example", "old", "198.51.100.7", True, status=200, title="Herbata", certificate=CERTIFICATE)
NEW = Page("firma.example", "new", "192.0.2.7", True, status=500, title=HOSTILE, certificate=CERTIFICATE)


def test_pages_stand_side_by_side_with_what_differs(lines, faked):
    bad = CERTIFICATE._replace(fits=False, why=HOSTILE)
    mail = Spoken("mx.firma.example", "192.0.2.8", "smtp", banner=HOSTILE, starttls=False, certificate=bad)
    boxes = (
        Mailbox("jan@firma.example", "192.0.2.8", "missing", 550, HOSTILE),
        Mailbox("ola@firma.example", "", "unknown", None, "not_ours"),
    )
    faked.found = cutover(probes=Probes((OLD, NEW), (mail,), boxes))
    looked()
    site, old, new, differs = lines["cutover_pages"][0]
    assert site == "firma.example HTTPS" and "200" in old and "Herbata" in old
    assert "500" in new and HOSTILE in new and differs == "odpowiedź, tytuł"
    assert lines["cutover_mail"][0][1] == "SMTP port 25" and "nie ma STARTTLS" in lines["cutover_mail"][0][2]
    assert lines["cutover_mail"][0][3] == "certyfikat zły: inny błąd"
    assert [row[1] for row in lines["cutover_mailboxes"]] == ["nie ma", "nie wiadomo"]
    assert lines["cutover_mailboxes"][1][3] == "nie pytano: serwer nie jest nasz"


def test_hostile_text_is_no_markup():
    app = looked()
    assert "<script>" not in everything(app) and "<script>alert(1)</script>" in shown(app)


def test_stale_look_says_so_and_looks_like_no_answer(monkeypatch, faked):
    faked.found = cutover()
    app = looked()
    assert app.success
    later = clock.now() + STALE
    monkeypatch.setattr(clock, "now", lambda: later)
    running.looks()._now = clock.now
    app.run()
    assert not app.exception and not app.success and "sprzed doby" in shown(app)


def test_steps_are_numbered_and_told_at_the_hour_of_reading():
    said = shown(looked())
    assert "przełączyć serwery nazw (termin umówiony)" in said and "1. " in said


def test_plan_is_drawn_on_a_time_axis_that_is_said_in_words_too():
    (chart,) = looked().get("plotly_chart")
    drawn = json.loads(chart.proto.spec)
    names = [trace["name"] for trace in drawn["data"]]
    began = ("obniżyć TTL", "stare dane do", "stare serwery nazw", "teraz", "przełączenie")
    assert len(names) == len(began) and all(map(str.startswith, names, began))
    assert all(name in chart.proto.alt for name in names)


# -- pairs


def test_pages_are_paired_by_site_and_scheme():
    plain = replace(NEW, secure=False, status=301, hops=(Hop(301, "https://firma.example/", True),))
    second = replace(NEW, address="192.0.2.9", status=200, title="Herbata")
    found = pairs((OLD, plain, NEW, second))
    assert [(one.secure, one.old and one.old.address, one.new and one.new.address) for one in found] == [
        (True, "198.51.100.7", "192.0.2.7"),
        (True, "198.51.100.7", "192.0.2.9"),
        (False, None, "192.0.2.7"),
    ]
    assert [one.differs for one in found] == [("answer", "title"), (), ()]


def test_an_old_address_beside_which_nothing_stands_is_told_alone():
    found = pairs((OLD, replace(OLD, address="198.51.100.8"), NEW))
    assert [(one.old.address, one.new is None) for one in found] == [("198.51.100.7", False), ("198.51.100.8", True)]


def test_a_little_more_or_less_text_is_no_difference():
    def differs(old, new):
        return pairs((replace(OLD, length=old), replace(OLD, side="new", length=new)))[0].differs

    silent = replace(NEW, status=None, failure="timeout", title="", certificate=None)
    assert pairs((OLD, silent))[0].differs == ("answer",)
    assert differs(1000, 1050) == () and differs(1000, 500) == ("length",) and differs(0, 40) == ("length",)


# -- from a migration


def test_domain_of_a_migration_leads_here_with_what_is_known_of_it():
    m = replace(Life("firma.example").m, planned_at=dt.datetime(2026, 12, 1, 21, tzinfo=dt.UTC))
    d = replace(
        m.domains["firma.example"],
        new_ns="192.0.2.53 ns1.hoster.pl",
        old_ns="ns1.stary.pl",
        old_addresses="198.51.100.7",
        new_addresses="192.0.2.7",
    )
    before = dt.datetime(2026, 11, 30, tzinfo=dt.UTC)
    assert cutover_form(m, d, before) == {
        "name": d.display,
        "new": "192.0.2.53",
        "map": "198.51.100.7=192.0.2.7",
        "agreed": "01.12.2026 22:00",
    }
    # The day of the move is past when its name servers are changed: no plan begins there.
    assert "agreed" not in cutover_form(m, d, m.planned_at)
    # Of two addresses nobody knows which replaces which; of a day alone nobody knows the hour.
    midnight = replace(m, planned_at=dt.datetime(2026, 11, 30, 23, tzinfo=dt.UTC))
    unclear = replace(d, new_ns="", new_addresses="192.0.2.7 192.0.2.8")
    assert cutover_form(midnight, unclear, before) == {"name": d.display}


def test_file_holds_the_whole_look():
    looked()
    (one,) = running.looks()._looks.values()
    from core.cutover.showing import report

    assert json.dumps(report.as_json(one.found, running.weights(), POLISH), ensure_ascii=False)
