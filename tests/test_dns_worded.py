"""What a check comes to in words: on the page, in a ticket, for the client; true in every state, in both languages."""

import datetime as dt
import re

import pytest

from core import datafiles
from core.dns.eta import Eta
from core.dns.findings import Finding
from core.dns.picture import Tally
from core.dns.verdict import Verdict
from core.dns.worded import Outcome, client_text, sentences, ticket, title
from core.language import ENGLISH, LANGUAGES, POLISH

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
        "Published 21 Nov 2026, 14:02. Caches may hold the old data until 21 Nov 2026, 18:02 at the latest. "
        "7 of 9 resolvers that answer already see the new data. 2 resolvers do not answer and are not counted."
    )
    assert said(outcome("consistent"), POLISH).startswith(
        "Opublikowano: 21.11.2026, 14:02. Pamięci podręczne mogą trzymać stare dane najpóźniej do 21.11.2026, 18:02."
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
    over = outcome("observed", findings=(Finding("lame", values={"server": "ns1.a.pl"}),))
    assert ENGLISH.text(title(over)) == "Propagated."


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
