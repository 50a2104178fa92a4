"""Headers of spreadsheets: ours, other people's, and those that stay unknown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ground.messages import InputError
from core.ground.secrets import secret_header
from core.ground.words import fold
from core.language import ENGLISH, POLISH
from core.migration.foreign_headers import BOARD, SUBSCRIPTIONS
from core.migration.import_columns import BY_ID, COLUMNS, REQUIRED, check_mapping, header_key, suggest
from core.simulation.columns import COLUMNS as OF_SUBSCRIPTIONS

EXPORT = [column.header for column in COLUMNS]
HEADERS = st.lists(st.sampled_from(EXPORT + [s for c in COLUMNS for s in c.synonyms]) | st.text(max_size=12))


def test_every_header_of_the_export_is_its_column():
    assert suggest(EXPORT) == {column.header: column.id for column in COLUMNS}


def test_ids_headers_and_synonyms_mean_one_column_each():
    meanings = [name for column in COLUMNS for name in (fold(column.header), *column.synonyms)]
    assert len(set(meanings)) == len(meanings)
    assert len(BY_ID) == len(COLUMNS)


def test_synonyms_are_written_folded():
    assert [s for column in COLUMNS for s in column.synonyms if fold(s) != s] == []


def test_required_columns_are_columns():
    assert set(REQUIRED) <= BY_ID.keys()


def test_every_column_has_a_label_in_both_languages():
    for column in COLUMNS:
        assert all(language.field(column.id) != column.id for language in (POLISH, ENGLISH))


@pytest.mark.parametrize(
    ("header", "id"),
    [
        ("Klient (firma)", "client"), ("KLIENT", "client"), ("Nazwa klienta", "client"), ("Customer name", "client"),
        ("Domena/y", "domain"), ("Domeny", "domain"), ("Nazwa domeny", "domain"), ("Domain(s)", "domain"),
        ("Nr zlec.", "ref"), ("Numer zgłoszenia", "ref"), ("Ticket #", "ref"), ("ID", "ref"),
        ("Data zgł.", "on_package"), ("Data zgl.", "on_package"), ("data_zgloszenia", "on_package"),
        ("Created at", "on_package"),
        ("Etap", "status"), ("STATUS migracji", "status"), ("Stage", "status"),
        ("Serwer zrodlowy", "source_host"), ("stary serwer", "source_host"), ("Old hosting", "source_host"),
        ("Nowy serwer", "target_host"), ("Target server", "target_host"),
        ("Pakiet docelowy", "package"), ("Package", "package"),
        ("Ilość skrzynek", "mailboxes"), ("E-mail konta (szt.)", "mailboxes"), ("Mailboxes", "mailboxes"),
        ("Ilość stron WWW", "websites"), ("Websites", "websites"),
        ("Niestandardowa konfiguracja?", "nonstandard"),
        ("Czy płatna", "fee_applies"),
        ("Termin migracji", "planned_at"), ("Data migracji", "planned_at"), ("Scheduled for", "planned_at"),
        ("Opiekun klienta", "owner"), ("Przypisany do", "owner"), ("Assigned to", "owner"),
        ("Zastępstwo", "deputy"),
        ("Czekamy na", "waiting_on"), ("Waiting for", "waiting_on"),
        ("Osoba do kontaktu", "contact_name"), ("Contact person", "contact_name"),
        ("Tel.", "contact_phone"), ("Nr telefonu", "contact_phone"), ("Phone", "contact_phone"),
        ("Data testu klienta", "tested_at"), ("Test date", "tested_at"),
        ("data dns", "on_dns"), ("Data: DNS", "on_dns"), ("Zmiana DNS", "dns_switched_at"),
        ("Data przepięcia DNS", "dns_switched_at"),
        ("Hasło zmienione?", "password_changed"), ("Data zamknięcia", "closed_at"), ("Closed", "closed_at"),
        ("Stare NS", "old_ns"), ("New nameservers", "new_ns"), ("Stary adres IP", "old_addresses"),
        ("Uwagi:", "notes"), ("Komentarz", "notes"), ("Notes", "notes"), ("Wersja pulpitu", "version"),
    ],
)  # fmt: skip
def test_real_headers_are_recognised(header, id):
    assert suggest([header]) == {header: id}


@pytest.mark.parametrize(
    "header",
    ["", "???", "domena docelowa", "serwer", "hosting", "Lp.", "nr", "nazwa", "data", "cena netto", "hasło", "opłata"],
)
def test_ambiguous_and_unknown_headers_stay_unknown(header):
    assert suggest([header]) == {header: None}


def test_dates_of_stages_are_not_taken_for_what_was_agreed_or_done():
    header = ["data: termin", "termin", "data: migracja", "data: test", "data testu", "data: DNS", "data zmiany DNS"]
    assert list(suggest(header).values()) == [
        "on_date", "planned_at", "on_migration", "on_test", "tested_at", "on_dns", "dns_switched_at",
    ]  # fmt: skip


def test_second_header_of_the_same_meaning_stays_unknown():
    assert suggest(["Firma", "Kontrahent"]) == {"Firma": "client", "Kontrahent": None}
    assert suggest(["termin", "TERMIN"]) == {"termin": "planned_at", "TERMIN": None}
    assert suggest(["klient", "klient"]) == {"klient": "client"}


def test_our_own_header_comes_before_a_synonym_to_its_left():
    assert suggest(["data migracji", "termin"]) == {"data migracji": None, "termin": "planned_at"}


@given(HEADERS)
def test_no_column_is_suggested_twice_and_every_header_is_there(header):
    found = suggest(header)
    ids = [id for id in found.values() if id]
    assert len(set(ids)) == len(ids)
    assert list(found) == list(dict.fromkeys(header))


@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


def test_folding_takes_polish_letters_and_signs_away():
    assert fold(" ZAŻÓŁĆ_gęślą-(jaźń) ") == "zazolc gesla jazn"


def test_mapping_is_remembered_for_the_same_headers_in_any_order_and_case():
    assert header_key(["Klient", "domena"]) == header_key(["DOMENA ", "klient"])
    assert header_key(["klient"]) != header_key(["klient", "domena"])
    assert len(header_key([])) == 64


def wrong(mapping, header):
    with pytest.raises(InputError) as caught:
        check_mapping(mapping, header)
    for error in caught.value.errors:
        assert all("{" not in language.mistake(error) for language in (POLISH, ENGLISH))
    return [(error.field, error.message.id) for error in caught.value.errors]


def test_mapping_with_client_and_domain_is_good():
    check_mapping({"a": "client", "b": "domain", "c": None}, ["a", "b", "c", "d"])


def test_missing_columns_are_named():
    assert wrong({"a": None}, ["a"]) == [("client", "error.column_missing"), ("domain", "error.column_missing")]


def test_every_mistake_of_a_mapping_is_told():
    mapping = {"a": "client", "b": "client", "c": "gold", "x": "domain"}
    assert wrong(mapping, ["a", "b", "c"]) == [
        ("x", "error.column_absent"),
        ("c", "error.column_unknown"),
        ("client", "error.column_twice"),
    ]


# -- what other programs and offices call their columns


def test_a_hundred_and_fifty_more_headers_are_known_by_their_source_and_mean_one_column_each():
    for headers, columns, least in ((BOARD, COLUMNS, 300), (SUBSCRIPTIONS, OF_SUBSCRIPTIONS, 80)):
        met = [name for by_column in headers.values() for line in by_column.values() for name in line.split(", ")]
        assert len(met) >= least and len(set(headers)) >= 5
        known = [name for column in columns for name in (fold(column.header), *column.synonyms)]
        assert len(known) == len(set(known)) and set(met) <= set(known)
        assert [name for name in met if fold(name) != name] == []
        assert {id for by_column in headers.values() for id in by_column} <= {column.id for column in columns}
        # None of these words looks like a password's.
        assert [name for name in met if secret_header(name)] == []


@pytest.mark.parametrize(
    ("header", "ids"),
    [
        (
            ["Sygnatura czasowa", "Podaj nazwę firmy", "Podaj domenę", "Wybierz pakiet", "Podaj numer telefonu"],
            ["on_package", "client", "domain", "package", "contact_phone"],
        ),
        (
            ["ID", "Company Name", "Domain", "Product/Service", "Reg Date", "Phonenumber"],
            ["ref", "client", "domain", "package", "on_package", "contact_phone"],
        ),
        (
            ["Task Id", "Column", "Assignee Name", "Due date", "Creation date"],
            ["ref", "status", "owner", "planned_at", "on_package"],
        ),
        (
            ["Znak sprawy", "Nazwa podmiotu", "URL", "Kto prowadzi", "Wpłynęło"],
            ["ref", "client", "domain", "owner", "on_package"],
        ),
        (
            ["Issue key", "Status", "Assignee", "Created", "Resolved"],
            ["ref", "status", "owner", "on_package", "closed_at"],
        ),
        (["Card ID", "List Name", "Members", "Due Date"], ["ref", "status", "owner", "planned_at"]),
    ],
)  # fmt: skip
def test_files_of_other_programs_are_recognised(header, ids):
    assert list(suggest(header).values()) == ids


def test_a_column_that_is_missing_or_unknown_is_told_the_nearest():
    with pytest.raises(InputError) as caught:
        check_mapping({"klient": "client", "a": "domian", "Domenna": None}, ["klient", "a", "Domenna"])
    told = {error.message.id: error.message.values["near"] for error in caught.value.errors}
    assert told == {"error.column_unknown_near": "domena", "error.column_missing_near": "Domenna"}
    assert "„domena”" in POLISH.mistake(caught.value.errors[0])
