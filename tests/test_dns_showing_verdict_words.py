"""What a check comes to in words: on the page, in a ticket, for the client; true in every state, in both languages."""

import dataclasses
import datetime as dt
import re

import pytest

from core import datafiles
from core.dns.judging.eta import Eta
from core.dns.judging.findings import HOLDS_BACK, TAGS, Finding
from core.dns.judging.verdict import Verdict
from core.dns.observation import Server
from core.dns.showing.picture import Tally
from core.dns.showing.verdict_words import TONES, Outcome, client_text, endings, sentences, ticket, title
from core.language import ENGLISH, LANGUAGES, POLISH
from tests.dns_sights import TOLD

T0 = dt.datetime(2026, 11, 21, 13, 2, tzinfo=dt.UTC)
UNTIL = T0 + dt.timedelta(hours=4)
STATES = ("unknown", "unpublished", "published", "consistent", "expired", "observed")
SEVEN_OF_NINE = Tally(new=7, reached=9, silent=2)


def found(state, eta=UNTIL, *, moves=True, findings=(), reason="old_servers_old"):
    switched = T0 if state not in ("unknown", "unpublished") else None
    return Verdict(
        *(state, True, True, None, False, switched, "old", Eta(eta, reason, T0)),
        findings=findings,
        judged=(),
        moves=moves,
    )


def outcome(*args, counted=SEVEN_OF_NINE, changed=True, at_first_look=False, **more):
    return Outcome(found(*args, **more), counted, datafiles.dns_severities(), changed, at_first_look)


def said(given, language=ENGLISH):
    return " ".join(map(language.text, sentences(given)))


def test_verdict_is_said_as_people_ask_for_it():
    assert said(outcome("consistent")) == (
        "Published 21 Nov 2026, 14:02. Caches that keep to the rules hold the old data until 21 Nov 2026, 18:02 at "
        "the latest. "
        "7 of 9 resolvers that answer already see the new data. 2 resolvers do not answer and are not counted."
    )
    assert said(outcome("consistent"), POLISH).startswith(
        "Opublikowano: 21.11.2026, 14:02. Pamięci podręczne, które trzymają się reguł, mają stare dane najpóźniej do "
        "21.11.2026, 18:02."
    )


def test_publication_that_was_over_at_the_first_look_is_dated_at_the_latest():
    assert "14:02 at the latest, which is when" in said(outcome("consistent", at_first_look=True))


def test_nothing_is_called_published_where_only_records_are_edited_or_the_registry_waits():
    assert "Published" not in said(outcome("consistent", moves=False))
    waiting = said(outcome("unpublished", None, reason="not_published"))
    # Before the switch nobody can see the new data, whoever agrees with whom.
    assert "Published" not in waiting and "already see" not in waiting


def test_end_that_cannot_be_known_is_not_promised():
    unknown = outcome("consistent", None, reason="ttl_unknown")
    assert "until 21" not in said(unknown) and "the TTL before it" in said(unknown)


def test_nobody_is_counted_where_nothing_is_expected_or_nobody_was_asked():
    assert "already see" not in said(outcome("expired", counted=Tally(0, 0, 0, judged=False)))
    assert "already see" not in said(outcome("consistent", counted=Tally(0, 4, 0, judged=False)))


@pytest.mark.parametrize("state", ["consistent", "expired", "observed"])
def test_where_no_change_is_known_nothing_is_new_and_the_client_hears_of_none(state):
    quiet = outcome(state, None, changed=False, moves=False)
    assert ENGLISH.text(title(quiet)) == "The zone's servers agree."
    assert "7 of 9 resolvers that answer see the same" in said(quiet) and "new data" not in said(quiet)
    assert "change" not in client_text("firma.pl", quiet, ENGLISH)


def test_gravest_fault_is_in_the_verdict_and_the_client_is_promised_nothing():
    faulty = outcome("published", findings=(Finding("ttl_unknown"), Finding("lame", values={"server": "ns1.a.pl"})))
    assert ENGLISH.text(title(faulty)) == "Something needs mending."
    assert "ns1.a.pl" in said(faulty)
    assert "correction" in client_text("firma.pl", faulty, ENGLISH)


SOMEBODY = Server("resolver", "192.0.2.53", id="one", operator="Biuro")
GREENEST = {"error": "error", "warning": "warning", "notice": "success", "info": "success"}


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("state", STATES)
def test_nothing_on_top_is_greener_than_the_worst_finding(state, tag):
    severity = datafiles.dns_severities().severity[tag]
    finding = Finding(tag, SOMEBODY, TOLD)
    for beside in ((), (Finding("old_servers_serve_new"), Finding("serial_differs", SOMEBODY, TOLD))):
        for moves, changed in ((True, True), (False, True), (False, False)):
            given = outcome(state, None, findings=(finding, *beside), moves=moves, changed=changed)
            quiet = outcome(state, None, findings=beside, moves=moves, changed=changed)
            assert TONES.index(given.tone) <= min(TONES.index(GREENEST[severity]), TONES.index(quiet.tone))
            for language in LANGUAGES.values():
                top = language.text(title(given))
                if severity in ("error", "warning"):
                    assert top not in (language.text("dns.title.expired"), language.text("dns.title.observed"))
                if severity == "error":
                    assert language.text(finding.message) in said(given, language)
                    assert client_text("firma.pl", given, language) == language.text(
                        "dns.client.fault", name="firma.pl"
                    )


@pytest.mark.parametrize("tag", sorted(HOLDS_BACK))
@pytest.mark.parametrize("eta", [UNTIL, None])
def test_what_holds_a_verdict_back_is_said_and_nobody_is_told_that_it_is_seen_everywhere(tag, eta):
    given = held(Finding(tag, SOMEBODY, TOLD), eta=eta)
    assert given.verdict.held and given.tone in ("error", "warning")
    for language in LANGUAGES.values():
        assert language.text(given.verdict.held_back[0].message) in said(given, language)
        top, client = language.text(title(given)), client_text("firma.pl", given, language)
        assert top not in {language.text(f"dns.title.{green}") for green in ("expired", "observed", "agreed", "but")}
        assert client not in {language.text(f"dns.client.{done}", name="firma.pl") for done in ("expired", "observed")}
        assert language.text("dns.end.hosting_now") not in ticket("firma.pl", given, language, T0)


def held(*findings, eta=UNTIL, counted=SEVEN_OF_NINE, beside=()):
    """What the formula calls over, and these findings do not."""
    verdict = dataclasses.replace(found("consistent", eta, findings=(*findings, *beside)), expired=True)
    verdict = dataclasses.replace(verdict, held_back=findings)
    return Outcome(verdict, counted, datafiles.dns_severities(), hosting=True)


STILL_OLD = Finding("resolver_still_old", SOMEBODY, TOLD)


def test_client_understands_in_one_sentence_why_a_network_stays_with_the_old_servers_and_only_where_that_was_found():
    fed = held(STILL_OLD, beside=(Finding("old_servers_feed", None, TOLD),))
    assert "dawne serwery, bo te wciąż odsyłają do siebie" in client_text("firma.pl", fed, POLISH)
    assert "keep referring to themselves" in client_text("firma.pl", fed, ENGLISH)
    # Nobody saw why: then nothing is said of why.
    for given in (held(STILL_OLD), held(Finding("resolver_unsure", SOMEBODY, TOLD))):
        assert "serwery, bo" not in client_text("firma.pl", given, POLISH)
    assert "bo te" not in said(held(STILL_OLD), POLISH)


def test_who_was_set_aside_is_named_beside_the_verdict_with_the_reason():
    aside = Finding("set_aside", SOMEBODY, {"reason": "resolwer biura, do wymiany"})
    given = outcome("expired", findings=(aside,))
    assert "Biuro (192.0.2.53)" in said(given, POLISH) and "do wymiany" in said(given, POLISH)
    assert given.tone == "success" and ticket("firma.pl", given, POLISH, T0).count("do wymiany") == 1


def test_where_everybody_was_set_aside_nobody_was_left_to_look_and_it_says_so():
    aside = Finding("set_aside", SOMEBODY, {"reason": "x"})
    given = held(Finding("nobody_left"), beside=(aside,), counted=Tally(0, 0, 0))
    assert given.unseen and given.tone == "warning"
    assert ENGLISH.text(title(given)) == "The time is over, but nobody is left to confirm it."
    assert "nobody is left who could show" in said(given)
    assert "still checking" in client_text("firma.pl", given, ENGLISH)
    # Before the end too it is said, though there is nothing yet to confirm.
    early = outcome("consistent", findings=(Finding("nobody_left"), aside), counted=Tally(0, 0, 0))
    assert "nobody is left who could show" in said(early) and early.tone == "warning"


def test_where_no_resolver_answers_it_is_arithmetic_and_not_green():
    given = outcome("expired", counted=Tally(0, 0, 9))
    assert given.tone == "warning" and "only worked out" in said(given)
    assert ENGLISH.text(title(given)) == "The time is over, but nobody is left to confirm it."


def test_doubt_beside_what_has_propagated_is_said_on_top():
    given = outcome("expired", findings=(Finding("tcp_fails", Server("authoritative", "192.0.2.4", name="ns1.a.pl")),))
    assert ENGLISH.text(title(given)) == "Propagated, with something to look at." and "ns1.a.pl" in said(given)


def ends(given, language=ENGLISH):
    return " ".join(map(language.text, endings(given)))


NEEDED = Finding("old_servers_needed", None, {"at": UNTIL})
OVER = Finding("old_servers_over", None, {"at": UNTIL, "types": "A, MX"})
FEEDS = Finding("old_servers_feed_on", None, TOLD)


def ended(state, *findings, moves=True, hosting=True, changed=True, expired=None):
    verdict = dataclasses.replace(found(state, moves=moves, findings=findings), expired=expired)
    return ends(Outcome(verdict, SEVEN_OF_NINE, datafiles.dns_severities(), changed, hosting=hosting))


def test_old_servers_are_released_from_an_hour_on_and_until_then_it_is_told_when():
    before = ended("consistent", NEEDED, expired=False)
    assert "Do not switch off the old name servers before 21 Nov 2026, 18:02." in before
    after = ended("expired", OVER, expired=True)
    assert "can be switched off (from 21 Nov 2026, 18:02 on), if A, MX is all they served" in after
    # The one thing is never said where the other is true.
    assert "can be switched off" not in before and "Do not" not in after


def test_old_servers_that_feed_caches_or_whose_end_is_not_known_are_not_released():
    assert "refer to themselves" in ended("expired", FEEDS, expired=True)
    assert "is not known" in ended("consistent")
    for state in ("unpublished", "published", "consistent"):
        assert "can be switched off" not in ended(state)


def test_old_hosting_may_end_after_the_bound_and_the_second_mail_sync_alone():
    assert "Keep the old hosting (web, mail) until 21 Nov 2026, 18:02 at least" in ended("consistent", expired=False)
    over = ended("expired", OVER, expired=True)
    assert "synchronise the mail a second time; after that the old hosting" in over
    assert "may end" not in ended("consistent", expired=True)  # held back
    assert "may end" not in ended("observed", expired=None)  # every resolver is new, no end is known
    # A change that leads no hosting elsewhere leaves none behind.
    assert "hosting" not in ended("expired", moves=False, hosting=False, expired=True)


def test_nothing_may_end_where_nobody_was_left_to_look():
    verdict = dataclasses.replace(found("expired", findings=(OVER,)), expired=True)
    unseen = Outcome(verdict, Tally(0, 0, 9), datafiles.dns_severities(), hosting=True)
    assert "can be switched off" not in ends(unseen) and "may end" not in ends(unseen)


def test_nothing_may_end_where_no_change_is_known():
    assert ended("expired", OVER, changed=False) == "" and ended("unknown") == ""


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("eta", [UNTIL, None])
@pytest.mark.parametrize("moves", [True, False])
def test_every_state_has_its_words(state, eta, moves, language):
    given = outcome(state, eta, moves=moves)
    lines = ticket("firma.pl", given, language, T0, "https://desk.example/x")
    client = client_text("firma.pl", given, language)
    assert "firma.pl" in lines and lines.endswith("https://desk.example/x") and "firma.pl" in client
    for text in (lines, client, said(given, language)):
        assert not re.search(r"dns\.\w|[{}]", text)
    # The client hears no terms of the trade.
    assert not re.search(r"TTL|resolwer|resolver|NS\b|delega", client)


def test_client_is_told_the_hour_only_where_it_is_known():
    assert "18:02" in client_text("firma.pl", outcome("consistent"), POLISH)
    assert "36" in client_text("firma.pl", outcome("consistent", None), POLISH)
    assert "18:02" not in client_text("firma.pl", outcome("expired"), POLISH)


def test_ticket_has_the_faults_but_not_what_only_explains():
    given = outcome("consistent", findings=(Finding("ttl_unknown"), Finding("old_servers_serve_new")))
    lines = ticket("firma.pl", given, ENGLISH, T0)
    assert sum(line.startswith("- ") for line in lines.split("\n")) == 1
    assert "::" not in lines
