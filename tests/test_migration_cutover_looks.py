"""What a look before the switch leaves in a migration: kept, accepted or not, outdated, told in words."""

import datetime as dt
import json
import re

import pytest
from babel.messages.pofile import read_po

from core.database.transactions import engine
from core.ground.secrets import MASK, suspicion
from core.language import ENGLISH, LANGUAGES, POLISH, TEXTS
from core.migration import kept_zones, moves, undoing, worded
from core.migration.cutover_looks import (
    SENTENCE_MAX,
    SUMMARY_MAX,
    TEXT_MAX,
    accept_look,
    before,
    is_kept,
    keep_and_accept,
    look_taken,
    looks,
    summary_of,
    why_shut,
)
from core.migration.event import ImpossibleEventError
from core.migration.people import Team
from core.migration.rebuilding import after, rebuild
from core.store.conflicts import since
from core.store.event_texts import mapped, texts_of
from core.store.store import Store
from tests.inventories import zone
from tests.migrations import ANNA, DAY, MARIA, NOW, PROCESS, WIKTOR, Life, act, summary, told

MINUTE = dt.timedelta(minutes=1)
TEAM = Team(people=[ANNA, MARIA, WIKTOR])


def finding(tag="mx_lost", name="a.pl", severity="accept"):
    return {"tag": tag, "severity": severity, "name": name}


def looked(verdict="ready", at=NOW, **more):
    life = Life("a.pl", "b.pl")
    life.do(look_taken, "a.pl", summary("a.pl", at, verdict, **more))
    return life


def shut(life, now=NOW, name="a.pl"):
    why = why_shut(life.m.domains[name], now)
    assert why is None or all(language.text(why) for language in (POLISH, ENGLISH))
    return why and why.id


def test_ready_look_lets_its_own_domain_be_switched_for_a_day():
    assert shut(Life("a.pl")) == "error.look_missing"
    life = looked()
    assert (shut(life), shut(life, name="b.pl")) == (None, "error.look_missing")
    assert shut(life, NOW + DAY - MINUTE) is None
    assert shut(life, NOW + DAY) == "error.look_stale"
    # Of one that began later than now nobody knows how old it is.
    assert shut(life, NOW - MINUTE) == "error.look_stale"
    life.do(look_taken, "a.pl", summary("a.pl", NOW + DAY, "blocked"), now=NOW + DAY)
    assert shut(life, NOW + DAY) == "error.look_blocked"
    assert [one["verdict"] for one in looks(life.events, "a.pl")] == ["ready", "blocked"]


@pytest.mark.parametrize("verdict", ["accept", "unknown"])
def test_what_is_meant_is_accepted_with_a_reason_for_one_look_only(verdict):
    life = looked(verdict, findings=[finding()])
    assert shut(life) == "error.look_to_accept"
    assert told(life, accept_look, "a.pl", "  ") == [("reason", "error.missing")]
    assert told(life, accept_look, "a.pl", "tak ma być", by=WIKTOR) == [("actor", "error.may_not.work")]
    life.do(accept_look, "a.pl", "poczta zostaje", now=NOW + MINUTE)
    look = life.m.domains["a.pl"].cutover
    assert (look.accepted_by, look.accepted_at, look.reason) == ("anna", NOW + MINUTE, "poczta zostaje")
    assert shut(life, NOW + MINUTE) is None and shut(life, NOW + DAY) == "error.look_stale"
    assert told(life, accept_look, "a.pl", "tak ma być") == [("look", "error.look_nothing_to_accept")]
    life.do(look_taken, "a.pl", summary("a.pl", NOW, verdict, digest="d2"))
    assert shut(life) == "error.look_to_accept"


@pytest.mark.parametrize("by", [ANNA, MARIA])
def test_nobody_accepts_what_must_be_mended_or_needs_no_word(by):
    for verdict, id in (("blocked", "error.look_blocked"), ("ready", "error.look_nothing_to_accept")):
        assert told(looked(verdict), accept_look, "a.pl", "tak ma być", by=by) == [("look", id)]
    assert told(Life("a.pl"), accept_look, "a.pl", "tak", by=by) == [("look", "error.look_missing")]
    old = looked("accept")
    assert told(old, accept_look, "a.pl", "tak", by=by, now=NOW + DAY) == [("look", "error.look_stale")]


@pytest.mark.parametrize(
    ("given", "id"),
    [
        (summary("b.pl"), "error.look_other"),
        (summary("sub.a.pl"), "error.look_other"),
        ({}, "error.look_other"),
        (summary("a.pl", NOW + MINUTE), "error.look_none"),
        (summary("a.pl", verdict="fine"), "error.look_none"),
        ({**summary("a.pl"), "at": "yesterday"}, "error.look_none"),
        ({**summary("a.pl"), "at": "2026-11-18T10:00:00"}, "error.look_none"),
        ({**summary("a.pl"), "verdict": ["ready"]}, "error.look_none"),
    ],
)
def test_look_of_another_domain_or_none_at_all_is_refused(given, id):
    assert told(Life("a.pl"), look_taken, "a.pl", given) == [("look", id)]


def test_viewers_take_no_looks():
    assert told(Life("a.pl"), look_taken, "a.pl", summary("a.pl"), by=WIKTOR) == [("actor", "error.may_not.work")]


def test_look_is_bounded_and_keeps_the_gravest_and_no_secret():
    names = [finding("other", f"h{n}." + "x" * 9_999, "accept") for n in range(3_000)]
    given = [*names, finding("lost", "hasło: Zima2026!", "blocked"), "x", finding("odd", "b\0\ud800\n;c", "?")]
    life = looked("blocked", findings=given)
    kept = life.events[-1].new
    assert len(json.dumps(kept, ensure_ascii=False).encode()) <= SUMMARY_MAX
    assert kept["left_out"] == 3_002 - len(kept["findings"]) > 0
    assert all(len(one["name"]) <= TEXT_MAX for one in kept["findings"])
    *_, secret, odd = kept["findings"]
    assert (secret["name"], secret["severity"]) == (MASK, "blocked") and "Zima2026" not in repr(life.events)
    assert odd["severity"] == "blocked" and "\0" not in odd["name"] and odd["name"].encode()


def said(pl, en=""):
    return {"message": {"pl": pl, "en": en or pl}, "todo": {"pl": "Poprawić.", "en": "Mend it."}}


def test_sentences_are_kept_in_our_languages_bounded_and_without_secrets():
    secret = {**finding("a"), **said("Serwer powiedział: hasło: Zima2026!", "fine")}
    odd = {**finding("b"), "message": {"pl": "x" * 9_999, "de": "ja", "en": 7}, "todo": "Mend it."}
    life = looked("accept", findings=[secret, odd, finding("c")])
    first, second, third = life.events[-1].new["findings"]
    assert first["message"] == {"pl": MASK, "en": "fine"} and first["todo"]["en"] == "Mend it."
    assert second["message"] == {"pl": "x" * SENTENCE_MAX} and "todo" not in second
    assert third == finding("c") and "Zima2026" not in repr(life.events)


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_no_sentence_of_ours_is_taken_for_a_secret(language):
    with (TEXTS / f"{language.code}.po").open("rb") as file:
        ours = [str(one.string) for one in read_po(file) if str(one.id).startswith("cutover.finding.")]
    assert len(ours) > 200
    for text in ours:
        assert suspicion(re.sub(r"\{\w+\}", "mail.firma.example", text)) is None, text


@pytest.mark.parametrize("verdict", ["accept", "unknown"])
def test_look_is_kept_and_accepted_in_one_write_and_kept_once(verdict):
    life, taken = Life("a.pl", "b.pl"), summary("a.pl", verdict=verdict, findings=[finding()])
    assert told(life, keep_and_accept, "a.pl", taken, " ") == [("reason", "error.missing")]
    assert told(life, keep_and_accept, "a.pl", taken, "tak", by=WIKTOR) == [("actor", "error.may_not.work")]
    life.do(keep_and_accept, "a.pl", taken, "poczta zostaje")
    assert [event.kind for event in life.events[-2:]] == ["cutover_looked", "cutover_accepted"]
    assert is_kept(life.m.domains["a.pl"], taken) and shut(life) is None
    assert told(life, keep_and_accept, "a.pl", taken, "tak") == [("look", "error.look_nothing_to_accept")]
    life = looked(verdict)
    life.do(keep_and_accept, "a.pl", summary("a.pl", verdict=verdict), "poczta zostaje")
    assert [event.kind for event in life.events[-2:]] == ["cutover_looked", "cutover_accepted"]
    assert len(looks(life.events, "a.pl")) == 1


def test_what_blocks_is_neither_accepted_nor_kept_by_the_way():
    taken = summary("a.pl", verdict="blocked")
    assert told(Life("a.pl"), keep_and_accept, "a.pl", taken, "tak ma być") == [("look", "error.look_blocked")]


def test_look_is_compared_with_the_one_kept_before_it_never_with_itself():
    life = looked("blocked", digest="d0")
    now = summary("a.pl", NOW + MINUTE)
    assert before(life.events, "a.pl", now)["digest"] == "d0" and before(life.events, "b.pl", now) is None
    life.do(look_taken, "a.pl", now, now=NOW + MINUTE)
    assert before(life.events, "a.pl", now)["digest"] == "d0"
    assert before(life.events, "a.pl", summary("a.pl")) is None
    d = life.m.domains["a.pl"]
    assert summary_of(life.events, d)["verdict"] == "ready" and summary_of(life.events[:1], d) is None
    assert not is_kept(d, {}) and not is_kept(life.m.domains["b.pl"], {})


@pytest.mark.parametrize("field", ["old_ns", "new_ns", "old_addresses", "new_addresses"])
def test_what_it_rested_on_outdates_it(field):
    life = looked("accept")
    life.do(accept_look, "a.pl", "tak ma być")
    life.do(moves.change, {"mailboxes": 3}, "a.pl")
    assert shut(life) is None
    life.do(moves.change, {field: "ns9.example.net" if field.endswith("ns") else "192.0.2.9"}, "a.pl")
    assert shut(life) == "error.look_changed"
    assert told(life, accept_look, "a.pl", "tak") == [("look", "error.look_changed")]
    life.do(look_taken, "a.pl", summary("a.pl"))
    assert shut(life) is None


def test_zone_name_and_failed_test_outdate_it_too():
    life = Life("alfa.example")
    life.do(look_taken, "alfa.example", summary("alfa.example"))
    life.do(kept_zones.keep_zone, "alfa.example", zone(), "www A 192.0.2.9", "strefa.txt")
    assert shut(life, name="alfa.example") == "error.look_changed"
    life = looked()
    life.do(moves.rename_domain, "a.pl", "c.pl", "literówka")
    assert shut(life, name="c.pl") == "error.look_missing"
    life = Life("a.pl").to("test")
    life.do(look_taken, "a.pl", summary("a.pl"))
    life.do(moves.rework, "a.pl", "migration", "brak zdjęć")
    assert shut(life) == "error.look_changed"


def test_acceptance_is_taken_back_as_other_deeds_are():
    life = looked("unknown")
    before = life.m.seq
    life.do(accept_look, "a.pl", "serwer stoi")
    life.do(undoing.undo, life.events, before)
    assert shut(life) == "error.look_to_accept" and rebuild(life.events) == life.m


@pytest.mark.parametrize(
    ("kind", "new"),
    [
        *(("cutover_looked", new) for new in (None, {}, {"at": "x", "verdict": "ready"}, {"at": None, "verdict": 1})),
        *(("cutover_accepted", new) for new in (None, {}, {"at": NOW.isoformat(), "digest": "other"})),
    ],
)
def test_event_that_tells_of_no_look_is_impossible(kind, new):
    with pytest.raises(ImpossibleEventError):
        after(looked("accept").m, [act().event(kind, domain="a.pl", item="a.pl", new=new)])
    blocked = {"at": NOW.isoformat(), "digest": "d1"}
    with pytest.raises(ImpossibleEventError):
        after(looked("blocked").m, [act().event("cutover_accepted", domain="a.pl", item="a.pl", new=blocked)])


def test_history_tells_of_it_in_words():
    life = looked("accept", findings=[finding(), finding("x", "y", "notice")])
    life.do(accept_look, "a.pl", "poczta zostaje")
    look, accepted = (worded.event(event, PROCESS, TEAM) for event in life.events[-2:])
    assert POLISH.text(look.what) == "Sprawdzono domenę przed zmianą serwerów nazw"
    assert POLISH.value(look.new).startswith("do zaakceptowania, 1 uwaga (")
    assert ENGLISH.value(look.new).startswith("to be accepted, 1 finding (")
    assert "18" in POLISH.value(accepted.new) and life.events[-1].reason == "poczta zostaje"


def test_names_and_reasons_in_it_can_be_blanked():
    life = looked("accept", findings=[{**finding("mailbox_missing", "jan@a.pl"), **said("Nie ma skrzynki jan@a.pl.")}])
    life.do(accept_look, "a.pl", "jan@a.pl odszedł")
    before = life.m.seq
    life.do(moves.change, {"new_ns": "ns9.example.net"}, "a.pl")
    life.do(undoing.undo, life.events, before)
    gone = [mapped(event, lambda field, header, text: text.replace("jan@a.pl", "[x]")) for event in life.events]
    assert ("look", "", "jan@a.pl") in texts_of(life.events[before - 2]) and "jan@a.pl" not in repr(gone)
    assert rebuild(gone).domains["a.pl"].cutover.reason == "[x] odszedł"


def test_store_keeps_the_last_look_and_who_saw_an_earlier_one_is_told(database_url):
    store = Store(engine(database_url))
    seen = store.register(act(), {"ref": "M-1", "client": "Róża"}, {"alfa.example": {"display": "alfa.example"}})
    m = seen.migration
    taken = summary("alfa.example", verdict="unknown", findings=[finding("gone", "żółw.pl")])
    store.change(m.id, lambda m: look_taken(m, act(), "alfa.example", taken))
    store.change(m.id, lambda m: accept_look(m, act(), "alfa.example", "serwer stoi"))
    found, events = store.one(m.id), store.events(m.id)
    assert found == rebuild_as(found, events) and found.domains["alfa.example"].cutover.accepted_by == "anna"
    assert len(since(events, m.version, {"alfa.example": m.domains["alfa.example"].version}, all_domains=False)) == 2
    # A zone contradicts nobody, and is known to have outdated the look all the same.
    store.change(m.id, lambda m: kept_zones.keep_zone(m, act(), "alfa.example", zone(), "www A 192.0.2.9", "x.txt"))
    found = store.one(m.id)
    assert found.domains["alfa.example"].cutover.changed and found == rebuild_as(found, store.events(m.id))


def rebuild_as(found, events):
    m = rebuild(events)
    m.id, m.batch = found.id, found.batch
    return m
