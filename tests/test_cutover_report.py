"""A look as JSON and in words, and what became of its findings by the next one."""

import datetime as dt
import json
from dataclasses import replace

import pytest

from core.cutover.finding import Finding, Weights
from core.cutover.plan import Plan
from core.cutover.probes import Certificate, Hop, Mailbox, Page, Probes, Spoken
from core.cutover.result import Compared, Cutover
from core.cutover.showing import client, kept, since, words
from core.cutover.showing.report import SENTENCE_MAX, as_json, summary
from core.cutover.zones import Source
from core.language import ENGLISH, LANGUAGES, POLISH

AT = dt.datetime(2026, 11, 30, 9, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
# Tags of this very room, which have texts.
WEIGHTS = Weights(
    weight={
        "site_unknown": "accept",
        "part_failed": "unknown",
        "mail_not_seen": "unknown",
        "end_unknown": "notice",
        "site_elsewhere": "notice",
        "mailboxes_no_server": "blocked",
    }
)
BLOCKED = Finding("mailboxes_no_server", "firma.example")
ACCEPT = Finding("site_unknown", "sklep.firma.example")
UNKNOWN = Finding("mail_not_seen", "mx.firma.example")
NOTICE = Finding("end_unknown", "firma.example")
PLAN = Plan(AT + 48 * HOUR, True, 86_400, "www.firma.example A", AT + 24 * HOUR, AT + 72 * HOUR, None, AT + 60 * HOUR)


def cutover(*findings, **how):
    certificate = Certificate(("firma.example",), "An authority", AT + 24 * 30 * HOUR, True)
    page = Page(
        "firma.example",
        "new",
        "192.0.2.7",
        True,
        status=200,
        hops=(Hop(301, "https://www.firma.example/", True),),
        title="Firma [bold]",
        certificate=certificate,
    )
    spoken = Spoken("mx.firma.example", "192.0.2.8", "imaps", failure="refused")
    mailbox = Mailbox("biuro@firma.example", "mx.firma.example", "known", 250, "OK")
    found = Cutover(
        "firma.example",
        AT,
        ("192.0.2.53",),
        complete=False,
        asked=200,
        sources=(Source("asked", "198.51.100.53", 12, False),),
        records=(
            Compared("firma.example", "MX", "same", ("10 mx.firma.example",), ("10 mx.firma.example",)),
            Compared("www.firma.example", "A", "moved", ("198.51.100.7",), ("192.0.2.7",)),
            Compared("sklep.firma.example", "A", "only_old", ("198.51.100.7",), ()),
        ),
        probes=Probes((page,), (spoken,), (mailbox,)),
        findings=findings,
        plan=PLAN,
        mapping={"198.51.100.7": "192.0.2.7"},
        digest="ab" * 32,
    )
    return replace(found, **how)


def test_json_has_these_keys_and_times_in_utc():
    said = json.loads(json.dumps(as_json(cutover(BLOCKED), WEIGHTS, ENGLISH)))
    assert said.keys() == {
        *("name", "at", "verdict", "complete", "asked", "sources", "mapping"),
        *("records", "probes", "findings", "plan"),
    }
    assert (said["name"], said["verdict"], said["complete"], said["asked"]) == ("firma.example", "blocked", False, 200)
    assert said["at"] == "2026-11-30T09:00:00Z"
    assert said["records"][2] == {
        "name": "sklep.firma.example",
        "type": "A",
        "state": "only_old",
        "old": ["198.51.100.7"],
        "new": [],
    }
    assert said["plan"]["lower_by"] == "2026-12-01T09:00:00Z" and said["plan"]["untouched"] is None
    assert said["sources"] == [{"kind": "asked", "name": "198.51.100.53", "sets": 12, "complete": False}]
    assert said["mapping"] == {"198.51.100.7": "192.0.2.7"}


def test_json_tells_every_probe_with_its_kind_and_outcome():
    page, mail, mailbox = as_json(cutover(), WEIGHTS, ENGLISH)["probes"]
    assert (page["kind"], page["name"], page["address"]) == ("page", "firma.example", "192.0.2.7")
    assert (page["outcome"], page["status"], page["side"], page["secure"]) == ("answered", 200, "new", True)
    assert page["certificate"]["ends"] == "2026-12-30T09:00:00Z" and page["certificate"]["fits"]
    assert page["redirects"] == [{"status": 301, "to": "https://www.firma.example/", "followed": True}]
    assert (mail["kind"], mail["service"], mail["outcome"], mail["certificate"]) == ("mail", "imaps", "refused", None)
    assert (mailbox["kind"], mailbox["name"], mailbox["outcome"]) == ("mailbox", "biuro@firma.example", "known")


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_each_finding_has_its_weight_and_both_sentences_in_words(language):
    found = as_json(cutover(BLOCKED, ACCEPT, UNKNOWN, NOTICE), WEIGHTS, language)["findings"]
    assert [one["severity"] for one in found] == ["blocked", "accept", "unknown", "notice"]
    for one in found:
        assert one.keys() == {"tag", "severity", "name", "message", "todo"}
        assert "cutover." not in one["message"] + one["todo"] and one["message"] != one["todo"]


@pytest.mark.parametrize(
    ("findings", "verdict"),
    [
        ((), "ready"),
        ((NOTICE,), "ready"),
        ((NOTICE, ACCEPT), "accept"),
        ((ACCEPT, UNKNOWN), "unknown"),
        ((UNKNOWN, BLOCKED), "blocked"),
        ((Finding("nobody_knows_this_tag", "x"),), "blocked"),
    ],
)
def test_verdict_is_the_gravest_of_what_was_found(findings, verdict):
    assert (
        as_json(cutover(*findings), WEIGHTS, POLISH)["verdict"]
        == verdict
        == summary(cutover(*findings), WEIGHTS)["verdict"]
    )


def test_the_sentence_comes_first_and_counts_what_stands_against_it():
    def first(language, *findings):
        return words.lines(cutover(*findings), WEIGHTS, language)[0]

    assert first(POLISH) == "Można przełączać domenę firma.example."
    assert first(POLISH, BLOCKED, NOTICE) == "Nie można przełączać domeny firma.example: 1 rzecz do poprawienia."
    assert first(POLISH, BLOCKED, BLOCKED, ACCEPT).endswith(": 2 rzeczy do poprawienia.")
    assert first(ENGLISH, UNKNOWN) == "Cannot tell whether firma.example may be switched: 1 thing could not be checked."
    assert first(ENGLISH, ACCEPT, ACCEPT).endswith("2 things to accept.")


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_sections_go_from_what_blocks_to_notices_and_then_the_records_that_differ(language):
    said = words.lines(cutover(NOTICE, ACCEPT, UNKNOWN, BLOCKED), WEIGHTS, language)
    titles = [language.text(f"cutover.section.{one}") for one in ("blocked", "unknown", "accept", "notice", "records")]
    places = [said.index(title) for title in (*titles, language.text("cutover.section.plan"))]
    assert places == sorted(places)
    assert not [line for line in said if "cutover." in line or "{" in line]
    # What is the same is not told.
    assert not [line for line in said if "firma.example MX" in line]
    differing = [line for line in said if "sklep.firma.example A" in line]
    assert differing and said.index(differing[0]) < next(
        n for n, line in enumerate(said) if "www.firma.example A" in line
    )


def test_nothing_found_leaves_no_empty_section():
    said = words.lines(cutover(records=()), WEIGHTS, ENGLISH)
    assert not {ENGLISH.text(f"cutover.section.{one}") for one in ("blocked", "accept", "notice", "records")} & {*said}


def test_words_say_how_much_of_the_old_zone_is_known():
    assert POLISH.text(words.completeness(cutover())).startswith("W starej strefie zapytano o 200 nazw")
    assert POLISH.text(words.completeness(cutover(complete=True))) == "Stara strefa jest znana w całości."


def test_plan_says_by_when_to_lower_and_what_cannot_be_known():
    steps = words.steps(PLAN, AT, ENGLISH)
    assert steps[0].startswith("By 1 Dec 2026") and "www.firma.example A, 86400 s" in steps[0]
    assert steps[3].startswith("When everybody sees the new data cannot be worked out")
    assert words.steps(PLAN, AT + 30 * HOUR, ENGLISH)[0].startswith("Now: ")
    assert words.steps(replace(PLAN, highest=300, lower_by=AT), AT, ENGLISH)[0].startswith(
        "The TTLs in the old zone are short"
    )
    unknown = words.steps(Plan(AT, False), AT, POLISH)
    assert len(unknown) == 5 and unknown[0].startswith("Obniżyć TTL w starej strefie jak najwcześniej")


def test_of_very_many_records_the_first_are_told_and_the_rest_is_counted():
    many = tuple(Compared(f"n{n}.firma.example", "A", "only_old", ("192.0.2.1",), ()) for n in range(words.SHOWN + 7))
    said = words.lines(cutover(records=many), WEIGHTS, ENGLISH)
    assert "- and 7 more" in said and len([line for line in said if "only in the old zone" in line]) == words.SHOWN


def test_a_server_that_answers_otherwise_is_named_beside_the_record():
    odd = Compared("firma.example", "A", "different", ("198.51.100.7",), ("192.0.2.7",), ("192.0.2.54",))
    assert "192.0.2.54" in words.record(odd, POLISH)


# -- what a history keeps


def test_each_finding_is_kept_with_both_its_sentences_in_every_language():
    found = json.loads(json.dumps(summary(cutover(BLOCKED, NOTICE), WEIGHTS)))
    for given, one in zip((BLOCKED, NOTICE), kept.findings(found), strict=True):
        for language in LANGUAGES.values():
            assert one.said(language) == language.text(given.message)
            assert one.to_do(language) == language.text(given.todo)
    assert [one.name for one in kept.of_weight(found, "notice")] == ["firma.example"]


def test_sentence_that_is_kept_is_bounded():
    long = Finding("site_unknown", "x" * 5_000)
    (one,) = summary(cutover(long), WEIGHTS)["findings"]
    assert all(len(text) == SENTENCE_MAX and text.endswith("…") for text in one["message"].values())


def test_look_kept_before_there_were_sentences_still_tells_what_each_is_about():
    old = {"findings": [{"tag": "mx_lost", "name": "firma.example", "severity": "blocked"}]}
    (one,) = kept.findings(old)
    assert one.said(POLISH) == "firma.example: treści tej uwagi nie zapisano" and one.to_do(POLISH) == ""
    odd = {"findings": [{"tag": 1, "message": [1], "todo": {"pl": 2}}], "left_out": "x"}
    (one,) = kept.findings(odd)
    assert one.said(ENGLISH).startswith("–: ") and one.to_do(POLISH) == "" and kept.left_out(odd) == 0


@pytest.mark.parametrize(
    ("findings", "verdict"), [((), "ready"), ((ACCEPT, ACCEPT), "accept"), ((BLOCKED,), "blocked")]
)
def test_answer_of_a_kept_look_reads_as_it_did(findings, verdict):
    look = cutover(*findings)
    assert kept.sentence(summary(look, WEIGHTS), verdict, look.name) == words.sentence(look, WEIGHTS)


# -- the message for the client


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (POLISH, ("w dniu 02.12.2026 o godz. 10:00", "do 03.12.2026, 10:00", "domenę firma.example")),
        (ENGLISH, ("on 2 Dec 2026 at 10:00", "until 3 Dec 2026, 10:00", "the domain firma.example")),
    ],
)
def test_client_is_told_the_agreed_moment_what_not_to_do_and_until_when(language, said):
    told = client.client_message(replace(PLAN, untouched=AT + 60 * HOUR), "firma.example", AT, language)
    assert all(one in told for one in said) and "[…]" not in told
    # Of both ways the later end: nobody is told that all is over before it is.
    later = client.client_message(replace(PLAN, untouched=AT + 96 * HOUR), "firma.example", AT, language)
    assert language.value(AT + 96 * HOUR) in later and language.value(PLAN.edited_first) not in later


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_client_is_told_no_end_that_nobody_knows_and_no_moment_that_is_not_agreed_or_has_passed(language):
    unknown = client.client_message(PLAN, "firma.example", AT, language)
    assert language.text("cutover.client.end_unknown") in unknown and language.value(PLAN.edited_first) not in unknown
    known = replace(PLAN, untouched=AT + 60 * HOUR)
    for plan, now in ((replace(known, agreed=False), AT), (known, PLAN.switch)):
        told = client.client_message(plan, "firma.example", now, language)
        assert told.count("[…]") == 4 and "2026" not in told and not client.is_agreed(plan, now)


# -- since the last look


def look(*findings):
    return json.loads(json.dumps(summary(cutover(*findings), WEIGHTS)))


def test_what_is_gone_is_mended_what_was_not_there_is_new():
    lost = [Finding("mailboxes_no_server", f"{name}.firma.example") for name in "abc"]
    found = since.since(look(*lost, ACCEPT), look(ACCEPT, BLOCKED))
    assert [len(some) for some in found] == [3, 1, 1, 0]
    assert since.said(found, POLISH) == "Od poprzedniego sprawdzenia: poprawiono 3, 1 nowa, bez zmian 1."
    assert since.said(found, ENGLISH) == "Since the last look: 3 mended, 1 new, 1 as before."


def test_the_whole_json_compares_like_the_summary():
    before, now = (as_json(cutover(*some), WEIGHTS, POLISH) for some in ((BLOCKED,), (ACCEPT,)))
    assert since.since(before, now) == since.since(look(BLOCKED), look(ACCEPT))


def test_notices_are_neither_mended_nor_new():
    found = since.since(look(NOTICE), look(Finding("site_elsewhere", "other.example")))
    assert not any(found)
    assert since.said(found, ENGLISH) == "Nothing to mend, neither last time nor now."


def test_a_finding_that_is_there_twice_and_then_once_is_once_mended():
    found = since.since(look(BLOCKED, BLOCKED), look(BLOCKED))
    assert [len(some) for some in found] == [1, 0, 1, 0]


def test_what_could_not_be_seen_this_time_is_not_called_mended():
    failed = Finding("part_failed", "firma.example", {"part": "WWW", "detail": "timeout"})
    found = since.since(look(BLOCKED, ACCEPT), look(failed))
    assert [len(some) for some in found] == [0, 1, 0, 2]
    # The host of which nobody can tell, that one only.
    gone = Finding("mailboxes_no_server", "mx.firma.example")
    found = since.since(look(gone, BLOCKED), look(UNKNOWN))
    assert [one.name for one in found.mended] == ["firma.example"] and [one.name for one in found.unseen] == [gone.name]


@pytest.mark.parametrize("odd", [{}, {"findings": None}, {"findings": [1, "x", None, {}]}, {"findings": {"a": 1}}])
def test_a_kept_look_that_is_damaged_breaks_nothing(odd):
    assert isinstance(since.said(since.since(odd, look(BLOCKED)), POLISH), str)
    assert isinstance(since.said(since.since(look(BLOCKED), odd), POLISH), str)
