"""Files as spreadsheets save them: the letters, the delimiter and the line numbers come out right."""

import codecs
import contextlib
import csv
import io
import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ground.messages import InputError
from core.spreadsheet import delimited
from core.spreadsheet.choices import Reading
from core.spreadsheet.decoding import read_sheet
from core.spreadsheet.delimited import DELIMITERS, LONGEST_RECORD, guess_delimiter
from core.spreadsheet.letters import ENCODINGS, guess_encoding
from tests.as_read import cells, mistakes

TEXT = """
Łódź Kraków Gdańsk Świętochłowice Żory Źródła Ćmielów Dąbrowa Częstochowa Bełchatów Śrem Białystok Toruń Poznań
Róża Małgorzata Łukasz Świątek Wójcik Kowalczyk Zieliński Dąbrowski Kozłowski Wiśniewski Grażyna Józef Żaneta Błażej
księgarnia żłobek piekarnia źrebak ćwikła gęś są wąż pięć głośny koń też będzie zgłoszenie zakończono właśnie paź idę
spółka ósemka kościół późno mróz Piekarnia „Pod Dębem” — nowa strona §5 Gospodarstwo – Łąki
"""
WORDS = TEXT.split()
HEADERS = (
    ["klient", "domena", "status", "uwagi"],
    ["Klient", "Domena", "Data zgłoszenia", "Niestandardowa, konfiguracja"],
)


def saved(rows, encoding, delimiter=";", ending="\r\n"):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=ending).writerows(rows)
    return text.getvalue().encode(encoding)


def writable(word, encoding):
    try:
        word.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


@pytest.mark.parametrize("encoding", [*ENCODINGS, "utf-8-sig", "utf-16"])
def test_polish_files_come_back_as_written(encoding):
    words = [word for word in WORDS if writable(word, encoding)]
    chance = random.Random(encoding)
    for number, (delimiter, ending, header, case) in enumerate(
        itertools.product(DELIMITERS, ("\r\n", "\n"), HEADERS, (str, str.upper, str.lower) * 10)
    ):
        rows = [header] + [
            [case(" ".join(chance.choices(words, k=2))), f"firma{row}.pl", "DNS", case(chance.choice(words))]
            for row in range(1 + number % 7)
        ]
        sheet = read_sheet(saved([header, *rows[1:]], encoding, delimiter, ending))
        assert [sheet.header, *(line.cells for line in sheet.lines)] == [tuple(row) for row in rows], (encoding, rows)
        assert sheet.delimiter == delimiter


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("word", [w for w in WORDS if sum(not c.isascii() for c in w) and w.isalpha()])
def test_one_word_is_enough(word, encoding):
    for text in (word, word.lower(), word.upper()):
        data = f"klient\n{text}".encode(encoding)
        found = data.decode(guess_encoding(data)).split("\n")[1]
        # Two bytes stay open: "Są" in cp852 is "SĄ" in cp1250, "PIĆ" is "PIŹ".
        assert found == text or (encoding == "cp852" and (found.istitle() or found.isupper())), (found, text)


@pytest.mark.parametrize("letter", "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ")
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_one_letter_in_a_word_is_enough(letter, encoding):
    text = f"ab{letter}de" if letter.islower() else f"AB{letter}DE"
    data = f"klient;domena\n{text};a.pl".encode(encoding)
    found = data.decode(guess_encoding(data))
    # 8F is Ź in cp1250 and Ć in cp852, both capitals.
    assert text in found or (letter, encoding) == ("Ć", "cp852")


@pytest.mark.parametrize("text", ["Firma – sklep", "Firma — sklep", "„Firma”", "100 €", "Müller", "± 5 °C", "Foo…"])
def test_signs_of_a_windows_file_are_not_taken_for_dos_letters(text):
    data = f"klient;domena\n{text};a.pl".encode("cp1250")
    assert guess_encoding(data) == "cp1250"


@pytest.mark.parametrize("text", ["SPÓŁKA", "PODRÓŻ", "PÓŹNO", "GĘŚ", "KOŚCIÓŁ"])
@pytest.mark.parametrize("encoding", ["cp1250", "iso-8859-2"])
def test_capitals_that_happen_to_be_utf8_are_not_taken_for_it(text, encoding):
    data = f"KLIENT;DOMENA\n{text};A.PL".encode(encoding)
    assert read_sheet(data).lines[0].cells == (text, "A.PL")


@pytest.mark.parametrize(
    "text", ["Привет", "Київ ABC", "Ελλάδα", "Łódź", "Zoë", "Ōsaka", "日本", "Café ☕", "Cаfe", "Əli"]
)
def test_utf8_of_other_countries_stays_utf8(text):
    assert guess_encoding(f"klient;domena\n{text};a.pl".encode()) == "utf-8"


def test_plain_letters_are_utf8_and_byte_order_marks_decide():
    assert guess_encoding(b"") == guess_encoding(b"klient;domena") == guess_encoding(codecs.BOM_UTF8 + b"a") == "utf-8"
    assert guess_encoding("ż".encode("utf-16")) == "utf-16"
    assert read_sheet(codecs.BOM_UTF8 + b"a;b\n1;2", Reading("utf-8")).header == ("a", "b")
    assert read_sheet(codecs.BOM_UTF16_BE + "ż\tb\n1\t2".encode("utf-16-be")).header == ("ż", "b")


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("klient", ";"),
        ("klient\nAla\nOla, Ela", ";"),
        ("", ";"),
        ("a,b", ","),
        ("a\tb", "\t"),
        ("a;b;c, d", ";"),
        ('"klient, nazwa";domena\nx;a.pl', ";"),
        ("klient, nazwa;domena;data\nx;a.pl;1", ";"),
        ('klient,uwagi\nx,"a;b;c\nd;e"\ny,"f;g"', ","),
        ("klient;kwota\nx;1,50\ny;2,50\nz;3,50", ";"),
        ("klient|domeny\nx|a.pl;b.pl\ny|c.pl, d.pl", "|"),
        ("klient,domeny\nx,a.pl;b.pl\ny,c.pl;d.pl", ","),
        ("a;b\n1;2;;;\n3;4;;;", ";"),
        ('a;b\n"unclosed;1\n2;3\n4;5', ";"),
        ("sep=,\na;b", ","),
    ],
)
def test_delimiter_is_the_one_that_cuts_evenly(text, delimiter):
    assert guess_delimiter(text) == delimiter


def test_lines_are_numbered_as_in_the_file():
    data = b'\r\n;;\r\nsep;b\r\n1;"two\r\nlines"\r\n\r\n ; \r\n3;4\r\n5\r\n'
    sheet = read_sheet(data)
    assert sheet.header == ("sep", "b")
    assert [line.number for line in sheet.lines] == [4, 8, 9]


def test_lines_may_end_as_on_an_old_macintosh():
    assert [(line.number, line.cells) for line in read_sheet(b"a;b\r1;2\r3;4").lines] == [
        (2, ("1", "2")),
        (3, ("3", "4")),
    ]


@pytest.mark.parametrize(
    "first", [b"sep=;\r\n", b"sep=;\n", b"SEP=;\r", b'"sep=;"\r\n', b"sep=;;;;\r\n", b"sep=; ;\n", b'"sep=;";;\n']
)
def test_excels_sep_line_is_honoured_and_counted(first):
    sheet = read_sheet(first + b"a,1;b\n1;2")
    assert (sheet.header, sheet.delimiter, sheet.lines[0].number) == (("a,1", "b"), ";", 3)
    assert read_sheet(first + b"a,b\n1,2", Reading(delimiter=",")).header == ("a", "b")


def test_cells_lose_white_space_of_every_kind():
    assert cells("a;b\n\u00a0 Ala\u2003; \tx \n".encode()) == [("Ala", "x")]
    assert read_sheet(b'" a\n b ";c').header == ("a b", "c")
    assert cells(b'a, b\n"1", "2, 3"', delimiter=",") == [("1", "2, 3")]


def test_ragged_rows_are_errors_and_keep_their_place():
    sheet = read_sheet(b"a;b;c\n1;2;3\n1;2\n1;2;3;4\n5;6;7")
    assert [line.error and line.error.values for line in sheet.lines] == [
        None, {"expected": 3, "found": 2}, {"expected": 3, "found": 4}, None,
    ]  # fmt: skip
    assert all(line.error.id == "error.cells" for line in sheet.lines if line.error)


def test_blank_cells_beyond_the_header_are_harmless_but_missing_ones_are_not():
    sheet = read_sheet(b"a;b\n1;2;;;\n3\n4;")
    assert [(line.cells, bool(line.error)) for line in sheet.lines] == [
        (("1", "2"), False), (("3",), True), (("4", ""), False),
    ]  # fmt: skip


def test_blank_columns_without_a_name_are_dropped():
    sheet = read_sheet(b"a;;b;;\n1;;2;;\n3;;4\n5;;6;")
    assert sheet.header == ("a", "b")
    assert [(line.cells, line.error) for line in sheet.lines] == [
        (("1", "2"), None), (("3", "4"), None), (("5", "6"), None),
    ]  # fmt: skip


@pytest.mark.parametrize("data", [b"a;;b\n1;x;2", b"a;b;\n1;2;3", b"a;b;;\n1;2;3", b"a;b;;\n1;2;;3"])
def test_a_column_with_values_needs_a_name(data):
    assert mistakes(data) == [("file", "error.column_unnamed")]


def test_a_quote_nobody_closed_costs_its_own_row_only():
    sheet = read_sheet(b'a;b\n1;2\n"3;4\n5;6\n7;"8"\n9;"0')
    assert [(line.number, line.cells) for line in sheet.lines if not line.error] == [
        (2, ("1", "2")), (4, ("5", "6")), (5, ("7", "8")),
    ]  # fmt: skip
    assert [(line.number, line.error.id) for line in sheet.lines if line.error] == [
        (3, "error.csv_row"), (6, "error.csv_row"),
    ]  # fmt: skip


def test_a_cell_may_be_long_but_not_endless():
    note = "\n".join("x" * LONGEST_RECORD)
    assert cells(f'a;b\n1;"{note}"\n2;3'.encode()) == [("1", note), ("2", "3")]
    sheet = read_sheet(b'a;b\n1;"' + b"x" * 200_000 + b'"\n2;3')
    assert [line.error and line.error.id for line in sheet.lines] == ["error.csv_row", None]


def test_a_nul_is_its_rows_mistake():
    sheet = read_sheet(b"a;b\n1;\x00\n2;3")
    assert [line.error and line.error.id for line in sheet.lines] == ["error.csv_row", None]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", ("file", "error.file_empty")),
        (b"\r\n \r\n;;;\r\n", ("file", "error.file_empty")),
        (codecs.BOM_UTF8, ("file", "error.file_empty")),
        (b"sep=;\n", ("file", "error.file_empty")),
        (b"PK\x03\x04\x14\x00", ("file", "error.workbook_broken")),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", ("file", "error.workbook_broken")),
        (b"%PDF-1.7\n", ("file", "error.not_csv")),
        ("a;b\n1;2".encode("utf-16-le"), ("file", "error.not_csv")),
        (b'"a;b', ("file", "error.csv_row")),
        (b"a;b;a\n1;2;3", ("a", "error.column_repeated")),
        (b"\xff\xfea", ("file", "error.not_encoding")),
    ],
)
def test_files_without_rows_to_speak_of_are_refused(data, found):
    assert mistakes(data) == [found]


def test_a_file_that_is_not_in_the_encoding_asked_for_is_refused():
    data = "klient\nŁódź".encode("cp1250")
    assert mistakes(data, encoding="utf-8") == mistakes(data, encoding="klingon") == [("file", "error.not_encoding")]
    assert cells(data, encoding="cp852") != cells(data, encoding="cp1250") == [("Łódź",)]


@given(st.binary(max_size=200) | st.text(alphabet=';,"\n\r\t|=sepa\0 ż', max_size=60).map(str.encode))
def test_no_bytes_are_too_much(data):
    try:
        sheet = read_sheet(data)
    except InputError:
        return
    assert all(len(line.cells) == len(sheet.header) for line in sheet.lines if not line.error)
    assert sorted({line.number for line in sheet.lines}) == [line.number for line in sheet.lines]


CELL = st.text(alphabet='ab;,"\n ż|\t', max_size=6)


@given(st.lists(st.lists(CELL, min_size=1, max_size=5), max_size=8), st.sampled_from(DELIMITERS))
def test_every_row_that_is_not_blank_is_there_once(rows, delimiter):
    sheet = read_sheet(saved([["k", "l", "m"], *rows], "utf-8", delimiter), Reading(delimiter=delimiter))
    stripped = [[cell.strip() for cell in row] for row in rows]
    stripped = [row for row in stripped if any(row)]
    assert len(sheet.lines) == len(stripped)
    for line, row in zip(sheet.lines, stripped, strict=True):
        while len(row) > 3 and not row[-1]:
            row.pop()
        assert line.cells == tuple(row) and bool(line.error) == (len(row) != 3)


@pytest.mark.parametrize(
    "line", ['"\n', '"x\n', '1;"2"x\n', 'x";"\n'], ids=["pairs", "ends", "letters behind", "never closed"]
)
def test_file_full_of_quotes_is_looked_through_a_few_times_only(monkeypatch, line):
    handed, take = [0], delimited._Lines.take

    def counted(self, most):
        taken = take(self, most)
        handed[0] += len(taken)
        return taken

    monkeypatch.setattr(delimited._Lines, "take", counted)
    monkeypatch.setattr(delimited, "_VAIN", 0)
    with contextlib.suppress(InputError):
        read_sheet(f"a;b\n{line * 20_000}".encode())
    assert 0 < handed[0] < 5 * 20_000


# -- the header, and rows that are no data


def left_out(data, **given):
    return [(row.number, row.kind) for row in read_sheet(data, Reading(**given)).left_out]


@pytest.mark.parametrize(
    "above",
    [
        "Zestawienie migracji - listopad 2026;;",
        "Zestawienie, listopad 2026",
        "Raport\n\nstan na 28.11.2026;;;",
        "klient;;",
    ],
)
@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_title_rows_above_the_header_are_left_out_and_told(above, delimiter):
    text = f"{above}\nklient;domena;status\nAlfa;a.pl;dane\n".replace(";", delimiter)
    sheet = read_sheet(text.encode())
    lines = above.count("\n") + 1
    assert (sheet.header, sheet.header_row, sheet.delimiter) == (("klient", "domena", "status"), lines + 1, delimiter)
    assert [(line.number, line.cells) for line in sheet.lines] == [(lines + 2, ("Alfa", "a.pl", "dane"))]
    assert {row.kind for row in sheet.left_out} == {"title"} and sheet.left_out[0].number == 1
    assert sheet.top[0].number == 1 and sheet.top[-1].cells == ("Alfa", "a.pl", "dane")


def test_the_title_case_comes_in():
    data = b"Zestawienie migracji - listopad 2026;;\nklient;domena;status\nAlfa;alfa-proba.pl;dane\n"
    assert cells(data) == [("Alfa", "alfa-proba.pl", "dane")] and left_out(data) == [(1, "title")]


def test_without_a_known_header_the_first_row_is_one():
    sheet = read_sheet(b"kto;co\nplan;co\nAlfa;Beta")
    assert (sheet.header, sheet.header_row, [*sheet.left_out]) == (("kto", "co"), 1, [])


def test_the_header_row_can_be_chosen_and_title_rows_kept():
    data = b"kto;co\nklient;domena\nAlfa;a.pl\n\nBeta;b.pl\n"
    assert read_sheet(data).header == ("klient", "domena")
    assert (read_sheet(data, Reading(header_row=1)).header, cells(data, header_row=1)[0]) == (
        ("kto", "co"), ("klient", "domena"),
    )  # fmt: skip
    assert read_sheet(data, Reading(off=frozenset({"title"}))).header == ("kto", "co")
    assert (read_sheet(data, Reading(header_row=5)).header, left_out(data, header_row=5)) == (
        ("Beta", "b.pl"), [(1, "title"), (2, "title"), (3, "title")],
    )  # fmt: skip
    assert mistakes(data, header_row=4) == mistakes(data, header_row=9**9) == [("header_row", "error.header_row")]


REPEATED = b"klient;domena;skrzynki\nAlfa;a.pl;1\nKLIENT;Domena;skrzynki\nBeta;b.pl;2\nRAZEM:;;3\n;Suma;3,00\n"


def test_repeated_headers_and_totals_are_left_out_and_told():
    assert cells(REPEATED) == [("Alfa", "a.pl", "1"), ("Beta", "b.pl", "2")]
    assert left_out(REPEATED) == [(3, "repeated_header"), (5, "total"), (6, "total")]


def test_rows_that_somebody_says_are_data_are():
    assert [row[0] for row in cells(REPEATED, off=frozenset({"total"}))] == ["Alfa", "Beta", "RAZEM:", ""]
    assert [row[0] for row in cells(REPEATED, off=frozenset({"repeated_header"}))] == ["Alfa", "KLIENT", "Beta"]


@pytest.mark.parametrize(
    "row", ["Razem;;12", "suma;12", "ŁĄCZNIE: 8;;", "Ogółem zł;-;1 299,00 zł", "Total;;=?", "Sum;;"]
)
def test_totals_are_known_by_their_first_word_and_numbers_alone(row):
    assert left_out(f"klient;domena;skrzynki\nAlfa;a.pl;1\n{row}".encode()) == [(3, "total")]


@pytest.mark.parametrize("row", ["Suma;suma.pl;1", "Razemski;;1", "Sumar sp. z o.o.;;1", "Razem lepiej;;", "12;;1"])
def test_a_client_who_is_called_like_a_total_is_data(row):
    assert left_out(f"klient;domena;skrzynki\nAlfa;a.pl;1\n{row}".encode()) == []


@given(
    st.lists(
        st.sampled_from(["Alfa;a.pl;1", "klient;domena;skrzynki", "Razem;;7", ";Łącznie;", "Suma;s.pl;2", '"x";y;1'])
    )
)
def test_rows_that_are_no_data_are_the_same_ones_many_at_once_and_one_by_one(rows):
    text = "\n".join(["klient;domena;skrzynki", *rows])
    # A blank line makes a block uneven.
    together, alone = read_sheet(text.encode()), read_sheet(f"{text}\n\n".encode())
    assert [*together.lines] == [*alone.lines] and [*together.left_out] == [*alone.left_out]
    assert len(together.lines) + len(together.left_out) == len(rows)


# -- rows in another encoding, and garbled text


def mixed(*rows):
    return b"\n".join([b"klient;domena", *(f"{word};a.pl".encode(encoding) for word, encoding in rows)])


def test_rows_of_utf8_in_a_windows_file_are_mended_and_told():
    data = mixed(("Łódź", "cp1250"), ("Świt", "utf-8"), ("Gdańsk", "cp1250"), ("ŁĘŃ", "utf-8"), ("Żółw", "cp1250"))
    sheet = read_sheet(data)
    assert [line.cells[0] for line in sheet.lines] == ["Łódź", "Świt", "Gdańsk", "ŁĘŃ", "Żółw"]
    assert (sheet.encoding, [(it.row, it.kind, it.new) for it in sheet.mended]) == (
        "cp1250", [(3, "encoding", "Świt"), (5, "encoding", "ŁĘŃ")],
    )  # fmt: skip
    assert sheet.mended[0].old == "Ĺšwit"
    kept = read_sheet(data, Reading(off=frozenset({"encoding"})))
    assert [bool(line.error) for line in kept.lines] == [False, True, False, True, False] and not kept.mended


def test_rows_of_windows_in_a_utf8_file_are_refused_and_say_what_they_are():
    sheet = read_sheet(mixed(("Łódź", "utf-8"), ("Świt", "utf-8"), ("Gdańsk", "cp1250"), ("abc", "utf-8")))
    assert sheet.encoding == "utf-8"
    assert [(line.cells[:1], line.error and line.error.values["probable"]) for line in sheet.lines] == [
        (("Łódź",), None), (("Świt",), None), ((), "Gdańsk"), (("abc",), None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "word",
    ["PrzedsiÄ™biorstwo", "Å¼Ã³Å‚w", "Ĺ»Ăłw", "Ă…Â¼Ä‚Ĺ‚w", "Micha³", "ma³y", "£ódŸ", "s¹siad", "Zo�ia", "┼╗├│┼éw"],
)
def test_garbled_text_is_never_a_name(word):
    sheet = read_sheet(f"klient;domena\nAlfa;a.pl\n{word};b.pl\n".encode())
    assert [bool(line.error) for line in sheet.lines] == [False, True]


@pytest.mark.parametrize("wrong", ["cp1250", "cp1252", "iso-8859-2", "cp852"])
@pytest.mark.parametrize("word", WORDS)
def test_what_was_garbled_is_told_as_it_was(word, wrong):
    misread = word.encode().decode(wrong, "surrogateescape")
    if misread == word or not misread.isprintable():
        return
    (line,) = read_sheet(f"klient;domena\n{misread};a.pl".encode()).lines
    assert line.error.values["probable"] == word


@pytest.mark.parametrize(
    "text", ["Ärzte", "São Paulo", "Åse", "10 m³", "£50", "±5 °C", "¿Qué?", "Ĺubica", "½ – 3¾", "„Dom” — 5 €", *WORDS]
)
def test_words_of_other_languages_and_signs_are_not_garbled(text):
    (line,) = read_sheet(f"klient;domena\n{text};a.pl".encode()).lines
    assert line.error is None
