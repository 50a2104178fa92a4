"""Cells as spreadsheets leave them: what is repaired and told, what says nothing, and what is lost for good."""

import datetime as dt

import pytest

from core import datafiles
from core.database.transactions import engine
from core.ground.clock import WARSAW
from core.ground.messages import InputError
from core.ground.settings import ROOT
from core.importing.planning import plan
from core.importing.row import Numbered
from core.importing.rows import read_rows
from core.importing.writing import apply
from core.language import LANGUAGES, POLISH
from core.migration import moves, typed
from core.migration.act import Act
from core.migration.import_columns import suggest
from core.spreadsheet.choices import Said
from core.spreadsheet.decoding import read_sheet
from core.spreadsheet.placeholders import ERRORS, PLACEHOLDERS
from core.spreadsheet.platforms import parse_platforms
from core.spreadsheet.repair_kinds import KINDS, NOT_CALCULATED
from core.spreadsheet.survey import date_formats
from core.store.store import Store

NOW = dt.datetime(2026, 11, 21, 11, tzinfo=dt.UTC)


class Desk:
    """Imports texts: `desk.take("klient;domena\nAla;ala.pl")`."""

    def __init__(self, url: str) -> None:
        self.store = Store(engine(url))
        self.act = Act(datafiles.process(), datafiles.team().person("maria"), NOW)

    def plan(self, text, **said):
        sheet = read_sheet(text.encode())
        return plan(sheet, Said(suggest(sheet.header), **said), self.store.all(), self.act, datafiles.team())

    def take(self, text, **said):
        sheet = read_sheet(text.encode())
        made = self.plan(text, **said)
        apply(self.store, made, sheet, text.encode(), Said(suggest(sheet.header), **said), self.act)
        return made


@pytest.fixture
def desk(sqlite_url) -> Desk:
    return Desk(sqlite_url)


def rows(text, **said):
    sheet = read_sheet(text.encode())
    return list(read_rows(sheet, Said(suggest(sheet.header), **said)))


def says(text, **said):
    (row,) = rows(text, **said)
    assert isinstance(row, Numbered), row
    return row


def errors(text, **said):
    return [
        (e.row, e.column, e.value, e.message.id) for row in rows(text, **said) if isinstance(row, list) for e in row
    ]


def mended(text, **said):
    return [(r.kind, r.old, r.new) for row in rows(text, **said) if isinstance(row, Numbered) for r in row.repairs]


# -- what says nothing


MONDAY = "nr zlecenia;klient;domena\nbrak;Alfa;alfa-proba.pl\nbrak;Alfa;alfa-druga.pl\nbrak;Beta;beta-proba.pl\n"
TUESDAY = "nr zlecenia;klient;domena;status\nbrak;Alfa;alfa-trzecia.pl;dane\n"


def test_a_placeholder_for_a_ref_joins_nobodys_orders(desk):
    desk.take(MONDAY)
    assert sorted(m.ref for m in desk.store.all()) == ["P-1", "P-2", "P-3"]
    assert [(row.outcome, row.lacks) for row in desk.plan(TUESDAY).rows] == [("conflict", ("package",))]
    desk.take(TUESDAY, reason="tak jest w arkuszu")
    assert [(m.ref, [d.name for d in m.active], m.stage) for m in desk.store.all()] == [
        ("P-1", ["alfa-proba.pl"], "package"),
        ("P-2", ["alfa-druga.pl"], "package"),
        ("P-3", ["beta-proba.pl"], "package"),
        ("P-4", ["alfa-trzecia.pl"], "data"),
    ]


@pytest.mark.parametrize("cell", sorted(PLACEHOLDERS | ERRORS))
def test_a_placeholder_says_nothing_in_any_column_that_asks_for_something(cell):
    quoted = '"' + cell.upper().replace('"', '""') + '"'
    asked = "nr zlecenia;pakiet;opiekun;telefon;osoba kontaktowa;termin;stary serwer;stare IP;stare NS;skrzynki"
    row = says(f"klient;domena;{asked}\nAla;ala.pl{f';{quoted}' * 10}").says
    assert row == says("klient;domena\nAla;ala.pl").says
    assert row.mailboxes is None


def test_what_is_special_is_answered_by_none_and_not_by_a_sign():
    for cell, kept in {
        "brak": "brak",
        "Nie dotyczy": "Nie dotyczy",
        "-": "",
        "?": "",
        "nie wiem": "",
        "#N/D!": "",
    }.items():
        assert says(f"klient;domena;niestandardowa konfiguracja\nAla;ala.pl;{cell}").says.nonstandard == kept


def test_a_placeholder_for_a_client_or_a_domain_is_a_missing_value():
    assert errors("klient;domena\nbrak;ala.pl\nAla;n/d") == [
        (2, "klient", "brak", "error.missing"),
        (3, "domena", "n/d", "error.missing"),
    ]


def test_an_error_of_a_formula_is_no_value_anywhere_and_a_note_may_be_a_dash():
    row = says("klient;domena;uwagi;inne\nAla;ala.pl;#ARG!;#REF!")
    assert row.says.notes == "" and row.extra == {}
    assert says("klient;domena;uwagi;inne\nAla;ala.pl;-;brak").extra == {"inne": "brak"}


def test_a_formula_without_its_result_is_told_to_be_calculated():
    text = f"klient;domena;telefon;skrzynki;inne\nAla;ala.pl;{NOT_CALCULATED};{NOT_CALCULATED};{NOT_CALCULATED}"
    assert [id for *_, id in errors(text)] == ["error.not_calculated"] * 3


# -- what is lost for good


@pytest.mark.parametrize(
    "cell", ["4,86E+10", "2.02612E+12", "2,02612e+12", "4,86 E+10", "5E+09", "48,6E+9", "1,23457E+18"]
)
def test_a_number_whose_digits_are_lost_is_refused_wherever_it_stands(cell):
    for column in ("nr zlecenia", "telefon", "NIP", "pakiet", "skrzynki", "uwagi"):
        assert errors(f"klient;domena;{column}\nAla;ala.pl;{cell}") == [(2, column, cell, "error.damaged_number")]


@pytest.mark.parametrize("cell", ["12E5", "E+1", "3E", "2026E-12", "Oferta 4,86E+10", "486E10"])
def test_what_only_looks_like_such_a_number_is_kept(cell):
    assert says(f"klient;domena;nr zlecenia\nAla;ala.pl;{cell}").says.ref == cell


# -- what is repaired, and told


def test_zeros_that_a_formula_kept_are_read_and_the_later_file_finds_them(desk):
    made = desk.take('nr zlecenia;klient;domena;telefon\n="000123";Alfa;alfa-proba.pl;="0048600000001"\n')
    assert [(r.kind, r.old, r.new) for r in made.repairs] == [
        ("formula", '="000123"', "000123"),
        ("formula", '="0048600000001"', "0048600000001"),
    ]
    made = desk.take("nr zlecenia;klient;domena\n000123;Alfa;alfa-proba.pl\n")
    assert made.counts["unchanged"] == 1
    assert [(m.ref, m.contact_phone) for m in desk.store.all()] == [("000123", "0048600000001")]


def test_what_our_own_export_guards_is_what_somebody_wrote():
    row = says("klient;domena;telefon\n'=\"x\";ala.pl;'+48 600")
    assert (row.says.client, row.says.contact_phone, row.repairs) == ('="x"', "+48 600", ())


@pytest.mark.parametrize(
    ("cell", "name", "kinds"),
    [
        ("https://www.alfa.pl/", "alfa.pl", ["url", "www"]),
        ("http://alfa.pl", "alfa.pl", ["url"]),
        ("alfa.pl:443", "alfa.pl", ["url"]),
        ("alfa.pl/", "alfa.pl", ["url"]),
        ("HTTPS://ALFA.PL:8443/", "alfa.pl", ["url", "case"]),
        ("ftp://ftp.alfa.pl", "ftp.alfa.pl", ["url"]),
        ("www.alfa.pl", "alfa.pl", ["www"]),
        ("www.com.pl", "www.com.pl", []),
        ("www.pl", "www.pl", []),
        ("www.sklep.alfa.pl", "sklep.alfa.pl", ["www"]),
        ("alfa.pl.", "alfa.pl", ["last_dot"]),
        ("Alfa.PL", "alfa.pl", ["case"]),
        ("www.Żółw.pl", "xn--w-uga1v8h.pl", ["case", "www"]),
        ("alfa.pl", "alfa.pl", []),
    ],
)
def test_an_address_becomes_its_domain_and_every_step_is_told(cell, name, kinds):
    row = says(f"klient;domena\nAla;{cell}")
    assert [one.ascii for one in row.says.domain] == [name]
    assert [repair.kind for repair in row.repairs] == kinds
    if kinds:
        assert row.repairs[0].old == cell and (row.repairs[0].row, row.repairs[0].column) == (2, "domena")


@pytest.mark.parametrize(
    ("cell", "message", "named"),
    [
        ("https://alfa.pl/sklep", "error.name_url", "alfa.pl"),
        ("alfa.pl/sklep?x=1", "error.name_url", "alfa.pl"),
        ("jan@alfa.pl", "error.name_email", "alfa.pl"),
        ("facebook.com/sklep", "error.platform", "facebook.com"),
        ("https://www.facebook.com/sklep", "error.platform", "www.facebook.com"),
        ("https://facebook.com/", "error.platform", "facebook.com"),
        ("sklep.wixsite.com", "error.platform", "sklep.wixsite.com"),
        ("allegro.pl/uzytkownik/ala", "error.platform", "allegro.pl"),
        ("jan@gmail.com", "error.mail_host", "gmail.com"),
        ("ala@wp.pl", "error.mail_host", "wp.pl"),
        ("o2.pl", "error.mail_host", "o2.pl"),
    ],
)
def test_a_page_a_mailbox_and_a_platform_are_asked_and_never_repaired(cell, message, named):
    ((_, column, _, found),) = errors(f"klient;domena\nAla;{cell}")
    assert (column, found) == ("domena", message)
    ((error,),) = (row for row in rows(f"klient;domena\nAla;{cell}"))
    assert all(named in language.text(error.message) for language in LANGUAGES.values())


def test_the_password_of_a_link_is_not_repeated():
    ((_, _, value, _),) = errors("klient;domena\nAla;https://jan:Kot123@facebook.com/sklep")
    assert "Kot123" not in value


def test_days_with_their_month_in_words_and_as_numbers_are_told():
    head = "klient;domena;termin\nAla;ala.pl;"
    assert mended(f"{head}29-sie-26") == [("month", "29-sie-26", "29.08.2026")]
    assert mended(f"{head}3 września 2026 r.") == [("month", "3 września 2026 r.", "03.09.2026")]
    assert mended(f"{head}46263") == [("serial", "46263", "29.08.2026")]
    assert mended(f"{head}29.08.2026") == mended(f"{head}2026-08-29") == []
    assert mended(f"{head}29.08.2026\nOla;ola.pl;30.08.2026\nEla;ela.pl;2026-08-31 14:30") == [
        ("iso", "2026-08-31 14:30", "31.08.2026 14:30")
    ]


def test_spaces_that_do_not_break_are_taken_out_of_numbers():
    row = says("klient;domena;skrzynki;telefon\nAla;ala.pl;1\u00a0200;+48\u00a0601\u00a0234\u00a0567")
    assert (row.says.mailboxes, row.says.contact_phone) == (1200, "+48 601 234 567")
    assert [(r.kind, r.old, r.new) for r in row.repairs] == [("spaces", "1\u00a0200", "1200")]


@pytest.mark.parametrize("phone", ["+48 601 234 567", "0048601234567", "(22) 123-45-67", "601234567"])
def test_a_telephone_stays_as_it_is(phone):
    row = says(f"klient;domena;telefon\nAla;ala.pl;{phone}")
    assert row.says.contact_phone == phone and row.repairs == ()


EXAMPLES = {
    "formula": ("nr zlecenia", '="000123"', None),
    "url": ("adres strony", "https://alfa.pl/", "error.name_url"),
    "www": ("adres strony", "www.alfa.pl", None),
    "last_dot": ("adres strony", "alfa.pl.", "error.repair_off"),
    "case": ("adres strony", "ALFA.PL", "error.repair_off"),
    "month": ("termin", "29-sie-26", "error.repair_off"),
    "iso": ("termin", "2026-08-29", "error.repair_off"),
    "serial": ("termin", "46263", "error.repair_off"),
    "spaces": ("skrzynki", "1\u00a0200", "error.repair_off"),
}


@pytest.mark.parametrize("kind", EXAMPLES)
def test_a_repair_that_is_off_is_not_made(kind):
    column, cell, message = EXAMPLES[kind]
    others = "klient;{};{}\nAla;{};{}\n" + ("Ola;b.pl;30.08.2026\nEla;c.pl;31.08.2026\n" if kind == "iso" else "")
    domain = ("adres strony", cell) if column == "adres strony" else ("domena", "alfa.pl")
    text = others.format(domain[0], column if column != "adres strony" else "inne", domain[1], cell)
    assert kind in [r.kind for row in rows(text) if isinstance(row, Numbered) for r in row.repairs]
    off = frozenset({kind})
    if message:
        assert [id for *_, id in errors(text, off=off)] == [message]
    else:
        assert not [r for r in says(text, off=off).repairs if r.kind == kind]


def test_every_kind_has_its_title_and_its_switch():
    assert set(EXAMPLES) <= set(KINDS)
    for language in LANGUAGES.values():
        for kind in KINDS:
            assert not language.text(f"import.repair.{kind}").startswith("import.")
    assert says('klient;domena;nr zlecenia\nAla;ala.pl;="000123"', off=frozenset({"formula"})).says.ref == '="000123"'
    assert says("klient;domena\nAla;www.alfa.pl", off=frozenset({"www"})).says.domain[0].ascii == "www.alfa.pl"


# -- a domain and its www


def test_a_domain_and_its_www_in_one_cell_are_one():
    assert [n.ascii for n in says("klient;domena\nAla;alfa.pl, www.alfa.pl, https://ALFA.pl/").says.domain] == [
        "alfa.pl"
    ]


def test_a_domain_and_its_www_in_two_rows_and_two_files_are_one(desk):
    made = desk.take("klient;domena\nAla;www.alfa.pl\nAla;alfa.pl")
    assert made.counts["new"] == 1 and made.counts["unchanged"] == 1
    assert desk.take("klient;domena\nAla;WWW.alfa.pl").counts["unchanged"] == 1
    (m,) = desk.store.all()
    assert [d.name for d in m.active] == ["alfa.pl"]


def test_a_www_that_stands_on_the_board_is_the_domain_that_a_file_names(desk):
    desk.take("nr zlecenia;klient;domena\nZ-1;Ala;www.alfa.pl", off=frozenset({"www"}))
    assert [d.name for d in desk.store.all()[0].active] == ["www.alfa.pl"]
    assert desk.take("nr zlecenia;klient;domena\nZ-1;Ala;alfa.pl").counts["unchanged"] == 1
    assert desk.take("klient;domena\nAla;www.alfa.pl").counts["unchanged"] == 1
    assert [e.message.id for e in desk.plan("klient;domena\nOla;alfa.pl").errors] == ["error.domain_elsewhere"]


def test_a_domain_and_its_www_typed_into_a_form_are_one():
    form = {"domains": "www.alfa.pl, alfa.pl www.com.pl", "mailboxes": "", "websites": "", "old_ns": "", "new_ns": ""}
    assert list(typed.new_domains(form | {"old_addresses": "", "new_addresses": ""})) == ["alfa.pl", "www.com.pl"]


def test_a_www_beside_its_domain_is_neither_added_nor_registered_again(desk):
    desk.take("klient;domena\nAla;alfa.pl\nOla;www.beta.pl", off=frozenset({"www"}))
    ala, ola = desk.store.all()
    for m, name in ((ala, "www.alfa.pl"), (ola, "beta.pl")):
        with pytest.raises(InputError) as caught:
            moves.add_domain(m, desk.act, name, {"display": name})
        assert caught.value.errors[0].message.id == "error.domain_there"
        new = {name: {"display": name}}
        with pytest.raises(InputError) as caught:
            desk.store.register(desk.act, {"client": "Ela"}, new)
        assert caught.value.errors[0].message.id == "error.domain_elsewhere"


def test_names_of_platforms_are_data_that_is_checked():
    text = (ROOT / "data" / "platforms.toml").read_text(encoding="utf-8")
    found = parse_platforms(text)
    assert {found.kind(name) for name in ("facebook.com", "x.wixsite.com", "allegro.pl")} == {"platform"}
    assert {found.kind(name) for name in ("gmail.com", "wp.pl", "o2.pl")} == {"mail_host"} and found.kind(
        "a.pl"
    ) is None
    names = [*found.platforms, *found.mail_hosts]
    assert len(names) == len(set(names))
    with pytest.raises(InputError):
        parse_platforms('platforms = ["Facebook.com"]\nmail_hosts = []')


# -- the order of day and month


A5 = "klient;domena;data zgłoszenia;termin\n"


def planned(row):
    return row.says.planned_at.at.astimezone(WARSAW).date()


def test_one_day_proves_the_order_for_every_column_of_the_file():
    text = f"{A5}Alfa;alfa.pl;08/25/2026;12/03/2026\nBeta;beta.pl;10/06/2026;12/07/2026"
    alfa, beta = rows(text)
    assert (planned(alfa), planned(beta)) == (dt.date(2026, 12, 3), dt.date(2026, 12, 7))
    sheet = read_sheet(text.encode())
    said = Said(suggest(sheet.header))
    assert date_formats(sheet, said) == {"on_package": "MM/DD/YYYY", "planned_at": "MM/DD/YYYY"}


def test_an_agreed_day_before_the_enquiry_decides_the_order():
    alfa, beta = rows(f"{A5}Alfa;alfa.pl;2026-08-10;12/03/2026\nBeta;beta.pl;;12/07/2026")
    assert (planned(alfa), planned(beta)) == (dt.date(2026, 12, 3), dt.date(2026, 12, 7))
    assert [id for *_, id in errors(f"{A5}Alfa;alfa.pl;01/02/2026;03/02/2026")] == ["error.date_both_ways"] * 2


def test_an_order_that_nothing_proves_is_asked_once_and_then_answered(desk):
    text = (
        f"{A5}Alfa;alfa.pl;;12/03/2026\nBeta;beta.pl;;05/05/2026\nGama;gama.pl;;11/03/2026\nDelta;delta.pl;;01.12.2026"
    )
    made = desk.plan(text)
    assert [(q.kind, q.column, q.value, q.row, q.rows) for q in made.questions] == [
        ("date_order", "termin", "12/03/2026", 2, 2)
    ]
    assert [(e.row, e.column, e.message.id) for e in made.errors] == [
        (2, "termin", "error.date_both_ways"),
        (4, "termin", "error.date_both_ways"),
    ]
    assert made.counts["new"] == 2
    for order, day in (("dmy", dt.date(2026, 3, 12)), ("mdy", dt.date(2026, 12, 3))):
        assert planned(rows(text, date_order=order)[0]) == day
        made = desk.plan(text, date_order=order)
        assert made.counts["new"] == 4 and made.questions == ()


def test_a_file_that_proves_both_orders_names_its_lines():
    text = f"{A5}Alfa;alfa.pl;;25/12/2026\nBeta;beta.pl;;12/26/2026\nGama;gama.pl;;11/03/2026"
    assert errors(text) == [(4, "termin", "11/03/2026", "error.date_both_orders")]
    ((error,),) = (row for row in rows(text) if isinstance(row, list))
    assert "2" in POLISH.text(error.message) and "3" in POLISH.text(error.message)
    assert errors(text, date_order="dmy") == [(3, "termin", "12/26/2026", "error.date_other_order")]


# -- statuses that nobody knows


def test_a_status_that_is_not_ours_is_asked_once_and_then_answered(desk):
    text = "klient;domena;status\nAla;a.pl;U Kasi\nOla;b.pl;u kasi\nEla;c.pl;analizza\nIga;d.pl;analiza\n"
    made = desk.plan(text)
    assert [(q.kind, q.column, q.value, q.row, q.rows) for q in made.questions] == [
        ("status", "status", "U Kasi", 2, 2),
        ("status", "status", "analizza", 4, 1),
    ]
    assert [(e.row, e.message.id) for e in made.errors] == [
        (2, "error.one_of"),
        (3, "error.one_of"),
        (4, "error.one_of_near"),
    ]
    made = desk.plan(text, statuses={"u kasi": "data", "analizza": "analysis"}, reason="tak jest w arkuszu")
    assert made.counts["new"] == 4 and made.questions == ()
    stages = [row.says.stage for row in rows(text, statuses={"u kasi": "data", "analizza": "analysis"})]
    assert stages == ["data", "data", "analysis", "analysis"]


# -- cells typed anew


def test_a_cell_that_was_typed_anew_is_read_instead_of_the_files(desk):
    text = "klient;domena;termin\nAla;a.pl;kiedyś\nOla;b.pl;01.12.2026\n"
    made = desk.plan(text, corrected={(2, "termin"): " 02.12.2026 ", (3, "klient"): "Ela"})
    assert made.counts["new"] == 2 and [row.client for row in made.rows] == ["Ala", "Ela"]
    secret = desk.plan(text, corrected={(2, "klient"): "hasło: Kot123!"})
    assert secret.counts["rejected"] == 2 and not secret.writings and "Kot123" not in repr(secret.errors)
    assert desk.plan(text, corrected={(9, "klient"): "x", (2, "nie ma"): "x"}).counts == desk.plan(text).counts
