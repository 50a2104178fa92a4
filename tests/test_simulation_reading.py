"""A file of subscriptions: every row taken or refused, every mistake told with its line, its column and its value."""

import csv
import datetime as dt
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import datafiles
from core.ground.messages import InputError
from core.ground.secrets import secret_header
from core.ground.settings import ROOT
from core.ground.words import fold
from core.language import ENGLISH, POLISH
from core.migration.import_columns import suggest
from core.pricing import calendar
from core.pricing.situation import FROM_LIST
from core.pricing.term import NO_ANCHOR
from core.simulation.columns import COLUMNS, REQUIRED
from core.simulation.odd_terms import as_first_unpaid, odd_terms
from core.simulation.reading import errors_csv, load
from core.simulation.subscriptions import NOT_TOLD
from core.spreadsheet.choices import Reading
from core.spreadsheet.decoding import BLOCK, open_sheet, read_sheet
from core.spreadsheet.delimited import DELIMITERS
from core.spreadsheet.letters import ENCODINGS

HEADER = ["id", "client", "package", "term_start", "valid_until", "price_net", "domains", "mailboxes", "disk_gb"]
NAMED = [*HEADER, "domain_names"]
GOOD = {
    "id": "A-1",
    "client": "Róża",
    "package": "basic",
    "term_start": "2025-06-01",
    "valid_until": "2026-05-31",
    "price_net": "199,00",
    "domains": "2",
    "mailboxes": "5",
    "disk_gb": "4,5",
}


def saved(rows, delimiter=";", encoding="utf-8", header=HEADER):
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows([header, *rows])
    return file.getvalue().encode(encoding)


def row(**changes):
    return list({**GOOD, **changes}.values())


def day(year, month, day):
    return calendar.number(dt.date(year, month, day))


def refused(loaded):
    return [(r.row, e.field, e.value, e.message.id) for r in loaded.refused for e in r.errors]


def held(loaded):
    s = loaded.subscriptions
    columns = (s.id, s.client, s.package, s.term_start, s.valid_until, s.price_net, s.domains, s.mailboxes, s.disk)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def wrong(data, tariff, **given):
    with pytest.raises(InputError) as caught:
        load(data, tariff, **given)
    for error in caught.value.errors:
        assert all("{" not in language.mistake(error) for language in (POLISH, ENGLISH))
    return [(error.field, error.message.id) for error in caught.value.errors]


ROZA = ("A-1", "Róża", 0, day(2025, 6, 1), day(2026, 5, 31), 19900, 2, 5, 4500)


@pytest.mark.parametrize("encoding", [*ENCODINGS, "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_files_come_in_any_encoding_and_with_any_delimiter(tariff, encoding, delimiter):
    loaded = load(saved([row()], delimiter, encoding), tariff)
    assert held(loaded) == [ROZA]
    assert (loaded.read, loaded.refused, loaded.delimiter) == (1, (), delimiter)


def test_encoding_and_delimiter_may_be_said(tariff):
    data = saved([row()], ";", "cp1250")
    assert held(load(data, tariff, how=Reading("iso-8859-2")))[0][1] == "Róża"
    assert wrong(data, tariff, how=Reading("utf-8")) == [("file", "error.not_encoding")]
    assert ("id", "error.column_missing") in wrong(data, tariff, how=Reading(delimiter=","))


@pytest.mark.parametrize(
    "header",
    [
        [column.header for column in COLUMNS if column.id in HEADER],
        ["Nr umowy", "Nazwa klienta", "Usługa", "Od", "Do", "Cena", "Ilość domen", "Konta e-mail", "Zajęty dysk (GB)"],
        ["ID", "Customer", "Plan", "Start date", "Expires at", "Price", "Domain count", "Mailboxes", "Disk usage (GB)"],
    ],
)
def test_headers_are_recognised_in_polish_and_english(tariff, header):
    loaded = load(saved([row()], header=header), tariff)
    assert held(loaded) == [ROZA]
    assert (loaded.ignored, loaded.missing) == ((), ())


def test_headers_and_synonyms_are_folded_and_mean_one_column_each():
    names = [name for column in COLUMNS for name in (fold(column.header), *column.synonyms)]
    assert len(set(names)) == len(names) and [name for name in names if fold(name) != name] == []
    assert suggest(HEADER, COLUMNS) == {id: id for id in HEADER}
    assert not any(map(secret_header, names))


def test_columns_may_be_said_and_others_are_named_as_ignored(tariff):
    header = ["nazwa", *HEADER[1:]]
    assert wrong(saved([row()], header=header), tariff) == [("id", "error.column_missing")]
    mapping = dict(zip(header, HEADER, strict=True)) | {"client": None}
    loaded = load(saved([row()], header=header), tariff, mapping=mapping)
    assert loaded.ignored == ("client",) and held(loaded) == [(ROZA[0], "", *ROZA[2:])]
    assert wrong(saved([row()]), tariff, mapping={"nothing": "id"})[0] == ("nothing", "error.column_absent")


def test_required_columns_must_be_there(tariff):
    assert wrong(b"klient\nX", tariff) == [(id, "error.column_missing") for id in REQUIRED]


def test_columns_with_passwords_are_never_read(tariff):
    data = saved([[*row(), "Kot123"]], header=[*HEADER, "hasło FTP"])
    loaded = load(data, tariff)
    assert loaded.ignored == ("hasło FTP",) and "Kot123" not in repr(loaded)
    mapping = {**loaded.mapping, "hasło FTP": "client", "client": None}
    assert wrong(data, tariff, mapping=mapping) == [("hasło FTP", "error.secret_column")]


@pytest.mark.parametrize("header", ["pierwszy dzień usługi", "Data uruchomienia", "Service start", "service_start"])
def test_day_on_which_a_service_began_is_read_where_the_file_has_it(tariff, header):
    rows = [[*row(id=id), began] for id, began in (("A-1", "2020-05-31"), ("A-2", ""), ("A-3", "brak"))]
    loaded = load(saved(rows, header=[*HEADER, header]), tariff)
    assert loaded.subscriptions.service_start.tolist() == [day(2020, 5, 31), NOT_TOLD, NOT_TOLD]
    assert loaded.subscriptions.anchor.tolist() == [31, NO_ANCHOR, NO_ANCHOR]


@pytest.mark.parametrize(
    ("began", "error"),
    [
        ("2025-06-02", "error.service_start"),  # a day after the term begins
        ("1989-12-31", "error.year"),
        ("2020-02-30", "error.no_such_day"),
    ],
)
def test_service_that_cannot_have_begun_then_is_refused(tariff, began, error):
    loaded = load(saved([[*row(), began]], header=[*HEADER, "service_start"]), tariff)
    assert refused(loaded) == [(2, "service_start", began, error)]


def test_terms_a_day_over_are_counted_and_read_as_meant(tariff):
    """Whole months, a month and a day, two years and a day, 45 days: two are a day over, and one is odd otherwise."""
    ends = ["2025-06-30", "2025-07-01", "2027-06-01", "2025-07-15"]
    base = load(saved([row(id=f"A-{n}", valid_until=end) for n, end in enumerate(ends)]), tariff).subscriptions
    readings = tariff.shown_on(0).readings
    odd = odd_terms(base, readings)
    assert (odd.day_over.tolist(), odd.other.tolist()) == ([False, True, True, False], [False, False, False, True])
    read_so = as_first_unpaid(base, readings)
    assert read_so.valid_until.tolist() == [day(2025, 6, 30), day(2025, 6, 30), day(2027, 5, 31), day(2025, 7, 15)]
    assert not odd_terms(read_so, readings).day_over.any()
    # Where the terms are read so anyway (A15), no day is too many.
    other = tariff.with_readings(A15="first_unpaid_day").shown_on(0).readings
    assert not odd_terms(base, other).day_over.any()
    assert as_first_unpaid(base, other).valid_until.tolist() == base.valid_until.tolist()


def test_missing_columns_are_said_and_count_nothing(tariff):
    loaded = load(saved([row()[:1] + row()[2:5]], header=HEADER[:1] + HEADER[2:5]), tariff)
    assert loaded.missing == ("client", "price_net", "domains", "mailboxes", "disk_gb")
    assert held(loaded) == [("A-1", "", 0, day(2025, 6, 1), day(2026, 5, 31), FROM_LIST, 0, 0, 0)]


@pytest.mark.parametrize(
    ("changes", "place", "value"),
    [
        ({"price_net": ""}, 5, FROM_LIST),
        ({"price_net": "1 299,00 zł"}, 5, 129900),
        ({"package": "BASIC"}, 2, 0),
        ({"client": ""}, 1, ""),
        ({"client": "'=1+1"}, 1, "=1+1"),
        ({"client": "Róża  i\u00a0Dalia\u200b"}, 1, "Róża i Dalia"),
        ({"disk_gb": "1 000,125 GB"}, 8, 1_000_125),
        ({"disk_gb": "7"}, 8, 7000),
        ({"mailboxes": "12 szt."}, 7, 12),
        ({"valid_until": "2025-06-01"}, 4, day(2025, 6, 1)),
        ({"term_start": "2025-06-01 00:00"}, 3, day(2025, 6, 1)),
    ],
)
def test_cells_are_read_as_people_write_them(tariff, changes, place, value):
    assert held(load(saved([row(**changes)]), tariff)) == [(*ROZA[:place], value, *ROZA[place + 1 :])]


def named(*names, header=NAMED, **changes):
    rows = [[*row(id=f"A-{n}", **changes), cell] for n, cell in enumerate(names)]
    return saved([[line[NAMED.index(id)] for id in header] for line in rows], header=header)


def test_names_of_domains_are_read_as_people_paste_them(tariff):
    cells = ("alfa.pl", "Beta.pl, https://www.gamma.pl/ i żółw.pl.", "brak", "")
    loaded = load(named(*cells), tariff)
    assert loaded.subscriptions.names.tolist() == ["alfa.pl", "beta.pl gamma.pl xn--w-uga1v8h.pl", "", ""]
    assert {(repair.row, repair.kind) for repair in loaded.repairs} == {
        (3, "case"), (3, "url"), (3, "www"), (3, "last_dot"),
    }  # fmt: skip
    assert loaded.subscriptions.domains.tolist() == [2, 2, 2, 2]


def test_counts_that_disagree_with_the_names_are_told_and_count(tariff):
    loaded = load(named("alfa.pl", "alfa.pl beta.pl", "", "a.pl b.pl c.pl"), tariff)
    assert (loaded.uneven, loaded.names_count, loaded.missing) == (2, False, ())


def test_where_the_file_counts_no_domains_a_row_has_as_many_as_it_names(tariff):
    header = [id for id in NAMED if id != "domains"]
    loaded = load(named("alfa.pl", "alfa.pl beta.pl alfa.pl", "", header=header), tariff)
    assert loaded.subscriptions.domains.tolist() == [1, 2, 0]
    assert (loaded.uneven, loaded.names_count, loaded.missing) == (0, True, ())


def test_what_is_no_domain_refuses_its_row(tariff):
    loaded = load(named("alfa.pl", "alfa, beta.pl 192.0.2.7"), tariff)
    assert refused(loaded) == [(3, "domain_names", "alfa", "error.name_one_label")]
    assert loaded.subscriptions.names.tolist() == ["alfa.pl"]


def test_names_may_stand_under_any_of_their_headers(tariff):
    for header in ("nazwy domen", "Domena", "Domain names", "Lista domen", "Adres WWW"):
        mapped = load(saved([[*row(), "alfa.pl"]], header=[*HEADER, header]), tariff)
        assert mapped.subscriptions.names.tolist() == ["alfa.pl"]


def test_packages_are_known_by_id_and_by_name():
    tariff = datafiles.read_tariff(ROOT / "data" / "tariff.toml")
    loaded = load(saved([row(id=name, package=name) for name in ("vps-m", "VPS M", "Vps_m", "SKLEP")]), tariff)
    assert loaded.subscriptions.package.tolist() == [tariff.index["vps-m"]] * 3 + [tariff.index["sklep"]]


def test_dates_are_read_in_the_format_of_their_column(tariff):
    rows = [row(id=str(n), term_start=f"{n:02}/14/2025", valid_until=f"01.{n:02}.2027") for n in (1, 2, 3)]
    loaded = load(saved(rows), tariff)
    assert loaded.formats == {"term_start": "MM/DD/YYYY", "valid_until": "DD.MM.YYYY"}
    assert loaded.subscriptions.term_start.tolist() == [day(2025, n, 14) for n in (1, 2, 3)]
    assert loaded.subscriptions.valid_until.tolist() == [day(2027, n, 1) for n in (1, 2, 3)]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("id", "", "error.empty"),
        ("id", "x" * 201, "error.too_long"),
        ("client", "x" * 201, "error.too_long"),
        ("package", "gold", "error.one_of"),
        ("package", "", "error.one_of"),
        ("term_start", "", "error.empty"),
        ("term_start", "wkrótce", "error.date_unread"),
        ("term_start", "2025-02-30", "error.no_such_day"),
        ("term_start", "1999-12-31", "error.range"),
        ("valid_until", "2100-01-01", "error.range"),
        ("valid_until", "2025-05-31", "error.end_before_start"),
        ("valid_until", "2035-06-09", "error.term_too_long"),
        ("price_net", "1.234,50", "error.amount"),
        ("price_net", "-1", "error.amount"),
        ("price_net", "1000000,01", "error.range"),
        ("domains", "", "error.empty"),
        ("domains", "2,5", "error.count"),
        ("domains", "100001", "error.range"),
        ("mailboxes", "", "error.empty"),
        ("mailboxes", "-3", "error.count"),
        ("disk_gb", "", "error.empty"),
        ("disk_gb", "1,2345", "error.gigabytes"),
        ("disk_gb", "5 MB", "error.gigabytes"),
        ("disk_gb", "1000001", "error.range"),
        ("domains", f"1{' 000' * 200}", "error.count"),
        ("disk_gb", f"1{' 000' * 200}", "error.gigabytes"),
        ("price_net", "9" * 999, "error.amount"),
        ("term_start", "9" * 999, "error.date_unread"),
    ],
)
def test_a_bad_cell_is_named_with_its_row_column_and_value(tariff, field, value, message):
    rows = [row(id="A-2"), row(id="A-3"), row(**{field: value})]
    loaded = load(saved(rows), tariff)
    assert refused(loaded) == [(4, field, value, message)]
    assert (loaded.read, loaded.subscriptions.id.tolist()) == (3, ["A-2", "A-3"])
    for language in (POLISH, ENGLISH):
        assert "{" not in language.mistake(loaded.refused[0].errors[0])


def test_the_longest_term_is_taken(tariff):
    loaded = load(saved([row(valid_until="2035-06-08")]), tariff)
    assert loaded.refused == ()


def test_every_mistake_of_a_row_is_told(tariff):
    loaded = load(saved([row(), row(package="x", term_start="?", domains="")]), tariff)
    assert refused(loaded) == [
        (3, "package", "x", "error.one_of"),
        (3, "term_start", "?", "error.empty"),
        (3, "domains", "", "error.empty"),
        (3, "id", "A-1", "error.id_repeated"),
    ]


def test_a_repeated_id_refuses_the_later_row_and_says_where_the_first_is(tariff):
    rows = [row(id="A  1"), row(id="B"), row(id="A 1"), row(id="B", domains=""), row(id=""), row(id="")]
    loaded = load(saved(rows), tariff)
    assert [(r, f, m) for r, f, _, m in refused(loaded)] == [
        (4, "id", "error.id_repeated"),
        (5, "domains", "error.empty"),
        (5, "id", "error.id_repeated"),
        (6, "id", "error.empty"),
        (7, "id", "error.empty"),
    ]
    assert loaded.refused[0].errors[0].message.values == {"row": "2"}


def test_ragged_rows_and_open_quotes_cost_themselves_only(tariff):
    good = ";".join(row(id="A-2"))
    data = f'{";".join(HEADER)}\nA-1;x\n{good}\n"A-3;y\n{good.replace("A-2", "A-4")};7\n'.encode()
    loaded = load(data, tariff)
    assert refused(loaded) == [(2, "", "", "error.cells"), (4, "", "", "error.csv_row"), (5, "", "", "error.cells")]
    assert (loaded.read, len(loaded.subscriptions)) == (4, 1)


def test_quotes_may_hold_delimiters_and_lines(tariff):
    rows = [row(client='Kowal; "Syn"\ni wnuk'), row(id="A-2", domains="")]
    loaded = load(saved(rows), tariff)
    assert loaded.subscriptions.client.tolist() == ['Kowal; "Syn" i wnuk']
    assert refused(loaded) == [(4, "domains", "", "error.empty")]


def test_a_header_alone_is_an_empty_base(tariff):
    loaded = load(saved([]), tariff)
    assert (loaded.read, len(loaded.subscriptions), loaded.refused) == (0, 0, ())


def test_blocks_join_without_a_seam(tariff):
    many = 2 * BLOCK + 5
    rows = [row(id=f"A-{n}", domains=str(n % 60)) for n in range(many)]
    rows[BLOCK + 1][0] = "A-3"
    rows[BLOCK - 1][1] = "two\nlines"
    rows[many - 1][6] = "x"
    told = []
    loaded = load(saved(rows), tariff, progress=told.append)
    # The line below the one with two lines is one further down.
    assert refused(loaded) == [
        (BLOCK + 4, "id", "A-3", "error.id_repeated"),
        (many + 2, "domains", "x", "error.count"),
    ]
    assert loaded.read == many == len(loaded.subscriptions) + 2
    kept = [n for n in range(many) if n not in (BLOCK + 1, many - 1)]
    assert loaded.subscriptions.id.tolist() == [f"A-{n}" for n in kept]
    assert loaded.subscriptions.domains.tolist() == [n % 60 for n in kept]
    assert told == sorted(told) and told[-1] == 1.0 and len(told) > 3


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
@given(st.text(alphabet='a;"\n\r \0', max_size=60))
def test_a_file_in_blocks_of_any_size_is_the_same_file(size, text):
    data = b"k;l\n" + text.encode()
    lines = [line for block in open_sheet(data, Reading("utf-8", ";")).blocks(size) for line in block.lines]
    assert tuple(lines) == read_sheet(data, Reading("utf-8", ";")).lines
    assert [line.number for line in lines] == sorted({line.number for line in lines})


CELLS = {
    "id": st.sampled_from(["A-1", "A-2", "A-3", "A-4", "", " "]),
    "client": st.text(alphabet='ża"; \n', max_size=4),
    "package": st.sampled_from(["basic", "plus", "gold", ""]),
    "term_start": st.sampled_from(["2025-06-01", "2026-06-01", "x", ""]),
    "valid_until": st.sampled_from(["2026-05-31", "2026-02-30", "2099-12-31"]),
    "price_net": st.sampled_from(["", "1", "1,5", "?"]),
    "domains": st.sampled_from(["0", "1", "", "-"]),
    "mailboxes": st.just("3"),
    "disk_gb": st.sampled_from(["0", "1,5", "z"]),
}


@given(st.lists(st.tuples(st.fixed_dictionaries(CELLS), st.integers(0, 10)), max_size=12))
def test_every_row_read_is_taken_or_refused(tariff, drawn):
    rows = [list(cells.values())[: 8 if cut == 0 else 9] for cells, cut in drawn]
    loaded = load(saved(rows), tariff)
    assert loaded.read == len(rows) == len(loaded.subscriptions) + len(loaded.refused)
    assert all(refused.errors for refused in loaded.refused)
    lines = [refused.row for refused in loaded.refused]
    assert lines == sorted(set(lines))
    assert "" not in loaded.subscriptions.id.tolist()
    assert len(set(loaded.subscriptions.id.tolist())) == len(loaded.subscriptions)


@pytest.mark.parametrize("language", [POLISH, ENGLISH], ids=lambda language: language.code)
def test_mistakes_come_as_a_table_without_formulas(tariff, language):
    header = ["nr umowy", *HEADER[1:]]
    loaded = load(saved([row(package="=1"), ["x"]], header=header), tariff)
    rows = list(csv.reader(io.StringIO(errors_csv(loaded, language).decode("utf-8-sig")), delimiter=";"))
    assert [line[:3] for line in rows[1:]] == [["2", "package", "'=1"], ["3", "", ""]]
    assert all(line[3] for line in rows)


def test_rows_are_chosen_by_mask_and_by_place(tariff):
    held = load(saved([row(id=f"A-{n}") for n in range(4)]), tariff).subscriptions
    assert held.rows(np.array([True, False, False, True])).id.tolist() == ["A-0", "A-3"]
    assert held.rows([2, 1]).id.tolist() == ["A-2", "A-1"] and len(held.rows(slice(1))) == 1
