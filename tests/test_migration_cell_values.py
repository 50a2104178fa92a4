"""Cells of a spreadsheet: what they say, and what is wrong with the others."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ground.clock import WARSAW
from core.ground.dates import FORMATS, parse_when, parse_yes_or_date
from core.ground.messages import InputError
from core.ground.moments import When, agrees, written
from core.ground.words import fold
from core.language import ENGLISH, POLISH
from core.migration import cell_values
from core.migration.cell_values import (
    COUNT_MAX,
    NOTES_MAX,
    SIDE_IDS,
    STAGE_IDS,
    STATUS_WRITTEN,
    Status,
    notes_text,
    one_text,
    parse_addresses,
    parse_count,
    parse_hosts,
    parse_status,
    parse_waits,
    parse_yes_no,
)


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
    "text",
    [
        "12.11.2026", " 12.11.2026 r. ", "12.11.2026 00:00:00", "12.11.26", "2026-11-12", "2026-11-12 00:00",
        "2026-11-12T00:00:00", "2026.11.12", "2026/11/12", "12 listopada 2026", "12 LIS 2026 r.", "12 lis. 2026",
        "12-lis-26", "12-lis-2026", "12 Listopad 2026", "12.XI.2026", "12 XI 2026", "czwartek, 12 listopada 2026",
        "czw., 12 lis 2026", "12 Nov 2026", "Nov 12, 2026", "November 12, 2026", "46338", "46338,0",
    ],
)  # fmt: skip
def test_a_day_reads_in_any_column_however_it_is_written_and_is_its_midnight_in_warsaw(text):
    for order in ("", "dmy", "mdy"):
        assert parse_when(text, order, "planned_at") == When(utc(2026, 11, 11, 23), "day")


@pytest.mark.parametrize(
    ("text", "at", "unit"),
    [
        ("12.11.2026 14:30", utc(2026, 11, 12, 13, 30), "minute"),
        ("1.7.2026, 8:05", utc(2026, 7, 1, 6, 5), "minute"),
        ("12.11.2026 14:30:15", utc(2026, 11, 12, 13, 30, 15), "second"),
        ("2026-11-12T14:30:15.250", utc(2026, 11, 12, 13, 30, 15), "second"),
        ("2026-11-12T14:30Z", utc(2026, 11, 12, 14, 30), "minute"),
        ("2026-11-12T14:30:00+05:30", utc(2026, 11, 12, 9), "second"),
        ("2026-11-12 14:30:00 -0200", utc(2026, 11, 12, 16, 30), "second"),
        ("2026-11-12T00:00:00Z", utc(2026, 11, 12), "second"),
        ("12 paź 2026 14:30", utc(2026, 10, 12, 12, 30), "minute"),
        ("11/13/2026 2:30:00 PM", utc(2026, 11, 13, 13, 30), "second"),
        ("11/13/2026 12:15 AM", utc(2026, 11, 12, 23, 15), "minute"),
        ("46338,5", utc(2026, 11, 12, 11), "minute"),
    ],
)
def test_time_is_warsaws_or_that_of_its_offset(text, at, unit):
    assert parse_when(text, "", "planned_at") == When(at, unit)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "error.empty"),
        ("31.02.2026", "error.no_such_day"),
        ("00.01.2026", "error.no_such_day"),
        ("12.13.2026", "error.no_such_day"),
        ("13/13/2026", "error.no_such_day"),
        ("2026-13-12", "error.no_such_day"),
        ("wkrótce", "error.date_unread"),
        ("12 brumaire 2026", "error.date_month"),
        ("12.11.2026 rano", "error.date_rest"),
        ("12.11", "error.date_no_year"),
        ("12 listopada", "error.date_no_year"),
        ("11.2026", "error.date_no_day"),
        ("listopad 2026", "error.date_no_day"),
        ("2026", "error.date_no_day"),
        ("12-11-26", "error.date_short_year"),
        ("14:30", "error.date_time"),
        ("14:30:00", "error.date_time"),
        ("30:15:00", "error.date_duration"),
        ("PT30H15M", "error.date_duration"),
        ("1900-01-07", "error.date_1900"),
        ("31.12.1899", "error.date_1900"),
        ("7", "error.date_number"),
        ("99999", "error.date_number"),
        ("12.11.1989", "error.year"),
        ("12.11.2101", "error.year"),
        ("12.11.0026", "error.year"),
        ("12.11.2026 24:00", "error.no_such_time"),
        ("12.11.2026 12:60", "error.no_such_time"),
        ("12.11.2026 13:00 PM", "error.no_such_time"),
        ("12.11.2026 12:00:00+99:00", "error.no_such_time"),
        ("29.03.2026 02:30", "error.no_such_time"),
    ],
)
def test_date_that_does_not_read_is_told_why(text, message):
    assert refused(parse_when, text, "").message.id == message


def test_nothing_that_is_a_date_is_told_how_a_date_looks():
    for text in ("31.02.2026", "12.11.2026 rano", "14:30", "1900-01-07", "12/11/2026", "12.11"):
        assert "31.12.2026" not in POLISH.mistake(refused(parse_when, text, ""))


def test_a_day_that_reads_both_ways_is_told_both_until_its_order_is_known():
    for text in ("12/03/2026", "12-03-2026", "12/03/26"):
        told = POLISH.mistake(refused(parse_when, text, ""))
        assert "12.03.2026" in told and "03.12.2026" in told
        assert parse_when(text, "dmy", "f") == When(warsaw(2026, 3, 12), "day")
        assert parse_when(text, "mdy", "f") == When(warsaw(2026, 12, 3), "day")
    assert parse_when("05/05/2026", "", "f") == When(warsaw(2026, 5, 5), "day")
    assert parse_when("25/12/2026", "", "f") == parse_when("12/25/2026", "", "f") == When(warsaw(2026, 12, 25), "day")
    assert refused(parse_when, "12/25/2026", "dmy").message.id == "error.date_other_order"


def test_hour_that_the_clocks_show_twice_is_the_earlier():
    assert parse_when("25.10.2026 02:30", "", "planned_at").at == utc(2026, 10, 25, 0, 30)


@given(st.dates(dt.date(1990, 1, 1), dt.date(2100, 12, 31)), st.sampled_from(tuple(FORMATS)))
def test_every_day_reads_however_it_is_written(day, way):
    month = ["sty", "lut", "mar", "kwi", "maj", "cze", "lip", "sie", "wrz", "paź", "lis", "gru"][day.month - 1]
    text = {
        "serial": str((day - dt.date(1899, 12, 30)).days),
        "words": f"{day.day} {month} {day.year}",
        "dots": f"{day:%d.%m.%Y}",
        "iso": f"{day:%Y-%m-%d}",
        "dmy": f"{day:%d/%m/%Y}",
        "mdy": f"{day:%m/%d/%Y}",
    }[way]
    order = way if way in ("dmy", "mdy") else ""
    assert parse_when(text, order, "planned_at").at.astimezone(WARSAW) == warsaw(day.year, day.month, day.day)


def test_coarser_date_agrees_with_every_moment_in_it():
    moment = warsaw(2026, 11, 12, 14, 30, 15)
    for text in ("12.11.2026", "12.11.2026 14:30", "12.11.2026 14:30:15"):
        assert agrees(parse_when(text, "", "f"), moment)
    for text in ("11.11.2026", "12.11.2026 14:31", "12.11.2026 14:30:16", "13.11.2026"):
        assert not agrees(parse_when(text, "", "f"), moment)


def test_day_is_warsaws_not_utcs():
    assert agrees(parse_when("12.11.2026", "", "f"), utc(2026, 11, 11, 23, 30))


def test_export_writes_midnight_as_a_day():
    assert written(warsaw(2026, 11, 12)) == "12.11.2026"
    assert written(warsaw(2026, 11, 12, 14, 30, 59)) == "12.11.2026 14:30"
    assert written(warsaw(2026, 11, 12, 0, 0, 1)) == "12.11.2026 00:00"


MOMENTS = st.integers(0, 110 * 365 * 86_400).map(lambda seconds: utc(1990, 1, 1) + dt.timedelta(seconds=seconds))
AUTUMN = st.integers(0, 3 * 3600).map(lambda seconds: utc(2026, 10, 24, 23) + dt.timedelta(seconds=seconds))
SPRING = st.integers(0, 3 * 3600).map(lambda seconds: utc(2026, 3, 29, 0) + dt.timedelta(seconds=seconds))


@given(MOMENTS | AUTUMN | SPRING)
def test_moment_agrees_with_what_the_export_wrote_of_it(moment):
    assert agrees(parse_when(written(moment), "", "f"), moment)


def test_changed_password_is_a_date_or_yes_or_no():
    assert parse_yes_or_date("tak", "", "f") is True
    assert parse_yes_or_date("NIE", "", "f") is False
    assert parse_yes_or_date("12.11.2026", "", "f") == When(warsaw(2026, 11, 12), "day")
    assert refused(parse_yes_or_date, "może", "").message.id == "error.date_unread"


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
        for id, synonyms in cell_values._STATUS_SYNONYMS.items()
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


@pytest.mark.parametrize(
    ("read", "text", "near"),
    [
        (parse_status, "analizza", "analiza"),
        (parse_status, "zakończonna", "zakonczona"),
        (parse_waits, "kilent", "klient"),
        (parse_yes_no, "prawdaa", "prawda"),
    ],
)
def test_what_is_nearly_right_is_told_the_nearest_right_one(read, text, near):
    assert f"„{near}”" in POLISH.mistake(refused(read, text))


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


def test_addresses_of_servers_stand_beside_their_names():
    assert parse_hosts("NS1.example.pl 192.0.2.1, 2001:DB8:0::1", "f") == "ns1.example.pl 192.0.2.1 2001:db8::1"
    with pytest.raises(InputError):
        parse_hosts("fe80::1%eth0", "f")


def test_every_wrong_part_of_a_cell_is_told():
    with pytest.raises(InputError) as caught:
        parse_hosts("ns1.example.pl, ns2, 192.0.2.300", "old_ns")
    assert [(error.field, error.value) for error in caught.value.errors] == [
        ("old_ns", "ns2"),
        ("old_ns", "192.0.2.300"),
    ]


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
    *((lambda text, field, order=order: parse_when(text, order, field)) for order in ("", "dmy", "mdy")),
]  # fmt: skip
CELLS = st.text() | st.text(alphabet="0123456789.,:-/ TZ+%ższt", max_size=24)


@given(CELLS)
def test_any_text_reads_or_is_refused_with_a_reason(text):
    for read in READERS:
        try:
            read(text, "notes")
        except InputError as error:
            assert error.errors and all(POLISH.mistake(mistake) for mistake in error.errors)


@given(st.text())
def test_texts_read_again_as_themselves(text):
    for read in (one_text, notes_text):
        try:
            once = read(text, "f")
        except InputError:
            continue
        assert read(once, "f") == once
