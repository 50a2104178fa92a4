"""What a client hands over: lists typed, pasted or brought as a file, against the domains, and the package for them."""

import datetime as dt
from pathlib import Path

import pytest

from core import datafiles
from core.ground.messages import InputError
from core.importing import handover_file
from core.language import ENGLISH, POLISH
from core.migration import moves, package_advice, worded
from core.migration.handover import ENTRIES_MAX, Handed, as_json, from_json
from core.migration.handover_counts import compared, summed, take_over
from core.migration.handover_text import Columns, as_text, columns_of, domain_of, read, read_size, table_of
from tests.migrations import PROCESS, Life, act

MAIL, SITES = "mail_accounts", "site_list"
TODAY = dt.date(2026, 11, 21)
TARIFF = datafiles.tariff()


def entries(text, field=MAIL, unit="", columns=None):
    table = table_of(text, field)
    return read(table, field, columns or columns_of(table, field), unit)


def mistakes(text, field=MAIL, unit=""):
    """Return what is wrong with a text: line, value, and the message."""
    with pytest.raises(InputError) as error:
        entries(text, field, unit)
    found = []
    for mistake in error.value.errors:
        what = mistake.message.values.get("what", mistake.message)
        found.append((mistake.message.values.get("line"), mistake.value, what.id))
    return found


# -- what reads


@pytest.mark.parametrize(
    ("line", "mb"),
    [
        ("biuro@alfa.pl", None), ("BIURO@Alfa.PL", None), ("mailto:biuro@alfa.pl", None),
        ("biuro@alfa.pl 1,2 GB", 1229), ("biuro@alfa.pl 1.2GB", 1229), ("biuro@alfa.pl;1200 MB", 1200),
        ("biuro@alfa.pl\t1 200 MB", 1200), ("biuro@alfa.pl, 1,2 GB", 1229), ('"biuro@alfa.pl";"12 MB"', 12),
        ("biuro@alfa.pl 700 KB", 1), ("biuro@alfa.pl 2 TB", 2 * 1024**2), ("biuro@alfa.pl 1048577 B", 2),
        ("biuro@alfa.pl;", None), ("biuro@alfa.pl;-", None), ("biuro@alfa.pl brak", None), ("biuro@alfa.pl 0", 0),
        ("biuro@alfa.pl 0,500 GB", 512), ("biuro@alfa.pl 12 mb", 12), ("biuro@alfa.pl 3 GiB", 3072),
    ],
)  # fmt: skip
def test_line_is_an_address_and_a_size(line, mb):
    assert entries(line).entries == (Handed("biuro@alfa.pl", mb),)


def test_websites_are_hosts_with_or_without_a_path():
    text = "alfa.pl 2 GB\nhttps://www.alfa.pl/sklep/\nżółw.pl;12 MB\nsklep.alfa.pl"
    assert entries(text, SITES).entries == (
        *(Handed("alfa.pl", 2048), Handed("www.alfa.pl/sklep"), Handed("żółw.pl", 12), Handed("sklep.alfa.pl")),
    )


def test_pasted_table_is_read_by_its_header():
    text = "Użytkownik\tAdres e-mail\tZajęte [MB]\tLimit [MB]\nJan\tjan@alfa.pl\t120\t1000\nEwa\tewa@alfa.pl\t7,5\t1000"
    found = entries(text)
    assert found.entries == (Handed("jan@alfa.pl", 120, 1000), Handed("ewa@alfa.pl", 8, 1000))
    assert [POLISH.text(message) for message in found.told] == ["Pominięte kolumny: Użytkownik."]


@pytest.mark.parametrize(
    ("cell", "quota"),
    [
        ("1 GB", 1024), ("0", 0), ("bez limitu", 0), ("Unlimited", 0), ("∞", 0), ("", None), ("-", None),
        ("brak", None), ("1000 MB", 1000),
    ],
)  # fmt: skip
def test_column_that_a_header_calls_a_limit_is_the_quota(cell, quota):
    text = f"Adres;Rozmiar;Limit\njan@alfa.pl;5 MB;{cell}\newa@alfa.pl;7 MB;2 GB"
    assert entries(text).entries == (Handed("jan@alfa.pl", 5, quota), Handed("ewa@alfa.pl", 7, 2048))


def test_unit_of_a_limit_is_its_own_headers_else_the_one_that_somebody_says():
    text = "Adres;Rozmiar [MB];Limit [GB]\njan@alfa.pl;500;2"
    assert entries(text).entries == (Handed("jan@alfa.pl", 500, 2048),)
    text = "Adres;Rozmiar [MB];Limit\njan@alfa.pl;500;2"
    assert mistakes(text) == [(2, "2", "handover.unit")]
    assert entries(text, unit="GB").entries == (Handed("jan@alfa.pl", 500, 2048),)


def test_limits_that_do_not_read_and_two_of_them_are_left_out_as_before():
    for head, cells in (("Zajęte / limit", "120 / 1000"), ("Limit MB;Limit plików", "5;7")):
        found = entries(f"Adres;{head}\njan@alfa.pl;{cells}")
        assert found.entries == (Handed("jan@alfa.pl"),) and found.told[0].id == "handover.left_out"


def test_list_without_quotas_is_kept_as_it_always_was():
    assert as_json((Handed("a@alfa.pl", 5), Handed("b@alfa.pl", None, 0))) == [["a@alfa.pl", 5], ["b@alfa.pl", None, 0]]
    assert from_json([["a@alfa.pl", 5], ["b@alfa.pl", None, 0]])[1].quota == 0


def test_columns_between_commas_are_read_where_a_header_says_so():
    assert entries('Adres,Rozmiar\njan@alfa.pl,"1,2 GB"\n').entries == (Handed("jan@alfa.pl", 1229),)


def test_columns_that_nobody_can_tell_are_asked_for():
    text = "a@alfa.pl\tb@beta.pl\t12 MB\nc@alfa.pl\td@beta.pl\t3 MB"
    assert columns_of(table_of(text), MAIL).asked
    assert mistakes(text)[0] == (1, "b@beta.pl", "handover.cell")
    said = entries(text, columns=Columns(1, 2, chosen=True))
    assert said.entries == (Handed("b@beta.pl", 12), Handed("d@beta.pl", 3))
    assert not columns_of(table_of("a@alfa.pl\t12 MB"), MAIL).asked


@pytest.mark.parametrize("text", ["brak", " Brak\n", "none", "0"])
def test_saying_that_there_are_none_is_an_empty_list(text):
    assert entries(text).entries == ()


def test_sizes_without_a_unit_take_the_one_that_somebody_says():
    assert mistakes("a@alfa.pl 1200\nb@alfa.pl 3 GB") == [(1, "1200", "handover.unit")]
    assert entries("a@alfa.pl 1200\nb@alfa.pl 3 GB", unit="MB").entries == (
        Handed("a@alfa.pl", 1200),
        Handed("b@alfa.pl", 3072),
    )


def test_what_repeats_counts_once_and_is_told_another_size_is_a_mistake():
    found = entries("a@alfa.pl 5 MB\nA@alfa.pl\na@alfa.pl 5 MB")
    assert found.entries == (Handed("a@alfa.pl", 5),) and [message.count for message in found.told] == [2]
    assert entries("a@alfa.pl\na@alfa.pl 5 MB").entries == (Handed("a@alfa.pl", 5),)
    assert mistakes("a@alfa.pl 5 MB\n\na@alfa.pl 6 MB") == [(3, "a@alfa.pl", "handover.twice")]


def test_list_reads_again_as_it_is_shown():
    given = (Handed("biuro@alfa.pl", 1229), Handed("jan@żółw.pl"), Handed("x@alfa.pl", 0))
    assert entries(as_text(given)).entries == given


# -- what does not


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("ok@alfa.pl\nbiuro", (2, "biuro", "handover.name.mail_accounts")),
        ("biuro@", (1, "biuro@", "handover.name.mail_accounts")),
        ("biuro@alfa", (1, "biuro@alfa", "handover.name.mail_accounts")),
        (";12 MB", (1, "", "handover.name.mail_accounts")),
        ("biuro@alfa.pl 12 GBB", (1, "12 GBB", "handover.size")),
        ("biuro@alfa.pl 1.200 MB", (1, "1.200 MB", "handover.thousand")),
        ("biuro@alfa.pl 999999 TB", (1, "999999 TB", "handover.size")),
        ("biuro@alfa.pl -5 MB", (1, "•••", "handover.size")),
    ],
)
def test_line_that_does_not_read_is_told_with_what_would_be_right(text, wrong):
    assert mistakes(text) == [wrong]
    with pytest.raises(InputError) as error:
        entries(text)
    for language in (POLISH, ENGLISH):
        said = language.mistake(error.value.errors[0])
        assert "handover." not in said and str(wrong[0]) in said


def test_all_lines_are_told_at_once():
    assert [line for line, _, _ in mistakes("a\nb@alfa.pl\nc\nd@alfa.pl 7")] == [1, 3, 4]


@pytest.mark.parametrize(
    "text",
    [
        "Adres;Hasło\nbiuro@alfa.pl;Zima2026!", "login;hasło;rozmiar\nbiuro@alfa.pl;Zima2026!;12 MB",
        "biuro@alfa.pl;Zima2026!", "biuro@alfa.pl:Zima2026!", "biuro@alfa.pl hasło: Zima2026!",
        "biuro@alfa.pl\t12 MB\tZima2026!", "Adres;Uwagi\nbiuro@alfa.pl;hasło Zima2026!", "biuro@alfa.pl P@sZima2026!",
    ],
)  # fmt: skip
def test_password_is_refused_and_not_repeated(text):
    with pytest.raises(InputError) as error:
        entries(text)
    told = " ".join(POLISH.mistake(mistake) for mistake in error.value.errors)
    assert "Zima2026" not in told and "Zima2026" not in repr(error.value.errors)


@pytest.mark.parametrize("word", ["kwiatek", "kwiatek7", "1234abcd"])
def test_what_stands_beside_an_address_and_is_no_size_is_not_shown(word):
    assert mistakes(f"biuro@alfa.pl;{word}") == [(1, "•••", "handover.size")]


def test_list_is_bounded():
    whole = "\n".join(f"a{n}@alfa.pl" for n in range(ENTRIES_MAX))
    assert len(entries(whole).entries) == ENTRIES_MAX
    for text in (f"{whole}\nx@alfa.pl", f"adres\n{whole}\nx@alfa.pl"):
        assert mistakes(text) == [(None, "", "handover.too_many")]
    assert mistakes("\t".join(["a"] * 60))[0][2] == "error.columns"
    assert mistakes("a" * 200_000)[0][2] == "error.too_long"


def test_size_alone():
    assert (read_size("2,5 GB"), read_size("brak"), read_size("12", unit="MB")) == (2560, None, 12)


# -- files

CSV = "Raport kont\r\nAdres e-mail;Rozmiar MB;Status\r\nbiuro@alfa.pl;120;ok\r\njan@alfa.pl;7;ok\r\n"


def from_file(data, field=MAIL):
    return handover_file.read(data, field, lambda share: None)


def test_file_becomes_the_lines_that_somebody_would_paste():
    lines = from_file(CSV.encode("cp1250"))
    assert lines.text.splitlines()[0] == "Adres e-mail\tRozmiar MB\tStatus" and lines.left_out == 1
    assert entries(lines.text).entries == (Handed("biuro@alfa.pl", 120), Handed("jan@alfa.pl", 7))


def test_file_without_a_header_loses_no_line():
    assert len(entries(from_file(b"biuro@alfa.pl;120 MB\njan@alfa.pl;7 MB\n").text).entries) == 2


def test_workbook_is_read(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    for row in (("Adres", "Rozmiar GB"), ("biuro@alfa.pl", 1.5), ("jan@alfa.pl", 2)):
        book.active.append(row)
    book.save(tmp_path / "lista.xlsx")
    lines = from_file(Path(tmp_path / "lista.xlsx"))
    assert entries(lines.text).entries == (Handed("biuro@alfa.pl", 1536), Handed("jan@alfa.pl", 2048))


def test_file_with_passwords_does_not_get_as_far_as_the_field():
    with pytest.raises(InputError) as error:
        from_file("Adres;Hasło\nbiuro@alfa.pl;Zima2026!\n".encode())
    assert "Zima2026" not in repr(error.value.errors)


# -- against the domains


def test_entries_are_counted_by_domain_and_strangers_told():
    m = Life("alfa.pl", "xn--w-uga1v8h.pl").m
    listed = (Handed("a@alfa.pl"), Handed("b@poczta.alfa.pl"), Handed("c@żółw.pl"), Handed("d@obca.pl"))
    found = compared(m, MAIL, listed)
    assert found.counts == {"alfa.pl": 2, "xn--w-uga1v8h.pl": 1} and found.strangers == (listed[3],)
    assert found.differing == {"alfa.pl": (2, None), "xn--w-uga1v8h.pl": (1, None)}
    # Nobody gave a count, and there are none: nothing contradicts.
    assert compared(m, MAIL, ()).differing == {}
    assert domain_of(Handed("sklep.alfa.pl/pl")) == "sklep.alfa.pl"


def test_counts_are_taken_over_from_the_list_by_domain():
    life = Life("alfa.pl", "beta.pl")
    life.do(moves.change, {"mailboxes": 2}, "alfa.pl")
    life.do(moves.change, {MAIL: (Handed("a@alfa.pl"), Handed("b@alfa.pl"), Handed("c@beta.pl"))})
    happened = life.do(take_over, MAIL)
    assert [(event.domain, event.item, event.old, event.new) for event in happened] == [
        ("beta.pl", "mailboxes", None, 1)
    ]
    assert compared(life.m, MAIL, life.m.mail_accounts).differing == {} and take_over(life.m, act(), MAIL) == ()


def test_list_is_told_in_the_history_by_its_first_names():
    life = Life()
    (event,) = life.do(moves.change, {MAIL: (Handed("a@a.pl", 2000), Handed("b@a.pl", 100))})
    told = worded.event(event, PROCESS, datafiles.team())
    assert (POLISH.text(told.what), POLISH.value(told.new)) == (
        "Zmienione pole: Konta e-mail",
        "2 konta: a@a.pl, b@a.pl",
    )
    (event,) = life.do(moves.change, {MAIL: ()})
    assert POLISH.value(worded.event(event, PROCESS, datafiles.team()).new) == "bez kont e-mail"


# -- the package


def advice(package="", mail=None, sites=None, domains=1, mailboxes=None):
    life = Life(*(f"d{n}.pl" for n in range(domains)), package=package)
    if mailboxes is not None:
        for d in life.m.active:
            life.do(moves.change, {"mailboxes": mailboxes}, d.name)
    life.do(moves.change, {MAIL: mail, SITES: sites})
    return package_advice.advise(life.m, TARIFF, TODAY)


def boxes(count, mb=100):
    return tuple(Handed(f"a{n}@d0.pl", mb) for n in range(count))


def said(found, language=POLISH):
    return [language.text(message) for message in package_advice.told(found)]


def test_package_that_is_large_enough_is_called_so():
    found = advice("Firma", boxes(12, 200), (Handed("d0.pl", 700),), domains=2)
    assert found.state == "fits" and found.best.id == "firma"
    assert said(found) == ["12 z 25 skrzynek, 2 z 5 domen, 3 z 50 GB: pakiet Firma wystarczy."]


def test_package_that_is_too_small_is_told_with_the_cheapest_that_is_not():
    found = advice("Start", boxes(12), ())
    assert (found.state, found.lacks, found.best.id) == ("lacks", ("mailboxes",), "firma")
    assert said(found)[0].endswith("pakiet Start nie wystarczy.") and said(found)[1].startswith(
        "Wystarczy Firma: 12 z 25"
    )


def test_limit_itself_is_enough_and_a_megabyte_more_is_not():
    assert advice("Start", boxes(5, 2048), ()).state == "fits"
    more = advice("Start", (*boxes(4, 2048), Handed("x@d0.pl", 2049)), ())
    assert more.lacks == ("disk_gb",) and "10,1 z 10 GB" in said(more)[0]


def test_nothing_is_called_enough_on_what_nobody_knows():
    unsized = advice("Firma", (*boxes(3), Handed("x@d0.pl")), ())
    assert (unsized.state, unsized.unsized) == ("open", 1)
    assert "co najmniej 0,3 z 50 GB" in said(unsized)[0] and said(unsized)[-1].startswith(
        "Przy 1 pozycji nie ma rozmiaru"
    )
    assert advice("Firma", boxes(3), None).state == "open"
    assert advice("Firma", None, (), mailboxes=None).open == ("mailboxes", "disk_gb")
    # What is too much already is too much, whatever else is not known.
    assert advice("Start", boxes(6, None), None).state == "lacks"


def test_counts_of_domains_stand_in_for_a_list_that_is_not_there():
    found = advice("Start", None, (), mailboxes=7)
    assert found.lacks == ("mailboxes",) and found.missing == (MAIL,)


def test_larger_package_than_needed_is_enough_and_the_cheapest_is_named():
    found = advice("Sklep", boxes(3), ())
    assert found.state == "fits" and found.best.id == "start" and said(found)[1].startswith("Najtańszy")


def test_package_outside_the_tariff_or_none_is_said():
    for name in ("", "Plus", "Firma+"):
        found = advice(name, boxes(3), ())
        assert found.state == "none" and found.best.id == "start"


def test_server_stays_a_server_and_no_package_may_be_large_enough():
    assert advice("VPS S", boxes(3), ()).best.id == "vps-s"
    huge = advice("Firma", boxes(3, 400_000), ())
    assert huge.best is None and "Żaden pakiet" in said(huge)[1]
    assert huge.state == "lacks"


@pytest.mark.parametrize("language", [POLISH, ENGLISH], ids=["pl", "en"])
def test_advice_is_worded_whatever_it_is(language):
    for package in ("", "Start", "Firma", "VPS S"):
        for mail in (None, (), boxes(1), boxes(30, None)):
            for sites in (None, (), (Handed("d0.pl"),)):
                for line in said(advice(package, mail, sites), language):
                    assert "advice." not in line and "{" not in line


def test_sum_says_how_many_have_no_size():
    found = summed((*boxes(2), Handed("x@d0.pl")))
    assert (found.count, found.mb, found.unsized) == (3, 200, 1)
