"""Cells of a spreadsheet: what they say, and what is wrong with the others."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import WARSAW
from core.language import ENGLISH, POLISH
from core.messages import InputError
from core.pipeline import values
from core.pipeline.columns import fold
from core.pipeline.values import (
    COUNT_MAX,
    DATE_FORMATS,
    NOTES_MAX,
    SIDE_IDS,
    STAGE_IDS,
    STATUS_WRITTEN,
    Status,
    When,
    agrees,
    choose_format,
    notes_text,
    one_text,
    parse_addresses,
    parse_count,
    parse_hosts,
    parse_status,
    parse_waits,
    parse_when,
    parse_yes_no,
    parse_yes_or_date,
    written,
)

POLISH_DAY = DATE_FORMATS[0]


def warsaw(*parts, **named):
    return dt.datetime(*parts, tzinfo=WARSAW, **named).astimezone(dt.UTC)


def utc(*parts):
    return dt.datetime(*parts, tzinfo=dt.UTC)


def refused(read, *given):
    with pytest.raises(InputError) as caught:
        read(*given, "planned_at")
    for error in caught.value.errors:
        assert error.field == "planned_at"
        for language in (POLISH, ENGLISH):
            sentence = language.mistake(error)
            assert "{" not in sentence and "error." not in sentence
    return caught.value.errors[0]


# -- Dates


@pytest.mark.parametrize(
    ("format", "text"),
    [
        ("DD.MM.YYYY", "12.11.2026"), ("DD.MM.YYYY", " 12.11.2026 r. "), ("DD.MM.YYYY", "12.11.2026 00:00:00"),
        ("YYYY-MM-DD", "2026-11-12"), ("YYYY-MM-DD", "2026-11-12 00:00"), ("YYYY-MM-DD", "2026-11-12T00:00:00"),
        ("DD-MM-YYYY", "12-11-2026"), ("DD/MM/YYYY", "12/11/2026"), ("YYYY.MM.DD", "2026.11.12"),
        ("YYYY/MM/DD", "2026/11/12"), ("MM/DD/YYYY", "11/12/2026"), ("DD.MM.YY", "12.11.26"),
        ("D MMMM YYYY", "12 listopada 2026"), ("D MMMM YYYY", "12 LIS 2026 r."), ("D MMMM YYYY", "12 lis. 2026"),
        ("D MMMM YYYY", "12 Listopad 2026"),
    ],
)  # fmt: skip
def test_day_is_its_midnight_in_warsaw(format, text):
    assert parse_when(text, format, "planned_at") == When(utc(2026, 11, 11, 23), "day")


@pytest.mark.parametrize(
    ("format", "text", "at", "unit"),
    [
        ("DD.MM.YYYY", "12.11.2026 14:30", utc(2026, 11, 12, 13, 30), "minute"),
        ("DD.MM.YYYY", "1.7.2026, 8:05", utc(2026, 7, 1, 6, 5), "minute"),
        ("DD.MM.YYYY", "12.11.2026 14:30:15", utc(2026, 11, 12, 13, 30, 15), "second"),
        ("YYYY-MM-DD", "2026-11-12T14:30:15.250", utc(2026, 11, 12, 13, 30, 15), "second"),
        ("YYYY-MM-DD", "2026-11-12T14:30Z", utc(2026, 11, 12, 14, 30), "minute"),
        ("YYYY-MM-DD", "2026-11-12T14:30:00+05:30", utc(2026, 11, 12, 9), "second"),
        ("YYYY-MM-DD", "2026-11-12 14:30:00 -0200", utc(2026, 11, 12, 16, 30), "second"),
        ("YYYY-MM-DD", "2026-11-12T00:00:00Z", utc(2026, 11, 12), "second"),
        ("D MMMM YYYY", "12 paź 2026 14:30", utc(2026, 10, 12, 12, 30), "minute"),
    ],
)
def test_time_is_warsaws_or_that_of_its_offset(format, text, at, unit):
    assert parse_when(text, format, "planned_at") == When(at, unit)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "error.empty"),
        ("31.02.2026", "error.no_such_day"),
        ("00.01.2026", "error.no_such_day"),
        ("12.13.2026", "error.no_such_day"),
        ("2026-11-12", "error.date_format"),
        ("12.11.26", "error.date_format"),
        ("wkrótce", "error.date_format"),
        ("45000", "error.date_format"),
        ("12.11.2026 rano", "error.date_format"),
        ("12.11.1989", "error.year"),
        ("12.11.2101", "error.year"),
        ("12.11.0026", "error.year"),
        ("12.11.2026 24:00", "error.no_such_time"),
        ("12.11.2026 12:60", "error.no_such_time"),
        ("12.11.2026 12:00:00+99:00", "error.no_such_time"),
        ("29.03.2026 02:30", "error.no_such_time"),
    ],
)
def test_date_that_does_not_read_is_told_why(text, message):
    assert refused(parse_when, text, POLISH_DAY).message.id == message


def test_date_in_another_format_is_told_the_columns():
    error = refused(parse_when, "2026-11-12", POLISH_DAY)
    assert "31.12.2026" in POLISH.mistake(error)


def test_unknown_month_is_no_date():
    assert refused(parse_when, "12 brumaire 2026", "D MMMM YYYY").message.id == "error.date_format"


def test_hour_that_the_clocks_show_twice_is_the_earlier():
    assert parse_when("25.10.2026 02:30", POLISH_DAY, "planned_at").at == utc(2026, 10, 25, 0, 30)


@pytest.mark.parametrize(
    ("cells", "format"),
    [
        ([], "DD.MM.YYYY"),
        (["", " "], "DD.MM.YYYY"),
        (["wkrótce"], "DD.MM.YYYY"),
        (["12.11.2026", "", "31.02.2026"], "DD.MM.YYYY"),
        (["2026-11-12"], "YYYY-MM-DD"),
        (["12.11.2026", "2026-11-12", "2026-11-13"], "YYYY-MM-DD"),
        (["12.11.2026", "2026-11-12"], "DD.MM.YYYY"),
        (["01/02/2026", "02/03/2026"], "DD/MM/YYYY"),
        (["01/02/2026", "02/13/2026"], "MM/DD/YYYY"),
        (["01/02/2026", "13/02/2026", "02/13/2026"], "DD/MM/YYYY"),
        (["1.2.26"], "DD.MM.YY"),
        (["12 listopada 2026", "tak"], "D MMMM YYYY"),
    ],
)
def test_column_has_the_one_format_that_reads_most_of_it(cells, format):
    assert choose_format(cells) == format


def test_same_cell_many_times_counts_many_times():
    assert choose_format(["2026-11-12"] * 3 + ["12.11.2026", "13.11.2026"]) == "YYYY-MM-DD"


@given(st.dates(dt.date(1990, 1, 1), dt.date(2100, 12, 31)), st.sampled_from(DATE_FORMATS))
def test_every_day_reads_in_every_format(day, format):
    if format == "DD.MM.YY" and not 2000 <= day.year <= 2099:
        return
    month = ["sty", "lut", "mar", "kwi", "maj", "cze", "lip", "sie", "wrz", "paź", "lis", "gru"][day.month - 1]
    text = (
        format.replace("YYYY", f"{day.year}")
        .replace("YY", f"{day.year % 100:02}")
        .replace("DD", f"{day.day:02}")
        .replace("D ", f"{day.day} ")
        .replace("MMMM", month)
        .replace("MM", f"{day.month:02}")
    )
    assert parse_when(text, format, "planned_at").at.astimezone(WARSAW) == warsaw(day.year, day.month, day.day)


def test_coarser_date_agrees_with_every_moment_in_it():
    moment = warsaw(2026, 11, 12, 14, 30, 15)
    for text in ("12.11.2026", "12.11.2026 14:30", "12.11.2026 14:30:15"):
        assert agrees(parse_when(text, POLISH_DAY, "f"), moment)
    for text in ("11.11.2026", "12.11.2026 14:31", "12.11.2026 14:30:16", "13.11.2026"):
        assert not agrees(parse_when(text, POLISH_DAY, "f"), moment)


def test_day_is_warsaws_not_utcs():
    assert agrees(parse_when("12.11.2026", POLISH_DAY, "f"), utc(2026, 11, 11, 23, 30))


def test_export_writes_midnight_as_a_day():
    assert written(warsaw(2026, 11, 12)) == "12.11.2026"
    assert written(warsaw(2026, 11, 12, 14, 30, 59)) == "12.11.2026 14:30"
    assert written(warsaw(2026, 11, 12, 0, 0, 1)) == "12.11.2026 00:00"


MOMENTS = st.integers(0, 110 * 365 * 86_400).map(lambda seconds: utc(1990, 1, 1) + dt.timedelta(seconds=seconds))
AUTUMN = st.integers(0, 3 * 3600).map(lambda seconds: utc(2026, 10, 24, 23) + dt.timedelta(seconds=seconds))
SPRING = st.integers(0, 3 * 3600).map(lambda seconds: utc(2026, 3, 29, 0) + dt.timedelta(seconds=seconds))


@given(MOMENTS | AUTUMN | SPRING)
def test_moment_agrees_with_what_the_export_wrote_of_it(moment):
    assert agrees(parse_when(written(moment), choose_format([written(moment)]), "f"), moment)


def test_changed_password_is_a_date_or_yes_or_no():
    assert parse_yes_or_date("tak", POLISH_DAY, "f") is True
    assert parse_yes_or_date("NIE", POLISH_DAY, "f") is False
    assert parse_yes_or_date("12.11.2026", POLISH_DAY, "f") == When(warsaw(2026, 11, 12), "day")
    assert refused(parse_yes_or_date, "może", POLISH_DAY).message.id == "error.date_format"


# -- Counts, yes and no, whom it waits on


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("12", 12), (" 0 ", 0), ("1 200", 1200), ("1\u00a0200", 1200), ("12 szt.", 12), ("12szt", 12),
        ("5 skrzynek", 5), ("3 konta e-mail", 3), ("12.0", 12), ("12,0", 12), ("12,00", 12), ("brak", 0), ("-", 0),
        ("–", 0), ("BRAK", 0), ("1 000 000", COUNT_MAX),
    ],
)  # fmt: skip
def test_count_is_read_with_its_unit_and_spaces(text, count):
    assert parse_count(text, "mailboxes") == count


@pytest.mark.parametrize(
    "text",
    [
        "ok. 12",
        "12,5",
        "-3",
        "1.200",
        "1,000",
        "12 GB",
        "1 20",
        "+",
        "?",
        "1000001",
        "9" * 400,
        "٣",
        "5-6",
        "dużo",
        "1e3",
    ],
)
def test_count_that_is_not_exact_is_refused(text):
    assert refused(parse_count, text).message.id == "error.count"


@pytest.mark.parametrize("read", [parse_count, parse_yes_no, parse_waits, parse_status, parse_hosts, parse_addresses])
def test_blank_cell_says_nothing(read):
    assert refused(read, " \u200b").message.id == "error.empty"


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (("tak", "TAK", "t", "yes", "Y", "true", "PRAWDA", "1", "x", "X"), True),
        (("nie", "Nie.", "n", "no", "false", "FAŁSZ", "0"), False),
    ],
)
def test_yes_and_no_are_read_in_both_languages(texts, said):
    assert {parse_yes_no(text, "fee_applies") for text in texts} == {said}


@pytest.mark.parametrize("text", ["może", "?", "2", "tak/nie"])
def test_neither_yes_nor_no_is_refused(text):
    assert "tak, nie" in POLISH.mistake(refused(parse_yes_no, text))


@pytest.mark.parametrize(
    ("texts", "side"),
    [
        (("nas", "my", "Firma", "hosting", "us", "we"), "us"),
        (("klient", "Klienta", "client", "customer"), "client"),
    ],
)
def test_whom_it_waits_on_is_read_in_both_languages(texts, side):
    assert {parse_waits(text, "waiting_on") for text in texts} == {side}


def test_unknown_side_is_told_both():
    assert "nas, klienta" in POLISH.mistake(refused(parse_waits, "rejestratora"))


# -- Status


def test_status_written_by_the_export_reads_as_itself():
    assert tuple(STATUS_WRITTEN) == (*STAGE_IDS, *SIDE_IDS)
    for id, text in STATUS_WRITTEN.items():
        assert parse_status(text, "status") == (Status(side=id) if id in SIDE_IDS else Status(stage=id))


def test_no_word_means_two_statuses():
    words = [
        fold(word)
        for id, synonyms in values._STATUS_SYNONYMS.items()
        for word in (STATUS_WRITTEN[id], *synonyms.split(", "))
    ]
    assert sorted(words) == sorted(set(words))


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("nowe", "package"), ("Zgłoszenie", "package"), ("wybór pakietu", "package"),
        ("oczekiwanie na dane", "data"), ("DANE", "data"), ("analiza", "analysis"), ("3. Analiza", "analysis"),
        ("termin", "date"), ("umówione", "date"), ("zaplanowana", "date"), ("scheduled", "date"),
        ("w trakcie", "migration"), ("w toku", "migration"), ("In progress", "migration"), ("5) migracja", "migration"),
        ("synchronizacja", "sync"), ("synchronizacja poczty", "sync"),
        ("test", "test"), ("testy", "test"), ("test klienta", "test"),
        ("dns", "dns"), ("propagacja", "dns"), ("DNS i propagacja", "dns"),
        ("widoczna", "visible"), ("hasła", "passwords"), ("hasla", "passwords"), ("zmiana haseł", "passwords"),
        ("zakończona", "closed"), ("zakonczone", "closed"), ("Zakończony", "closed"), ("gotowe", "closed"),
        ("done", "closed"), ("Closed", "closed"), ("finished", "closed"),
        ("1", "package"), ("4.", "date"), ("8", "dns"), ("9", "passwords"), ("10", "closed"),
        ("2. Analiza", "analysis"),
    ],
)  # fmt: skip
def test_stages_are_read_in_words_and_numbers(text, stage):
    assert parse_status(text, "status") == Status(stage=stage)


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("wstrzymana", "held"), ("on hold", "held"), ("zawieszone", "held"),
        ("anulowana", "cancelled"), ("rezygnacja", "cancelled"), ("cancelled", "cancelled"),
        ("wycofana", "withdrawn"), ("withdrawn", "withdrawn"),
    ],
)  # fmt: skip
def test_side_state_leaves_the_stage_unknown(text, side):
    assert parse_status(text, "status") == Status(stage=None, side=side)


@pytest.mark.parametrize("text", ["pilne", "0", "11", "?", "analiza i test", "3. coś"])
def test_unknown_status_is_told_the_right_ones(text):
    assert "analiza" in POLISH.mistake(refused(parse_status, text))


# -- Addresses, servers, texts


def test_addresses_are_shortened_and_kept_in_order():
    assert parse_addresses("192.0.2.7, 2001:DB8:0::1;192.0.2.1 192.0.2.7", "f") == "192.0.2.7 2001:db8::1 192.0.2.1"


@pytest.mark.parametrize("text", ["192.0.2.256", "example.pl", "192.0.2.0/24", "fe80::1%eth0", "192.0.02.1"])
def test_what_is_no_address_is_refused(text):
    assert refused(parse_addresses, text).message.id == "error.ip_address"


def test_servers_are_names_in_ascii():
    assert parse_hosts("NS1.example.pl., ns2.example.pl i ns.żółw.pl", "f") == (
        "ns1.example.pl ns2.example.pl ns.xn--w-uga1v8h.pl"
    )


def test_every_wrong_part_of_a_cell_is_told():
    with pytest.raises(InputError) as caught:
        parse_hosts("ns1.example.pl, ns2, 192.0.2.1", "old_ns")
    assert [(error.field, error.value) for error in caught.value.errors] == [("old_ns", "ns2"), ("old_ns", "192.0.2.1")]


def test_cell_of_separators_only_has_no_server():
    assert refused(parse_hosts, " , ;").message.id == "error.empty"


def test_text_is_one_line_of_composed_letters():
    assert one_text(" Sklep\n o\u0301semka \u200b", "client") == "Sklep ósemka"
    assert one_text("", "client") == ""
    assert one_text("a" * 200, "client") == "a" * 200
    assert refused(one_text, "a" * 201).message.id == "error.too_long"


def test_notes_keep_their_lines():
    assert notes_text("\n raz \r\n\r\ndwa\u200b\t trzy\n", "notes") == "raz\n\ndwa trzy"
    assert len(notes_text("a\n" * (NOTES_MAX // 2), "notes")) == NOTES_MAX - 1
    assert refused(notes_text, "a" * (NOTES_MAX + 1)).message.id == "error.too_long"


READERS = [
    parse_count, parse_yes_no, parse_waits, parse_status, parse_addresses, parse_hosts, one_text, notes_text,
    *((lambda text, field, format=format: parse_when(text, format, field)) for format in DATE_FORMATS),
]  # fmt: skip
CELLS = st.text() | st.text(alphabet="0123456789.,:-/ TZ+%ższt", max_size=24)


@given(CELLS)
def test_any_text_reads_or_is_refused_with_a_reason(text):
    for read in READERS:
        try:
            read(text, "notes")
        except InputError as error:
            assert error.errors and all(POLISH.mistake(mistake) for mistake in error.errors)


@given(st.lists(CELLS))
def test_some_format_is_chosen_for_any_column(cells):
    assert choose_format(cells) in DATE_FORMATS


@given(st.text())
def test_texts_read_again_as_themselves(text):
    for read in (one_text, notes_text):
        try:
            once = read(text, "f")
        except InputError:
            continue
        assert read(once, "f") == once
