"""The last import is taken back: everything is as it was, or nothing is done and what stands in the way is named."""

import datetime as dt
import threading
from dataclasses import replace

import pytest
import sqlalchemy as sa

from core import datafiles
from core.database.tables import epoch, erasure
from core.database.transactions import reading
from core.desk.database_check import differences
from core.flow.history import item
from core.ground.messages import InputError
from core.importing.planning import plan
from core.importing.undo import last_import, undo, why_not_undo
from core.importing.writing import StalePlanError, apply, remembered
from core.migration import moves
from core.migration.rebuilding import rebuild
from core.quotes.store import Quotes
from core.spreadsheet.choices import Said
from core.store.blanking import blank
from core.store.stored_texts import MARK, texts
from tests.migrations import ready
from tests.quotes import save

HEAD = "nr zlecenia;klient;domena;status;data testu;data zmiany DNS;opiekun;uwagi;kolor\n"
FIRST = ready(HEAD + "Z-1;Ala;a.pl;test;;;anna;pierwsza;żółty\nZ-2;Ola;o.pl;analiza;;;;;")
SECOND = ready(
    HEAD + "Z-1;Ala;a.pl;DNS;12.11.2026;13.11.2026;Piotr;pierwsza, druga;zielony\nZ-1;Ala;b.pl;test;;;;;\n"
    "Z-2;Ola;o.pl;dane;;;ola;;\nZ-3;Ela;e.pl;nowe;;;;;\n;Iga;i.pl;zakończona;;;;;"
)


def same(m):
    """Return what stands, its numbers of versions aside: they only grow."""
    domains = {name: replace(d, version=0) for name, d in m.domains.items()}
    return replace(m, version=0, seq=0, domains=domains)


def refused(importer, last):
    with pytest.raises(InputError) as error:
        undo(importer.store, last, importer.act)
    return error.value.errors[0].message


def test_import_taken_back_leaves_everything_as_it_was(importer):
    importer.apply(FIRST)
    before = importer.store.all()
    importer.apply(SECOND)
    last = last_import(importer.store)
    assert (last.batch, last.undone, last.counts["new"], last.counts["changed"]) == (2, False, 2, 3)
    assert why_not_undo(importer.store, last, importer.act) is None
    done = undo(importer.store, last, importer.act)
    assert (done.erased, done.set_back) == (2, 2)
    after = importer.store.all()
    assert [same(m) for m in after] == [same(m) for m in before]
    histories = importer.store.histories()
    for m in after:
        assert replace(rebuild(histories[m.id]), batch=None) == replace(m, id=None)
        assert (histories[m.id][-1].kind, histories[m.id][-1].reason) == ("undone", "import 2")
    with importer.store.engine.connect() as connection:
        (row,) = connection.execute(sa.select(erasure)).all()
    assert (row.reason, row.migrations, row.actor) == ("import 2", 2, "console")


def test_same_file_imports_again_after_it_was_taken_back(importer):
    importer.apply(FIRST)
    importer.apply(SECOND)
    there = importer.store.all()
    undo(importer.store, last_import(importer.store), importer.act)
    made = importer.apply(SECOND)
    assert made.counts["new"] == 2 and made.counts["changed"] == 3
    stages = [(m.ref, m.stage, list(m.domains)) for m in importer.store.all() if m.ref.startswith("Z")]
    assert stages == [(m.ref, m.stage, list(m.domains)) for m in there if m.ref.startswith("Z")]
    assert last_import(importer.store).batch == 3
    undo(importer.store, last_import(importer.store), importer.act)
    assert {m.ref for m in importer.store.all()} == {"Z-1", "Z-2"}


@pytest.mark.parametrize(
    "since",
    [
        lambda one: one.on_board("Z-2", moves.change, {"owner": "jan"}),
        lambda one: one.on_board("Z-2", moves.note, "dzwonił"),
        lambda one: one.on_board("Z-2", moves.check, "feasible"),
        lambda one: one.on_board("Z-2", moves.hold, "us", "urlop"),
    ],
    ids=["field", "note", "check", "hold"],
)
def test_what_was_changed_since_is_named_and_nothing_is_taken_back(lite, since):
    lite.apply(FIRST)
    last = last_import(lite.store)
    since(lite)
    before = lite.store.all()
    assert why_not_undo(lite.store, last, lite.act).values == {"refs": "Z-2"}
    assert refused(lite, last).id == "error.undo.changed"
    assert lite.store.all() == before and not last_import(lite.store).undone


def test_import_is_not_taken_back_once_something_was_offered_for_what_it_began(importer, tariff):
    quotes = Quotes(importer.store.engine)
    importer.apply(FIRST)
    importer.apply(SECOND)
    last = last_import(importer.store)
    # Of a migration that was there before, the import takes its own changes back only.
    save(quotes, tariff, migration=importer.store.by_ref("Z-1").id)
    assert why_not_undo(importer.store, last, importer.act) is None
    save(quotes, tariff, migration=importer.store.by_ref("Z-3").id)
    message = refused(importer, last)
    assert (message.id, message.values["refs"]) == ("error.undo.changed", "Z-3")
    assert len(quotes.all()[0]) == 2


def test_only_the_last_import_can_be_taken_back_and_only_once(lite):
    lite.apply(FIRST)
    first = last_import(lite.store)
    lite.apply(FIRST.replace("anna", "ola"))
    assert refused(lite, first).id == "error.undo.not_last"
    last = last_import(lite.store)
    undo(lite.store, last, lite.act)
    assert refused(lite, last).id == "error.undo.done"
    assert last_import(lite.store).undone
    # The one before was changed by the one that was taken back: it stays.
    assert refused(lite, first).id == "error.undo.not_last"


def test_of_two_who_take_it_back_at_once_one_does_and_the_other_is_told(importer):
    importer.apply(FIRST)
    before = [same(m) for m in importer.store.all()]
    importer.apply(SECOND)
    last, told, both = last_import(importer.store), [], threading.Barrier(2)

    def one():
        both.wait()
        try:
            told.append(undo(importer.store, last, importer.act).erased)
        except InputError as error:
            told.append(error.errors[0].message.id)

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told, key=str) == [2, "error.undo.done"]
    assert [same(m) for m in importer.store.all()] == before
    with importer.store.engine.connect() as connection:
        assert len(connection.execute(sa.select(erasure)).all()) == 1
    undone = [e for events in importer.store.histories().values() for e in events if e.kind == "undone"]
    assert len(undone) == 2


def test_text_blanked_after_an_import_is_not_brought_back_by_its_undo(lite):
    lite.apply(FIRST)
    lite.apply(FIRST.replace("żółty", "zielony"))
    m = lite.store.by_ref("Z-1")
    spot = next(one.spot for one in texts(lite.store, m.id) if one.text == "żółty")
    blank(lite.store, spot, lite.by("maria"), "pomyłka")
    undo(lite.store, last_import(lite.store), lite.act)
    assert lite.store.by_ref("Z-1").domains["a.pl"].extra == {"kolor": MARK}
    assert "żółty" not in str(lite.store.histories())


def test_import_that_changed_nothing_is_none_to_take_back(lite):
    assert last_import(lite.store) is None
    lite.apply(FIRST)
    lite.apply(FIRST)
    assert last_import(lite.store).batch == 1
    assert undo(lite.store, last_import(lite.store), lite.act).erased == 2
    assert lite.store.all() == []


def test_somebody_elses_import_is_taken_back_by_a_manager_only(lite):
    lite.apply(FIRST)
    last = last_import(lite.store)
    for person, why in (("wiktor", "error.may_not.work"), ("anna", "error.undo.not_yours"), ("maria", None)):
        found = why_not_undo(lite.store, last, replace(lite.act, person=lite.team.person(person)))
        assert (found.id if found else None) == why


def test_import_of_a_database_that_was_replaced_is_not_taken_back(lite):
    lite.apply(FIRST)
    last = last_import(lite.store)
    with lite.store.engine.begin() as connection:
        at = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
        connection.execute(sa.update(epoch).values(token="another", restored_at=at))
    assert why_not_undo(lite.store, last, lite.act).id == "store.restored_at"
    with pytest.raises(StalePlanError):
        undo(lite.store, last, lite.act)
    assert len(lite.store.all()) == 2


def test_domain_that_another_migration_moves_since_keeps_its_migration_closed(lite):
    lite.apply(ready(HEAD + "Z-1;Ala;a.pl;nowe;;;;;"))
    lite.apply(ready(HEAD + "Z-1;Ala;a.pl;anulowana;;;;;"))
    last = last_import(lite.store)
    act = replace(lite.act, person=lite.team.person("anna"))
    lite.store.register(act, {"client": "Ela"}, {"a.pl": {"display": "a.pl"}})
    assert refused(lite, last).id == "error.domain_elsewhere"
    assert lite.store.by_ref("Z-1").cancelled is not None


def test_what_was_said_of_the_columns_is_still_remembered(lite):
    lite.apply(FIRST)
    undo(lite.store, last_import(lite.store), lite.act)
    assert remembered(lite.store, lite.sheet(FIRST).header).known


def test_statuses_mapped_by_hand_are_remembered_for_their_header(lite):
    text = "klient;domena;status\nAla;a.pl;w drodze"
    sheet = lite.sheet(text)
    said = Said(remembered(lite.store, sheet.header).mapping, statuses={"w drodze": "package"})
    apply(lite.store, plan(sheet, said, [], lite.act, lite.team), sheet, text.encode(), said, lite.act)
    assert remembered(lite.store, sheet.header).statuses == {"w drodze": "package"}
    assert remembered(lite.store, ("klient", "domena")).statuses == {}
    with reading(lite.store.engine) as one, reading(lite.store.engine) as two:
        assert differences(one, two) == []


def test_flow_counts_an_import_that_was_taken_back_as_not_come_so_far(lite):
    lite.apply(FIRST)
    before = [item(lite.store.events(m.id), datafiles.tariff()) for m in lite.store.all()]
    lite.apply(ready(HEAD + "Z-2;Ola;o.pl;migracja;;;;;"))
    undo(lite.store, last_import(lite.store), lite.act)
    ways = lite.store.ways()
    after = [item(ways[m.id], datafiles.tariff()) for m in lite.store.all()]
    assert [(one.stage, one.started, one.began) for one in after] == [
        (one.stage, one.started, one.began) for one in before
    ]
