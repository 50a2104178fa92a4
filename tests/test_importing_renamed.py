"""A domain under its corrected name, in the database and in files: whoever still has the old name means the same."""

import pytest

from core.database.transactions import reading
from core.desk.database_check import differences
from core.ground.messages import InputError
from core.importing.exporting import as_csv
from core.migration import moves
from core.migration.rebuilding import rebuild
from core.store.conflicts import ConflictError

HEAD = "nr zlecenia;klient;domena;liczba skrzynek\n"


def renamed(importer, ref, old="alfaa.pl", new="alfa.pl"):
    importer.on_board(ref, moves.rename_domain, old, new, "literówka")
    return importer.store.by_ref(ref)


def test_new_name_is_stored_and_follows_from_the_events(importer):
    importer.apply(HEAD + "Z-1;Ala;alfaa.pl;3\nZ-1;Ala;beta.pl;")
    seen = importer.store.by_ref("Z-1")
    m = renamed(importer, "Z-1")
    assert [(d.name, d.display, d.mailboxes) for d in m.domains.values()] == [
        ("alfa.pl", "alfa.pl", 3),
        ("beta.pl", "beta.pl", None),
    ]
    told = rebuild(importer.store.events(m.id))
    assert (told.domains, told.seq) == (m.domains, m.seq)
    if importer.store.engine.dialect.name == "sqlite":
        with reading(importer.store.engine) as one, reading(importer.store.engine) as two:
            assert differences(one, two) == []
    importer.on_board("Z-1", moves.change, {"mailboxes": 4}, "alfa.pl")
    with pytest.raises(ConflictError):
        # Somebody who still has the old name on the screen.
        importer.store.change(m.id, lambda now: (), domains={"alfaa.pl": seen.domains["alfaa.pl"].version})


@pytest.mark.parametrize("ref", ["Z-1", ""])
@pytest.mark.parametrize("name", ["alfaa.pl", "alfa.pl"])
def test_file_with_the_old_or_the_new_name_means_the_same_domain(importer, ref, name):
    importer.apply(f"{HEAD}{ref};Ala;alfaa.pl;3")
    (m,) = importer.store.all()
    renamed(importer, m.ref)
    assert importer.outcomes(f"{HEAD}{ref};Ala;{name};3") == ["unchanged"]
    importer.apply(f"{HEAD}{ref};Ala;{name};4")
    (m,) = importer.store.all()
    assert [(d.name, d.mailboxes) for d in m.domains.values()] == [("alfa.pl", 4)]
    assert importer.outcomes(as_csv([m], importer.team)) == ["unchanged"]


def test_a_name_that_another_migration_moves_is_refused(importer):
    importer.apply(HEAD + "Z-1;Ala;alfaa.pl;\nZ-2;Ola;alfa.pl;")
    with pytest.raises(InputError) as refused:
        renamed(importer, "Z-1")
    assert refused.value.errors[0].message.id == "error.domain_elsewhere"
    assert list(importer.store.by_ref("Z-1").domains) == ["alfaa.pl"]
