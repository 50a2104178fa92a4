"""A base that a manager kept is found by number, client and domain, whole or not at all, and never invented."""

import datetime as dt
import threading
from dataclasses import replace
from hashlib import sha256

import numpy as np
import pytest
import sqlalchemy as sa

from core import datafiles
from core.database import tables
from core.database.transactions import engine, reading
from core.database.upgrade import upgrade
from core.ground.file_limits import KEPT_SUBSCRIPTIONS
from core.ground.messages import InputError
from core.ground.settings import ROOT
from core.ground.text_limits import LINE
from core.language import ENGLISH, POLISH
from core.pricing import calendar
from core.quotes import subscription_base
from core.simulation.reading import Loaded, load
from core.simulation.samples import NAME, samples
from core.simulation.subscriptions import texts
from tests import postgres
from tests.migrations import ANNA, MARIA, NOW, WIKTOR, act
from tests.simulation import base_of

HEADER = "nr;klient;pakiet;od;do;cena;domeny;skrzynki;dysk;nazwy domen"
FILE = f"""{HEADER}
A-1;Kwiaciarnia Żółty Tulipan;basic;01.06.2025;31.05.2026;199,00;2;5;4,5;tulipan.pl, żółty-tulipan.pl
A-10;Warsztat Pod Dębem;plus;01.05.2025;30.04.2027;;1;0;0;www.debem.pl
A-11;Tulipan Sp. z o.o.;basic;15.11.2025;14.12.2025;;0;0;0,125;
B-7;Pod Dębem i Syn;basic;01.01.2026;31.12.2026;;1;1;1;debem-syn.pl
""".encode()

ON_BOTH = pytest.mark.parametrize(
    "desk", ["sqlite", pytest.param("postgres", marks=postgres.MARKS)], indirect=True, ids=str
)


@pytest.fixture
def desk(request):
    """An empty desk on SQLite; where a test is ON_BOTH, on PostgreSQL as well."""
    url = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")
    upgrade(url)
    return engine(url)


def keep(desk, tariff, data=FILE, by=MARIA, name="baza.csv"):
    return subscription_base.keep(desk, load(data, tariff), tariff, name, sha256(data).hexdigest(), act(by))


def refused(deed):
    with pytest.raises(InputError) as caught:
        deed()
    (error,) = caught.value.errors
    assert all("{" not in language.mistake(error) for language in (POLISH, ENGLISH))
    return error.field, error.message.id


def numbers(desk, text, **given):
    return [held.number for held in subscription_base.find(desk, text, **given)]


@ON_BOTH
def test_what_was_kept_comes_back_as_the_file_has_it(desk, tariff):
    kept = keep(desk, tariff)
    assert (
        subscription_base.kept(desk)
        == kept
        == subscription_base.Kept("baza.csv", sha256(FILE).hexdigest(), NOW, "maria", 4)
    )
    held = subscription_base.by_number(desk, "A-1")
    assert (held.client, held.package, held.names) == (
        "Kwiaciarnia Żółty Tulipan",
        "basic",
        ("tulipan.pl", "xn--ty-tulipan-fbb26grv.pl"),
    )
    assert {name: text for name, text in held.texts().items() if name != "service_start"} == {
        "package": "basic",
        "term_start": "2025-06-01",
        "valid_until": "2026-05-31",
        "price_net": "199.00",
        "domains": "2",
        "mailboxes": "5",
        "disk_gb": "4.5",
    }
    assert subscription_base.by_number(desk, "A-11").texts()["price_net"] == ""
    assert subscription_base.by_number(desk, "A-11").texts()["disk_gb"] == "0.125"
    assert subscription_base.by_number(desk, "a-1") is None and subscription_base.by_number(desk, "A-2") is None


@ON_BOTH
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A-1", ["A-1", "A-10", "A-11"]),
        ("a 10", ["A-10"]),
        ("11", ["A-11"]),
        ("tulipan", ["A-1", "A-11"]),
        ("TULIPAN ŻÓŁTY", ["A-1"]),
        ("zolty tul", ["A-1"]),
        ("pod debem", ["B-7", "A-10"]),
        ("debem.pl", ["A-10"]),
        ("www.debem.pl", ["A-10"]),
        ("https://www.debem.pl/kontakt?x=1", ["A-10"]),
        ("biuro@debem.pl", ["A-10"]),
        ("debem-", ["B-7", "A-10"]),
        ("żółty-tulipan.pl", ["A-1"]),
        ("żółty-tulipan", ["A-1"]),
        ("xn--ty-tulipan-fbb26grv.pl", ["A-1"]),
        ("lipan", []),
        ("%", []),
        ("", []),
        (" ", []),
    ],
)
def test_a_number_a_clients_words_or_a_domain_find_their_subscriptions(desk, tariff, text, found):
    keep(desk, tariff)
    assert numbers(desk, text) == found


def test_no_more_are_found_than_asked_for_and_the_nearest_first(desk, tariff):
    lines = [f"A-{n};Róża;basic;01.06.2025;31.05.2026;;1;0;0;a{n}.pl" for n in range(1, 40)]
    keep(desk, tariff, "\n".join([HEADER, *lines]).encode())
    assert numbers(desk, "roza", limit=3) == ["A-1", "A-10", "A-11"]
    assert numbers(desk, "A-3", limit=2) == ["A-3", "A-30"]
    assert numbers(desk, "a7.pl") == ["A-7"]
    assert len(numbers(desk, "a")) == 8


@ON_BOTH
def test_a_base_takes_the_place_of_the_one_before_as_a_whole(desk, tariff):
    keep(desk, tariff)
    later = f"{HEADER}\nC-1;Nowa;basic;01.06.2025;31.05.2026;;1;0;0;nowa.pl\n".encode()
    assert keep(desk, tariff, later, name="nowsza.csv").rows == 1
    assert subscription_base.kept(desk).name == "nowsza.csv"
    assert (numbers(desk, "A-1"), numbers(desk, "debem.pl"), numbers(desk, "nowa")) == ([], [], ["C-1"])
    with reading(desk) as connection:
        counts = [
            connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in (tables.base, tables.subscription, tables.subscription_domain)
        ]
    assert counts == [1, 1, 1]


@ON_BOTH
def test_of_two_who_keep_a_base_at_once_one_has_the_last_word(desk, tariff):
    files = [f"{HEADER}\nC-{n};Nowa;basic;01.06.2025;31.05.2026;;1;0;0;n{n}.pl\n".encode() for n in range(4)]
    threads = [
        threading.Thread(target=keep, args=(desk, tariff, data, MARIA, f"{n}.csv")) for n, data in enumerate(files)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    last = subscription_base.kept(desk).name.removesuffix(".csv")
    assert numbers(desk, "nowa") == [f"C-{last}"]


def test_what_breaks_off_leaves_the_base_that_was_there(desk, tariff, monkeypatch):
    keep(desk, tariff)

    def broken(*_):
        raise OSError

    monkeypatch.setattr(subscription_base, "_insert", broken)
    with pytest.raises(OSError):
        keep(desk, tariff, f"{HEADER}\nC-1;Nowa;basic;01.06.2025;31.05.2026;;1;0;0;n.pl\n".encode())
    assert (subscription_base.kept(desk).rows, numbers(desk, "debem.pl")) == (4, ["A-10"])


@ON_BOTH
def test_a_base_that_was_dropped_is_gone(desk, tariff):
    keep(desk, tariff)
    subscription_base.forget(desk, act(MARIA))
    assert (subscription_base.kept(desk), numbers(desk, "A-1"), subscription_base.by_number(desk, "A-1")) == (
        None,
        [],
        None,
    )
    subscription_base.forget(desk, act(MARIA))


@pytest.mark.parametrize("person", [ANNA, WIKTOR], ids=lambda person: person.role)
def test_only_a_manager_keeps_a_base_and_drops_it(desk, tariff, person):
    assert refused(lambda: keep(desk, tariff, by=person)) == ("actor", "error.may_not.base")
    keep(desk, tariff)
    assert refused(lambda: subscription_base.forget(desk, act(person))) == ("actor", "error.may_not.base")
    assert subscription_base.kept(desk).rows == 4


def test_the_samples_are_never_kept_not_even_as_a_file(desk):
    tariff = datafiles.read_tariff(ROOT / "data" / "tariff.toml")
    data = (ROOT / NAME).read_bytes()
    shown = samples(tariff, dt.date(2026, 11, 28))
    for deed in (
        lambda: keep(desk, tariff, data),
        lambda: subscription_base.keep(desk, shown, tariff, "", "", act(MARIA)),
    ):
        assert refused(deed) == ("file", "error.base_samples")
    assert subscription_base.kept(desk) is None


def test_a_base_is_neither_empty_nor_larger_than_the_desk_keeps(desk, tariff):
    row = base_of(tariff, ("basic", "2025-06-01", "2026-05-31", {}))
    for count in (0, KEPT_SUBSCRIPTIONS + 1):
        loaded = Loaded(row.rows(np.zeros(count, np.int64)), count, (), "utf-8", ";", {}, {})
        deed = lambda loaded=loaded: subscription_base.keep(desk, loaded, tariff, "a.csv", "", act(MARIA))  # noqa: E731
        assert refused(deed) == ("file", "error.base_rows")


def test_a_client_that_looks_like_a_password_stays_out_and_is_told_by_number(desk, tariff):
    lines = ("A-1;Róża hasło: Kot123!x;basic;01.06.2025;31.05.2026;;1;0;0;a.pl", FILE.decode().splitlines()[2])
    kept = keep(desk, tariff, "\n".join([HEADER, *lines]).encode())
    assert (kept.rows, kept.left_out) == (1, ("A-1",))
    assert (numbers(desk, "kot123"), numbers(desk, "a.pl")) == ([], [])
    assert refused(lambda: keep(desk, tariff, name="haslo Kot123!x: Kot123!x.csv"))[1].startswith("error.secret")


def test_what_is_looked_for_is_a_line_at_most(desk, tariff):
    keep(desk, tariff)
    for look in (subscription_base.find, subscription_base.by_number):
        assert refused(lambda look=look: look(desk, "a" * (LINE + 1))) == ("subscription", "error.too_long")


def test_of_many_subscriptions_each_is_found(desk, tariff):
    some = base_of(tariff, ("basic", "2025-06-01", "2026-05-31", {}))
    count = 20_000
    many = replace(
        some.rows(np.zeros(count, np.int64)),
        id=texts([f"A-{n:06}" for n in range(count)]),
        client=texts([f"Firma {n % 7_000}" for n in range(count)]),
        names=texts([f"strona-{n}.pl sklep-{n}.pl" for n in range(count)]),
    )
    loaded = Loaded(many, count, (), "utf-8", ";", {}, {})
    assert subscription_base.keep(desk, loaded, tariff, "a.csv", "", act(MARIA)).rows == count
    assert numbers(desk, "sklep-19999.pl") == ["A-019999"] == numbers(desk, "019999")
    assert calendar.date(int(many.term_start[0])) == subscription_base.by_number(desk, "A-000000").term_start
