"""A text that was stored by mistake is blanked everywhere, for good, by a manager; what stands still follows."""

import contextlib
import sqlite3
import threading

import pytest
import sqlalchemy as sa

from core.database.address import file_of
from core.database.tables import erasure, import_batch, import_row
from core.database.transactions import engine, reading, writing
from core.database.upgrade import fresh
from core.desk import database_check
from core.ground.messages import InputError
from core.ground.words import fold
from core.migration import moves
from core.migration.handover import Handed
from core.migration.people import CONSOLE
from core.migration.rebuilding import rebuild
from core.migration.undone import set_back
from core.store.blanking import Blanked, blank, standing
from core.store.changing import write_batch
from core.store.conflicts import ReplacedError
from core.store.store import Store
from core.store.stored_texts import MARK, Spot, suspects, texts
from tests.migrations import ANNA, MARIA, NOW, WIKTOR, act
from tests.stores import ON_BOTH, empty, everything

SECRET = "klos / Zima2026!"

store = pytest.fixture(empty)


def begin(store, ref, domain, *, extra=None, **values):
    """Register a migration as the desk did before it knew a login by its shape: no text is looked at."""
    written = store.register(act(), {"ref": ref, "client": "Róża", **values}, {domain: {"display": domain}})
    if extra:
        stored(store, written.migration.id, act().event("set", domain=domain, item="extra", old={}, new=extra))
    return written.migration.id


def stored(store, id, *events):
    store.change(id, lambda m: events)


def full(store):
    """A desk with a secret in every place there is, in two migrations, and one migration without; return their ids."""
    first = begin(store, "P-1", "a.pl", extra={"Dostęp FTP": SECRET, "teczka": "zielona", f"Panel {SECRET}": "tak"})
    second, other = begin(store, "P-2", "b.pl"), begin(store, "P-3", "c.pl")
    e = act().event
    stored(
        store,
        first,
        e("noted", new=f"FTP: {SECRET}\nprosi o kontakt"),
        e("set", item="nonstandard", old="", new=SECRET),
        e("set", item="nonstandard", old=SECRET, new="brak"),
        e("set", domain="a.pl", item="extra.Dostęp FTP", old=SECRET, new=f"nowy: {SECRET}"),
        e("checked", item="access", new={"choice": "", "detail": f"dał {SECRET}"}),
        e("held", item="client", reason=SECRET),
        e("resolver_aside", domain="a.pl", item="one", new="one", reason=SECRET),
    )
    stored(store, second, e("set", item="source_host", old="", new=SECRET), e("cancelled", reason=SECRET))
    stored(
        store,
        second,
        e("restored", old={"reason": SECRET, "since": None}),
        e("set", item="client", old="Róża", new=SECRET),
    )
    stored(store, other, e("noted", new="hasło zmienione"))
    values = {
        "sha256": "0", "encoding": "utf-8", "delimiter": ";", "header_key": "0",
        "mapping": {"columns": {f"Panel {SECRET}": None, "klient": "client"}, "excluded": [SECRET, "jan / Lato2026!"]},
        "counts": {}, "actor": "anna", "applied_at": NOW,
    }  # fmt: skip
    rows = [{"row": 2, "outcome": "rejected", "errors": [{"column": SECRET, "reason": "error.missing"}]}]
    with writing(store.engine) as connection:
        write_batch(connection, values, rows)
    return first, second, other


def spot_of(store, field, ref="P-1"):
    return next(s.spot for s in suspects(store) if (s.field, s.ref) == (field, ref))


def holds_together(store):
    for m in store.all():
        told = rebuild(store.events(m.id))
        told.id = m.id
        assert told == m or (setattr(told, "batch", None), told == m)[1]
    if store.engine.dialect.name == "sqlite":
        with fresh() as right, reading(store.engine) as connection:
            assert database_check.differences(connection, right) == []


@ON_BOTH
def test_text_is_blanked_in_every_event_and_row_and_what_stands_still_follows(store):
    first, second, other = full(store)
    before = everything(store)
    assert str(before).count("Zima2026") > 15
    kept = (store.one(other), store.events(other))
    done = blank(store, spot_of(store, "extra"), act(MARIA), "login z arkusza")
    after = everything(store)
    assert "Zima2026" not in str(after) and "klos" not in str(after)
    assert done.refs == ("P-1", "P-2") and done.events == 12
    assert after["erasure"] == [(1, NOW, "maria", "login z arkusza", 2, 12, 3, "blanked")]
    assert (store.one(other), store.events(other)) == kept
    m = store.one(first)
    assert m.notes[0].text == f"FTP: {MARK}\nprosi o kontakt" and m.nonstandard == "brak"
    assert m.domains["a.pl"].extra == {"Dostęp FTP": f"nowy: {MARK}", "teczka": "zielona", "Panel [usunięte 1]": "tak"}
    assert (m.checks["access"].detail, m.hold["reason"]) == (f"dał {MARK}", MARK)
    assert (store.one(second).client, store.one(second).import_key) == (MARK, "")
    # Who did what and when is as it was, and so are all numbers.
    assert sorted(e[:3] for e in after["event"]) == sorted(e[:3] for e in before["event"])
    assert {m.id: (m.version, m.seq, m.token) for m in store.all()} == {
        row[0]: (m.version, m.seq, m.token) for row in before["migration"] for m in [store.one(row[0])]
    }
    holds_together(store)
    store.change(first, lambda now: moves.note(now, act(), "dalej"))
    assert not [s for s in suspects(store) if s.ref]


def test_blanked_text_is_left_neither_in_the_file_nor_in_its_log(sqlite_url):
    store = Store(engine(sqlite_url))
    full(store)
    files = lambda: b"".join(p.read_bytes() for p in file_of(sqlite_url).parent.glob("desk.sqlite3*"))  # noqa: E731
    assert b"Zima2026" in files()
    blank(store, spot_of(store, "extra"), act(MARIA), "login z arkusza")
    assert b"Zima2026" not in files() and b"zielona" in files()


@ON_BOTH
def test_text_is_blanked_in_what_an_undone_import_set_back_and_where_people_stand(store):
    """Also: a hold that is over, an owner whom no team knows, a status that an import remembers."""
    panel = f"Panel {SECRET}"
    id = begin(store, "P-1", "a.pl", extra={panel: SECRET}, owner="Jan Nowak")
    e = act().event
    stored(store, id, e("set", item="owner", old="Jan Nowak", new=SECRET), e("held", item="us", reason=SECRET))
    stored(
        store,
        id,
        e("set", item="deputy", old="", new="jan / Lato2026!"),
        e("checked", item="access", new={"choice": "", "detail": SECRET}),
    )
    before = store.one(id)
    since = [
        e("set", item="source_host", old="", new="stary"),
        e("unchecked", item="access"),
        e("resumed", old=before.hold),
    ]
    since += [e("set", item="owner", old=SECRET, new="anna"), e("cancelled", reason="import")]
    since += [e("set", domain="a.pl", item="extra", old=before.domains["a.pl"].extra, new={panel: "nic"})]
    stored(store, id, *since)
    stored(store, id, e("undone", item="1", new=set_back(store.one(id), before), reason="import 1"))
    values = {
        "sha256": "0", "encoding": "utf-8", "delimiter": ";", "header_key": "0", "counts": {}, "actor": "anna",
        "mapping": {"columns": {}, "excluded": [], "statuses": {fold(SECRET): "dns", "w drodze": "dns"}},
        "applied_at": NOW,
    }  # fmt: skip
    with writing(store.engine) as connection:
        write_batch(connection, values, [])
    assert spot_of(store, "deputy").seq > 3
    blank(store, spot_of(store, "extra"), act(MARIA), "login z arkusza")
    left = everything(store)
    assert "zima2026" not in str(left).casefold() and "w drodze" in str(left["import_batch"])
    m = store.one(id)
    assert (m.owner, m.hold["reason"], m.checks["access"].detail) == (MARK, MARK, MARK)
    assert m.domains["a.pl"].extra == {"Panel [usunięte 1]": MARK}
    holds_together(store)


@ON_BOTH
def test_names_of_a_list_and_why_there_is_no_telephone_are_blanked_wherever_they_stand(store):
    id = begin(store, "P-1", "a.pl", mail_accounts=(Handed("biuro@a.pl", 40),))
    e, listed = act().event, [["biuro@a.pl", 40], [SECRET, None]]
    stored(
        store,
        id,
        e("set", item="mail_accounts", old=[["biuro@a.pl", 40]], new=listed),
        e("set", item="site_list", old=None, new=[[f"panel {SECRET}", 7]]),
        e("set", item="no_phone", old="", new=f"bo {SECRET}"),
    )
    before = store.one(id)
    stored(
        store,
        id,
        e("set", item="mail_accounts", old=listed, new=None),
        e("set", item="no_phone", old=f"bo {SECRET}", new=""),
    )
    stored(store, id, e("undone", item="move", new=set_back(store.one(id), before)))
    assert {s.field for s in suspects(store)} == {"mail_accounts", "site_list", "no_phone"}
    assert ("mail_accounts", "biuro@a.pl") in {(text.field, text.text) for text in texts(store, id)}
    blank(store, spot_of(store, "mail_accounts"), act(MARIA), "login na liście")
    assert "Zima2026" not in str(everything(store))
    m = store.one(id)
    assert m.mail_accounts == (Handed("biuro@a.pl", 40), Handed(MARK))
    assert (m.site_list, m.no_phone) == ((Handed(f"panel {MARK}", 7),), f"bo {MARK}")
    holds_together(store)


def test_log_that_somebody_reads_in_is_emptied_once_they_are_done(sqlite_url):
    store = Store(engine(sqlite_url))
    full(store)
    log = file_of(sqlite_url).with_name("desk.sqlite3-wal")
    with contextlib.closing(sqlite3.connect(file_of(sqlite_url))) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM event").fetchall()
        blank(store, spot_of(store, "extra"), act(MARIA), "login z arkusza")
        store.all()
        assert b"Zima2026" in log.read_bytes()
    store.all()
    assert b"Zima2026" not in log.read_bytes() + file_of(sqlite_url).read_bytes()
    store.change(1, lambda now: moves.resume(now, act()))
    assert len(log.read_bytes()) > 0


def test_page_that_kept_the_migrations_sees_them_without_it(store):
    full(store)
    assert "Zima2026" in str(store.snapshot())
    blank(store, spot_of(store, "extra"), act(MARIA), "login z arkusza")
    assert "Zima2026" not in str(store.snapshot())


def test_suspects_are_listed_once_each_and_never_with_the_secret(store):
    full(store)
    found = suspects(store)
    assert "Zima2026" not in repr(found) and "klos" not in repr(found)
    assert [(s.ref, s.field, s.sure) for s in found] == [
        ("P-1", "extra", True), ("P-1", "column", False), ("P-1", "note", True), ("P-1", "extra", True),
        ("P-1", "detail", False), ("P-2", "source_host", False), ("", "column", False),
    ]  # fmt: skip
    assert {s.ref for s in suspects(store, store.by_ref("P-2").id)} == {"P-2"}


def test_nothing_is_suspected_in_a_desk_without_secrets(store):
    id = begin(store, "P-1", "a.pl", extra={"Dostęp FTP": "uzgodniony", "hasło zmienione": "tak"})
    store.change(id, lambda m: moves.note(m, act(), "PHP 7.4/8.2, termin 12/03/2026 14:30"))
    assert suspects(store) == []


def test_any_text_of_a_migration_can_be_chosen_not_only_a_suspect(store):
    first, *_ = full(store)
    store.change(first, lambda m: moves.note(m, act(), "umówione słowo to kotek"))
    chosen = next(t for t in texts(store, first) if t.text == "umówione słowo to kotek")
    assert chosen.field == "note" and standing(store, chosen.spot) == Blanked(1, ("P-1",))
    assert blank(store, chosen.spot, act(MARIA), "to hasło") == Blanked(1, ("P-1",))
    assert "kotek" not in str(everything(store))


def test_short_text_is_blanked_only_where_nothing_stands_beside_it(store):
    id = begin(store, "P-1", "a.pl", nonstandard="ala1")
    store.change(id, lambda m: moves.note(m, act(), "pani ala1 z biura"))
    chosen = next(t for t in texts(store, id) if t.field == "nonstandard")
    blank(store, chosen.spot, act(MARIA), "to hasło")
    assert store.one(id).nonstandard == MARK and store.one(id).notes[0].text == "pani ala1 z biura"


def test_two_columns_that_were_blanked_are_still_two(store):
    id = begin(store, "P-1", "a.pl", extra={"klos / Zima2026!": "x", "jan / Lato2026!": "y"})
    for n in range(2):
        spot = next(s.spot for s in suspects(store) if s.field == "column")
        blank(store, spot, act(MARIA), f"login {n}")
    assert store.one(id).domains["a.pl"].extra == {"[usunięte 1]": "x", "[usunięte 2]": "y"}
    holds_together(store)


def test_column_of_an_excluded_name_is_found_in_what_the_import_remembers(store):
    full(store)
    spot = next(s.spot for s in suspects(store) if s.spot.of == "import")
    blank(store, spot, act(MARIA), "nagłówek")
    with reading(store.engine) as connection:
        mapping = connection.execute(sa.select(import_batch.c.mapping)).scalar_one()
        errors = connection.execute(sa.select(import_row.c.errors)).scalar_one()
    assert mapping["excluded"] == [SECRET, "[usunięte 1]"] and errors[0]["column"] == SECRET


# -- who, why, and two at once


def test_nobody_but_a_manager_blanks(store):
    full(store)
    before, spot = everything(store), spot_of(store, "extra")
    for person in (ANNA, CONSOLE, WIKTOR):
        with pytest.raises(InputError, match=r"error.may_not.erase"):
            blank(store, spot, act(person), "pomyłka")
    assert everything(store) == before


@pytest.mark.parametrize(
    ("reason", "id"),
    [("", "error.missing"), ("hasło: Kot12!zz", "error.secret"), (f"było {SECRET}", "error.secret_typed")],
)
def test_reason_is_needed_and_holds_no_secret(store, reason, id):
    full(store)
    with pytest.raises(InputError) as refused:
        blank(store, spot_of(store, "extra"), act(MARIA), reason)
    (mistake,) = refused.value.errors
    assert (mistake.field, mistake.message.id) == ("reason", id) and "Zima2026" not in str(refused.value)
    assert everything(store)["erasure"] == []


def test_reason_does_not_repeat_what_is_blanked(store):
    id = begin(store, "P-1", "a.pl", nonstandard="zielony kotek")
    chosen = next(t for t in texts(store, id) if t.field == "nonstandard")
    with pytest.raises(InputError, match=r"error.reason_repeats") as refused:
        blank(store, chosen.spot, act(MARIA), "w polu stało Zielony kotek")
    assert "kotek" not in str(refused.value).lower()


@ON_BOTH
def test_of_two_managers_at_once_one_blanks_and_the_other_is_told(store):
    full(store)
    spot, told = spot_of(store, "extra"), []

    def one():
        try:
            told.append(blank(store, spot, act(MARIA), "login z arkusza").events)
        except InputError as error:
            told.append(error.errors[0].message.id)

    both = [threading.Thread(target=one) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sorted(told, key=str) == [12, "error.blanked_already"]
    assert len(everything(store)["erasure"]) == 1


def test_page_of_another_life_of_the_database_blanks_nothing(store):
    first, *_ = full(store)
    seen = store.one(first)
    with writing(store.engine) as connection:
        connection.execute(sa.text("UPDATE epoch SET token = 'other'"))
    with pytest.raises(ReplacedError):
        blank(store, spot_of(store, "extra"), act(MARIA), "login", origin=seen.origin)
    assert standing(store, spot_of(store, "extra")).events == 12


@pytest.mark.parametrize("spot", [Spot("migration", 1, 1, 99), Spot("migration", 77, 1, 0), Spot("import", 9, 0, 0)])
def test_spot_that_is_none_is_told(store, spot):
    full(store)
    assert standing(store, spot) == Blanked(0, ())
    with pytest.raises(InputError, match=r"error.blanked_already"):
        blank(store, spot, act(MARIA), "login")


def test_form_opened_before_does_not_bring_it_back(store):
    from core.migration import typed

    first, *_ = full(store)
    d = store.one(first).domains["a.pl"]
    shown = typed.form_of_domain(d)
    held = {**shown, "extra.teczka": "biała"}
    blank(store, spot_of(store, "extra"), act(MARIA), "login z arkusza")
    store.change(
        first, lambda m: moves.change(m, act(), typed.changes(held, shown), "a.pl"), domains={"a.pl": d.version}
    )
    assert "Zima2026" not in str(everything(store)) and store.one(first).domains["a.pl"].extra["teczka"] == "biała"


# -- the law of events


@ON_BOTH
@pytest.mark.parametrize("kind", [None, "erased", "blanked"])
def test_event_is_changed_only_while_blanked_and_deleted_only_while_erased(store, kind):
    begin(store, "P-1", "a.pl")
    record = {"erased_at": NOW, "actor": "maria", "reason": "x", "migrations": 1, "events": 1, "highest_ref": 1}

    def refused(statement):
        try:
            with writing(store.engine) as connection:
                if kind:
                    connection.execute(sa.insert(erasure), [{**record, "kind": kind}])
                    connection.execute(sa.text("UPDATE migration SET erasure_id = (SELECT max(id) FROM erasure)"))
                connection.execute(sa.text(statement))
        except sa.exc.IntegrityError as error:
            assert "append-only" in str(error)
            return True
        return False

    assert refused("UPDATE event SET reason = 'x'") == (kind != "blanked")
    for change in ("actor = 'x'", "seq = seq + 10", "kind = 'noted'", "forced = (1 = 1)", "recorded_at = NULL"):
        assert refused(f"UPDATE event SET {change}")
    assert refused("DELETE FROM event WHERE seq = 2") == (kind != "erased")
