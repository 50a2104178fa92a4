"""What the client is sent: what will be moved, what the archive did not say, and the question what is missing."""

import datetime as dt

import pytest

from core import datafiles
from core.inventory.inventory import Alias, Database, Finding, FoundDomain, Mailbox
from core.language import ENGLISH, POLISH
from core.migration import moves, package_advice
from core.migration.handover import Handed
from core.migration.inventoried import take
from core.migration.inventory_field import MOST as KEPT
from core.migration.inventory_message import MOST, client_summary
from tests.inventories import MB, SOURCE, inventory
from tests.migrations import Life

MAIL, SITES = "mail_accounts", "site_list"


def taken(*domains, further=(), package="", **values):
    life = Life(*(domains or ("alfa.example",)), package=package)
    life.do(take, inventory(*further, **values), SOURCE)
    return life


def test_summary_says_in_polish_what_will_be_moved_and_asks_what_is_missing():
    said = client_summary(taken(unsaid=("made_on",), further=("gamma.example",)).m, POLISH)
    assert said.split("\n\n") == [
        "Dzień dobry,\nponiżej jest lista tego, co przeniesiemy.",
        f"Lista powstała na podstawie kopii ze starego hostingu (cPanel, plik {SOURCE} z dnia 12.11.2026).",
        "Domena (1):\n- alfa.example",
        "Strony www (2) razem 312 MB:\n- alfa.example (300 MB, PHP 8.2)\n- sklep.alfa.example (12 MB)",
        "Skrzynki e-mail (2) razem 3 MB:\n- biuro@alfa.example (2 MB, limit: 1 GB)\n"
        "- jan@alfa.example (1 MB, limit: brak)",
        "Alias lub przekierowanie poczty (1):\n- info@alfa.example → biuro@alfa.example, program na serwerze",
        "Bazy danych (2):\n- klient_wp (120 MB)\n- klient_stara (40 MB)",
        "Zadania cron: 3. Na nowym serwerze trzeba je ustawić na nowo; prosimy napisać, które są nadal potrzebne.",
        "Ta domena jest w kopii, a nie ma jej wśród przenoszonych (1). Czy też ją przenieść?\n- gamma.example",
        "Z kopii nie wiadomo:\n- z którego dnia jest kopia",
        "Czego tu brakuje, a co jest niepotrzebne? Prosimy o odpowiedź przed przenosinami: to, czego nie ma na liście, "
        "zostanie na starym serwerze.\nProsimy nie przesyłać haseł.",
    ]


def test_summary_of_lists_alone_asks_for_what_only_an_archive_would_say():
    life = Life("alfa.example")
    said = client_summary(life.m, POLISH)
    assert "Skrzynki e-mail: nie mamy jeszcze ich listy." in said and "Strony www: nie mamy jeszcze" in said
    life.do(moves.change, {MAIL: (Handed("biuro@alfa.example", 2, 0), Handed("x@alfa.example")), SITES: ()})
    said = client_summary(life.m, POLISH)
    assert "Skrzynki e-mail (2) razem co najmniej 2 MB:\n- biuro@alfa.example (2 MB, limit: brak)" in said
    assert "Strony www: nie ma żadnych." in said and "czy są bazy danych" in said and "kopii" not in said


def test_mail_that_no_list_of_the_archive_has_is_asked_for():
    found = Finding("mailbox_unlisted", "", {"address": "dawny@alfa.example", "size": 60})
    said = client_summary(taken(findings=(found,)).m, POLISH)
    assert "nie ma wśród skrzynek (1). Czy jest potrzebna?\n- dawny@alfa.example" in said
    assert found.tag in datafiles.inventory_severities().severity


@pytest.mark.parametrize(
    ("target", "told"),
    [
        (":fail: nie ma takiego adresu", "poczta nie jest przyjmowana"),
        (":fail:", "poczta nie jest przyjmowana"),
        (":blackhole:", "poczta jest przyjmowana i od razu usuwana"),
        (":Include: /home/k/lista", "adresy z listy w pliku na serwerze"),
        (":file:", "plik na serwerze"),
        (":unknown:", "nie wiadomo, dokąd"),
        (":defer:", "nie wiadomo, dokąd"),
        (":", "nie wiadomo, dokąd"),
    ],
)
def test_client_is_told_of_an_alias_what_becomes_of_its_mail_and_nothing_that_nobody_knows(target, told):
    m = taken(aliases=(Alias("info@alfa.example", (target,)),)).m
    assert f"\n- info@alfa.example → {told}\n" in client_summary(m, POLISH)
    assert "client_message" not in client_summary(m, ENGLISH)


def test_list_that_stands_apart_is_shown_as_one_that_may_lack_something():
    said = client_summary(taken("alfa.example", "beta.example", whole=False).m, ENGLISH)
    assert "could not be read to its end" in said and said.count("This list may not be complete.") == 2
    assert "biuro@alfa.example" in said and "not in the backup (1)" in said and "- beta.example" in said


@pytest.mark.parametrize("language", [POLISH, ENGLISH], ids=["pl", "en"])
def test_summary_is_bounded_worded_and_without_secrets(language):
    many = range(MOST + 40)
    life = taken(
        mailboxes=tuple(Mailbox(f"a{n}@alfa.example", MB) for n in many),
        databases=tuple(Database(f"b{n}", 1) for n in many),
        aliases=tuple(
            Alias(f"c{n}@alfa.example", ("|/bin/x --password=Zima2026!", *("d@alfa.example",) * 9)) for n in many
        ),
        unsaid=("sites", "site_sizes", "quotas", "php", "zones", "mailbox_sizes", "database_sizes", "crons"),
        crons=None,
    )
    said = client_summary(life.m, language)
    assert "Zima2026" not in said and "client_message" not in said and "inventoried." not in said and "{" not in said
    assert f"a{MOST - 1}@" in said and f"a{MOST}@" not in said and len(said) < 60_000
    assert said.count(language.text("client_message.inventory.more", count=40)) == 3


# -- the package


def advice(package, **values):
    return package_advice.advise(taken(package=package, **values).m, datafiles.tariff(), dt.date(2026, 11, 21))


def said(found):
    return [POLISH.text(message) for message in package_advice.told(found)]


def test_databases_and_further_domains_of_an_archive_count():
    found = advice("Firma", further=("gamma.example",))
    assert found.needed["disk_gb"].amount * 1024 == 300 + 12 + 2 + 1 + 120 + 40 and found.needed["domains"].amount == 2
    assert found.state == "fits"
    assert said(found)[0] == "2 z 25 skrzynek, 2 z 5 domen, 0,5 z 50 GB: pakiet Firma wystarczy."


def test_what_does_not_fit_is_named_with_how_much_to_remove():
    boxes = tuple(Mailbox(f"a{n}@alfa.example", 1500 * MB) for n in range(8))
    found = advice("Start", mailboxes=boxes)
    assert found.lacks == ("mailboxes", "disk_gb")
    assert "Do usunięcia 3 skrzynki (8 przy limicie 5)" in said(found)
    assert "Do zwolnienia 2,2 GB dysku (12,2 GB przy limicie 10 GB)" in said(found)


@pytest.mark.parametrize(
    ("values", "id"),
    [
        ({"unsaid": ("databases",), "databases": ()}, "advice.databases"),
        ({"whole": False}, "advice.broken_off"),
        ({"databases": (Database("x"),)}, "advice.unsized"),
        ({"databases": tuple(Database(f"b{n}", 1) for n in range(KEPT + 1))}, "advice.left_out.databases"),
        (
            {"domains": tuple(FoundDomain(f"d{n}.alfa.example", "subdomain") for n in range(KEPT + 1))},
            "advice.left_out.domains",
        ),
    ],
)
def test_nothing_is_called_enough_on_what_an_archive_does_not_say(values, id):
    life = taken(package="Firma", **values)
    life.do(moves.change, {MAIL: (), SITES: ()})
    found = package_advice.advise(life.m, datafiles.tariff(), dt.date(2026, 11, 21))
    assert found.state == "open" and id in [message.id for message in package_advice.told(found)]
