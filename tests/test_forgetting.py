"""Who asks to be forgotten is found in every place, and all of it goes together; strangers stay as they are."""

import threading

import pytest
import sqlalchemy as sa

from core.database import epoch
from core.database.address import file_of
from core.database.tables import base, erasure, import_batch, import_row, quote, subscription
from core.database.transactions import reading, writing
from core.database.upgrade import fresh
from core.desk import database_check
from core.forgetting.asked import read
from core.forgetting.forget import ChangedError, forget, look
from core.ground.messages import InputError
from core.inventory.inventory import Alias, Database, FoundDomain, Mailbox, Site
from core.language import ENGLISH, POLISH
from core.migration import inventoried, moves
from core.migration.kept_zones import kept_zone
from core.migration.people import CONSOLE
from core.migration.rebuilding import rebuild
from core.offer.customer import Customer
from core.quotes import subscription_base
from core.quotes.rows import Wanted
from core.store.store import Store
from core.store.stored_texts import MARK
from tests.forgetting import ASKED, TRACES, full
from tests.inventories import inventory, zone
from tests.migrations import ANNA, MARIA, WIKTOR, act
from tests.quotes import TODAY, by, save
from tests.stores import everything

WHY = "żądanie klienta z 21.11"


@pytest.fixture
def store(quotes, tariff):
    return full(quotes, tariff)


def told(found):
    """Return what was found: where, its name, whether all of it goes, whether it is sure."""
    return sorted({(one.where, one.name, one.whole, one.sure) for one in found})


def done(store, seen=None, chosen=None, reason=WHY, asked=ASKED, by=MARIA):
    wanted = read(asked)
    seen = seen or look(store.engine, wanted)
    return forget(store.engine, wanted, seen, seen.sure if chosen is None else chosen, act(by), reason)


def silent(text):
    return not [trace for trace in TRACES if trace.casefold() in text.casefold()]


def differences(store):
    if store.engine.dialect.name != "sqlite":
        return []
    with fresh() as right, reading(store.engine) as connection:
        return database_check.differences(connection, right)


def test_person_is_found_in_every_place_and_strangers_only_resemble_them(store):
    found = look(store.engine, read(ASKED)).found
    assert told(found) == [
        ("base", "A-1", True, True),
        ("base", "A-3", True, False),
        ("base", "baza Jan Kowalski.csv", False, True),
        ("import", "1", False, True),
        ("migration", "P-1", True, True),
        ("migration", "P-2", False, True),
        ("migration", "P-3", True, False),
        ("quote", "O/2025/0001", True, True),
        ("quote", "O/2025/0002", True, True),
        ("quote", "O/2025/0003", False, True),
        ("quote", "O/2025/0004", True, False),
        ("watch", "kowalski.example", True, True),
    ]
    fields = {said.field for one in found if one.name == "P-2" for said in one.evidence}
    assert fields == {"note", "contact_name", "contact_phone", "column", "extra", "reason"}


def test_all_of_it_goes_and_nothing_else(store):
    before, stranger = everything(store), store.by_ref("P-3")
    assert not silent(str(before))
    gone = done(store)
    assert (gone.migrations, gone.quotes, gone.rows) == (1, 2, 1) and gone.texts == 12
    after = everything(store)
    assert silent(str(after)) and "Janina Kowalska" in str(after)
    assert store.by_ref("P-1") is None and store.by_ref("P-3") == stranger
    other = store.by_ref("P-2")
    assert other.notes[0].text == f"{MARK} prosi o mail na {MARK}\ni o telefon po 15"
    assert (other.client, other.contact_name, other.hold["reason"]) == (
        "Łąka sp. z o.o.",
        "Ewa Lis",
        f"{MARK} wyjechał",
    )
    (column, keeper) = other.domains["laka.example"].extra
    assert column.startswith(MARK[:-1]) and other.domains["laka.example"].extra[keeper] == MARK
    assert [happened.kind for happened in store.events(other.id)].count("set") == 2
    rebuilt = rebuild(store.events(other.id))
    rebuilt.id, rebuilt.epoch, rebuilt.batch = other.id, other.epoch, other.batch
    assert rebuilt == other
    # Nobody can look for them any more, and the desk goes on.
    assert look(store.engine, read(ASKED)).sure == frozenset() and differences(store) == []
    store.change(other.id, lambda m: moves.note(m, act(), "dalej"))


def test_person_is_forgotten_in_archives_and_zones_of_others_which_stay(store):
    other = store.by_ref("P-2").id
    found = inventory(
        domains=(FoundDomain("laka.example", "main"),),
        sites=(Site("laka.example", "public_html", 1, "8.2"),),
        mailboxes=(Mailbox("jan@kowalski.example", 1, 7), Mailbox("biuro@laka.example")),
        aliases=(Alias("kontakt@laka.example", ("jan@kowalski.example",)),),
        databases=(Database("laka_wp", 1),),
        zones={"laka.example": zone("laka.example.")},
        zone_texts={"laka.example": 'www A 192.0.2.7\n_dmarc TXT "rua=mailto:jan@kowalski.example"\n'},
    )
    store.change(other, lambda m: inventoried.take(m, act(), found, "kopia Jan Kowalski.tar.gz"))
    store.change(other, lambda m: moves.change(m, act(), {"inventory": None}))
    store.change(other, lambda m: inventoried.take(m, act(), found, "kopia.tar.gz"))
    assert not silent(str(everything(store)))
    done(store)
    assert silent(str(everything(store))) and differences(store) == []
    m, kept = store.one(other), kept_zone(store.events(other), "laka.example")
    assert m.inventory.databases[0].name == "laka_wp" and m.inventory.aliases[0].address == "kontakt@laka.example"
    assert MARK in m.inventory.aliases[0].targets[0] and [e.name for e in m.mail_accounts][1] == "biuro@laka.example"
    assert kept.text.startswith("www A 192.0.2.7\n_dmarc TXT") and MARK in kept.text
    assert inventoried.evidence(m, "mail_accounts").source == "kopia.tar.gz"


def test_quotes_of_others_keep_their_history_without_the_mention(store, quotes):
    (other,) = [one for one in quotes.listed(Wanted(), TODAY) if one.number == "O/2025/0003"]
    before = quotes.events(other.number, TODAY)
    done(store)
    after = quotes.events(other.number, TODAY)
    assert [(e.seq, e.kind, e.actor, e.recorded_at) for e in after] == [
        (e.seq, e.kind, e.actor, e.recorded_at) for e in before
    ]
    assert after[-1].reason == f"{MARK} był przeciw"
    now = quotes.one(other.number)
    assert now.extras.lines[0].label == f"Przeniesienie, uzgodnił {MARK}" and quotes.priced(now)
    assert (now.state, now.amounts, now.version) == (other.state, other.amounts, other.version)


def test_numbers_of_erased_quotes_and_migrations_do_not_come_back(store, quotes, tariff):
    done(store)
    assert save(quotes, tariff).number == "O/2025/0005"
    new = store.register(act(), {"client": "Nowa"}, {"nowa.example": {"display": "nowa.example"}})
    assert new.migration.ref == "P-4"


def test_base_says_how_many_rows_it_still_has_and_whose_file_it_was(store):
    done(store)
    kept = subscription_base.kept(store.engine)
    assert (kept.rows, kept.name, kept.sha256) == (2, f"baza {MARK}.csv", "0")
    assert subscription_base.find(store.engine, "kowalski.example") == []
    assert subscription_base.find(store.engine, "Jan Kowalski") == []
    assert [held.number for held in subscription_base.find(store.engine, "Janina Kowalska")] == ["A-3"]


def test_imports_remember_no_column_and_no_state_of_theirs(store):
    done(store)
    with reading(store.engine) as connection:
        mapping = connection.execute(sa.select(import_batch.c.mapping)).scalar_one()
        (errors,) = connection.execute(sa.select(import_row.c.errors)).scalar_one()
    assert mapping["statuses"] == {"nowe": "package"} and "klient" in mapping["columns"]
    assert errors["column"].startswith(MARK[:-1]) and errors["column"] in mapping["columns"]


def test_records_say_who_when_why_and_how_much_and_never_whom(store):
    done(store)
    with reading(store.engine) as connection:
        rows = connection.execute(sa.select(erasure).order_by(erasure.c.id)).all()
    assert {(row.actor, row.reason) for row in rows} == {("maria", WHY)}
    assert sorted(row.kind for row in rows) == ["base", *["blanked"] * 4, "erased", "quote", "quote", "watch"]
    assert [row.events for row in rows if row.kind == "base"] == [1] and silent(str(rows))


def test_what_is_not_ticked_stays(store):
    wanted = read(ASKED)
    seen = look(store.engine, wanted)
    (own,) = [one.key for one in seen.found if one.name == "P-1"]
    gone = forget(store.engine, wanted, seen, {own}, act(MARIA), WHY)
    assert (gone.migrations, gone.quotes, gone.rows, gone.texts) == (1, 0, 0, 0)
    assert look(store.engine, wanted).sure == seen.sure - {own}


def test_what_only_resembles_goes_where_a_manager_says_so(store):
    seen = look(store.engine, read(ASKED))
    (janina,) = [one.key for one in seen.found if one.name == "P-3"]
    done(store, seen, {janina})
    assert store.by_ref("P-3") is None and store.by_ref("P-1") is not None


def test_quotes_that_go_along_with_a_migration_are_said_before(quotes, tariff):
    store = Store(quotes.engine)
    m = store.register(act(), {"client": "Jan Kowalski"}, {"a.pl": {"display": "a.pl"}}).migration
    along = save(quotes, tariff, customer=Customer("Kowalscy sp. z o.o.", "", ()), migration=m.id)
    (found,) = [one for one in look(store.engine, read("Jan Kowalski")).found if one.where == "migration"]
    assert found.along == (along.number,)
    seen = look(store.engine, read("Jan Kowalski"))
    quotes.send(along, by())
    with pytest.raises(ChangedError):
        done(store, seen, asked="Jan Kowalski")
    assert done(store, asked="Jan Kowalski").quotes == 1 and quotes.one(along.number) is None


def test_one_domain_in_anothers_migration_takes_it_not_along(quotes):
    store = Store(quotes.engine)
    both = {name: {"display": name} for name in ("kowalski.example", "laka.example")}
    store.register(act(), {"client": "Łąka"}, both)
    (found,) = look(store.engine, read("kowalski.example")).found
    assert (found.whole, found.sure) == (True, False)


def test_person_who_is_written_otherwise_is_known_by_their_telephone(quotes):
    store = Store(quotes.engine)
    store.register(act(), {"client": "Kowalski Jan", "contact_phone": "601234567"}, {"a.pl": {"display": "a.pl"}})
    assert told(look(store.engine, read("Jan Kowalski\n601 234 567")).found) == [("migration", "P-1", True, True)]


# -- who may, and why


def test_nobody_but_a_manager_erases_and_the_reason_names_nobody(store):
    before = everything(store)
    for person in (ANNA, CONSOLE, WIKTOR):
        with pytest.raises(InputError, match=r"error.may_not.erase"):
            done(store, by=person)
    for reason in ("prosił Jan Kowalski", "dla p. Kowalskiego", "tel. 601-234-567", "kowalski.example"):
        with pytest.raises(InputError, match=r"error.reason_names"):
            done(store, reason=reason)
    for reason, id in (("", "missing"), ("hasło: Kot12!zz", "secret")):
        with pytest.raises(InputError, match=id):
            done(store, reason=reason)
    with pytest.raises(InputError, match=r"error.forget_none"):
        done(store, chosen=set())
    with pytest.raises(InputError, match=r"error.forget_none"):
        done(store, chosen={"migration:999"})
    assert everything(store) == before


def test_record_that_names_them_is_told_and_stays(store):
    with writing(store.engine) as connection:
        connection.execute(
            sa.insert(erasure).values(
                erased_at=act().now, actor="maria", reason="Jan Kowalski prosił", migrations=0, events=0, highest_ref=0
            )
        )
    found = look(store.engine, read(ASKED))
    assert found.stays == ("1",) and POLISH.text(found.told_of_records) and ENGLISH.text(found.told_of_records)


# -- meanwhile


def note(store, quotes, tariff):
    store.change(1, lambda m: moves.note(m, act(), "dzwonił"))


def stranger(store, quotes, tariff):
    store.change(3, lambda m: moves.note(m, act(), "dzwoniła"))


def mention(store, quotes, tariff):
    store.change(3, lambda m: moves.note(m, act(), "zna ją Jan Kowalski"))


def sent(store, quotes, tariff):
    quotes.send(quotes.one("O/2025/0002"), by())


def saved(store, quotes, tariff):
    save(quotes, tariff, customer=Customer("Jan Kowalski", "", ()))


def gone(store, quotes, tariff):
    store.erase([1], act(MARIA), WHY)


def no_base(store, quotes, tariff):
    subscription_base.forget(store.engine, act(MARIA))


@pytest.mark.parametrize("meanwhile", [note, mention, sent, saved, gone, no_base], ids=lambda deed: deed.__name__)
def test_what_changed_since_is_told_and_nothing_is_half_done(store, quotes, tariff, meanwhile):
    seen = look(store.engine, read(ASKED))
    meanwhile(store, quotes, tariff)
    before = everything(store)
    with pytest.raises(ChangedError) as changed:
        done(store, seen)
    assert everything(store) == before
    assert changed.value.now == look(store.engine, read(ASKED))
    done(store, changed.value.now)
    assert silent(str(everything(store)))


def test_what_strangers_do_meanwhile_changes_nothing(store, quotes, tariff):
    seen = look(store.engine, read(ASKED))
    stranger(store, quotes, tariff)
    done(store, seen)
    assert silent(str(everything(store)))


def test_database_that_was_restored_meanwhile_is_told(store):
    seen = look(store.engine, read(ASKED))
    with writing(store.engine) as connection:
        connection.execute(sa.text("UPDATE epoch SET token = 'anew'"))
        assert epoch.read(connection).name != seen.epoch
    with pytest.raises(ChangedError) as changed:
        done(store, seen)
    assert changed.value.message.id.startswith("store.")


def test_what_fails_in_the_last_place_takes_back_the_first(store, monkeypatch):
    from core.forgetting import places

    before = everything(store)

    def broken(*_):
        raise RuntimeError

    last = places.Place(places.PLACES["import"].find, broken)
    monkeypatch.setitem(places.PLACES, "import", last)
    with pytest.raises(RuntimeError):
        done(store)
    assert everything(store) == before


def test_two_managers_at_once_erase_once(store):
    seen, outcomes = look(store.engine, read(ASKED)), []

    def one():
        try:
            outcomes.append(done(store, seen).migrations)
        except ChangedError:
            outcomes.append("told")

    both = [threading.Thread(target=one) for _ in range(2)]
    [thread.start() for thread in both]
    [thread.join() for thread in both]
    assert sorted(map(str, outcomes)) == ["1", "told"] and silent(str(everything(store)))


# -- the file


def left(url):
    return b"".join(path.read_bytes() for path in file_of(url).parent.glob("desk.sqlite3*"))


def traces(data):
    escaped = [trace.encode() for trace in TRACES]
    return [trace for trace in escaped if trace.lower() in data.lower()]


def test_nothing_of_them_is_left_in_the_files_while_the_desk_is_open(one, tariff, sqlite_url):
    store = full(one, tariff)
    assert traces(left(sqlite_url))
    assert done(store).overwritten is True
    assert traces(left(sqlite_url)) == [] and b"Janina Kowalska" in left(sqlite_url)


def test_whoever_reads_meanwhile_is_waited_for_and_then_nothing_is_left(one, tariff, sqlite_url):
    store = full(one, tariff)
    with reading(store.engine) as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(quote)).scalar() == 4
        told = done(store)
        assert told.overwritten is False and POLISH.text(told.left) and traces(left(sqlite_url))
    assert traces(left(sqlite_url)) == []


@pytest.mark.parametrize("deed", ["migration", "quote"])
def test_what_is_erased_alone_is_not_left_in_the_log_either(one, tariff, sqlite_url, deed):
    store = full(one, tariff)
    if deed == "migration":
        store.erase([3], act(MARIA), WHY)
        assert b"janina.example;" not in left(sqlite_url) and b'"display": "janina.example"' not in left(sqlite_url)
    else:
        one.erase(one.one("O/2025/0001"), by(MARIA), WHY)
        assert b"5261040828" not in left(sqlite_url)


def test_rows_moved_about_in_many_pages_leave_no_trace(one, tariff, sqlite_url):
    store = full(one, tariff)
    with writing(store.engine) as connection:
        (base_id,) = connection.execute(sa.select(base.c.id)).scalars()
        row = dict(connection.execute(sa.select(subscription).limit(1)).mappings().one())
        rows = [
            {**row, "id": 100 + n, "base_id": base_id, "number": f"B-{n}", "folded_number": f"b {n}",
             "client": client, "folded_client": client.lower()}
            for n in range(3_000)
            for client in ["Jan Kowalski" if n % 3 else f"Inny {n}"]
        ]  # fmt: skip
        connection.execute(sa.insert(subscription), rows[::2])
        connection.execute(sa.insert(subscription), rows[1::2])
    assert done(store).rows == 2_001
    assert traces(left(sqlite_url)) == [] and b"jan kowalski" not in left(sqlite_url)
