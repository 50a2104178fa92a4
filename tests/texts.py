"""Every public reader of text from outside, and the texts that make patterns slow: a table for the tests and the bench.

python -m tests.texts cells        # feeds each reader of the group; each has a few seconds of CPU time, or is killed
"""

import contextlib
import io
import os
import resource
import shutil
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from itertools import cycle, islice
from pathlib import Path

import typer.main
from pydantic_core import PydanticCustomError

from core import datafiles
from core.__main__ import app
from core.__main__ import main as command_line
from core.cutover import known_names
from core.database import address
from core.datafiles import platform_names, read_tariff
from core.dns import addresses, asked, chosen, names, values
from core.dns import change as dns_change
from core.dns.asking import servers
from core.dns.judging import findings
from core.door import guard
from core.flow import agreeing, capacity
from core.flow import asked as flow_asked
from core.flow import wanted as flow_wanted
from core.forgetting import asked as forgotten
from core.ground import dates, mail_address, pairs, secrets, sought, words
from core.ground.messages import InputError
from core.ground.text_limits import LINE
from core.ground.validation import composed, one_line
from core.importing import handover_file, rows, secret_cells
from core.importing.planning import plan
from core.language import LANGUAGES, POLISH, best
from core.migration import (
    agreed,
    carried,
    handover_text,
    import_columns,
    listing,
    moves,
    package_choice,
    people,
    resolvers_aside,
    stages,
    typed,
)
from core.migration import cell_values as cells
from core.migration import worded as pipeline_worded
from core.migration.act import active_domain
from core.migration.migration import LISTS
from core.offer import account, company, customer, extras, nip, promotions, terms
from core.pricing import calendar, earlier_link, example, form, money, quoted_result, request, tariff_file, typed_day
from core.pricing import tariff as tariffs
from core.pricing.quote import quote
from core.quotes import subscription_base as quote_base
from core.quotes.numbers import parse_number
from core.quotes.rows import Wanted, conditions
from core.simulation import link, reading, scenario_texts
from core.simulation import names as base_names
from core.spreadsheet import (
    cell_repairs,
    decoding,
    delimited,
    domain_cells,
    letters,
    no_data,
    packed,
    placeholders,
    platforms,
    survey,
    unseen_ods,
    unseen_xlsx,
)
from core.spreadsheet.choices import Reading, Said
from core.store import bulk
from core.watch import plan as watch_plan
from pages.parts.shared.words import plain
from tests import texts_cutover, texts_handed
from tests.conftest import EASY
from tests.migrations import ANNA, MARIA, NOW, PROCESS, Life, act
from tests.yardstick import slowness

LENGTH = 100_000
"""Letters of every text that a reader is fed."""
FORGOTTEN = forgotten.read("Jan Kowalski\n601 234 567\nkowalski.example\njan@kowalski.example")
SECONDS = 10
"""CPU time of a usual machine that a reader has for a text: four times what the slowest takes for its 20,000 rows."""

TARIFF = read_tariff(EASY)
TODAY = date(2026, 11, 21)
PROMOTIONS = promotions.Promotions(False, (), ())
TIERS = TARIFF.shown_on(calendar.number(TODAY)).tiers
TEAM = people.parse_team('[[people]]\nid = "anna"\nname = "Anna Lis"\nrole = "support"\n')
WHOLE = form.complete({}, TARIFF, TODAY)
QUOTE = quote(form.parse_form(WHOLE, TARIFF), TARIFF)
COMPANY = datafiles.company()

OF_OFFER = ("offer_option", "offer_contact", "offer_language", "offer_days")

Read = Callable[[str], object]


# -- the texts


_ALONE = " \t\n\u00a01a\u0105A\u0301\u0664\u200b.,:;|/\\-\u2212_+@%=?&#*'\"()[]{}<>^$!~`\0"
"""Each of them repeated: blanks, digits, letters, a mark without a letter, one nobody sees, every separator."""
_PAIRS = (
    *("a.", "a-", "a_", "a,", "a;", "a:", "a@", "a/", "a|", "a ", "1 ", "1.", "1,", "1:", "1-", "1/", "1;", ", ", "; "),
    *(": ", "- ", "a\n", "1\n", '" ', '""', '\\"', '"\n', '";', '"a', "()", "[]", "{}", "[{", "\u0301\u0316", "\u0f73"),
    *("\u0105\u0107", "aA", "1a", "--", "xn--", "\r\n", ";\n", "''", "=a", "a=", "&a", "%4", "1_", "\u00e4\u0301"),
)
_LONGER = (
    *(
        "a://",
        "a://b,",
        "a@b.",
        "://a:",
        "a@b.c:1",
        "a b ",
        "_a.",
        "a_b.",
        'x";"\n',
        "a;b\n",
        "1.1.",
        "10%",
        "zł",
        "pln",
    ),
    *("haslo ", "pin 1 ", "token: ", "-----BEGIN A ", "eyJ-", "1:2;", "a.b;c;", "https://a.b/?x=", "t.pl i ", "31.12."),
    *("price.a.1=2&", "1.pl,", "a.a={", "\n[a]", "[[a]]\n", "# a\n", "a,1\n", "www.", "12:00 ", "v=spf1 ", '"a" "b" '),
    *("a\u0301\u0316\u0301", "nie ", "tak;", "10 szt. ", "1 stycznia ", "P-1", "~me", "AKIA", "2026-", "{a}", "%(a)s"),
)


def shapes(length: int) -> Iterator[str]:
    """Yield texts of so many letters: repeated ones alone, and with a beginning and an end that do not fit them."""
    ends = cycle((("1", "x"), ("a", "!"), ('"', ";"), ("-", "@")))
    for unit in dict.fromkeys((*_ALONE, *_PAIRS, *_LONGER)):
        whole = (unit * (length // len(unit) + 1))[:length]
        # What fits to its last letter but one is what a pattern takes longest over.
        if len(unit) == 1:
            yield whole
        for first, last in {next(ends), ("1", "x")} if len(unit) == 1 else {next(ends)}:
            yield f"{first}{whole[:-2]}{last}"
    half = length // 2
    for opening, closing in ("()", "[]", "{}", "<>", '""'):
        yield opening * half + closing * half
    for unit in "a1 .":
        yield f"{unit * half}@{unit * (half - 1)}"


# -- the readers, by the place where they are


def _field(name: str) -> Read:
    return lambda text: form.parse_form({**WHOLE, name: text}, TARIFF)


def _terms(name: str) -> Read:
    return lambda text: terms.read_terms({"customer_name": "a", name: text}, QUOTE, COMPANY, TODAY)


def _scenario(name: str) -> Read:
    return lambda text: scenario_texts.parse({name: text}, TARIFF, TODAY)


def _new(name: str) -> Read:
    blank = {**dict.fromkeys((*typed.OF_NEW, *typed.OF_DOMAIN), ""), "planned_day": TODAY, "fee_applies": False}
    return lambda text: typed.registration({**blank, "client": "a", "domains": "a.pl", name: text})


def _wish(name: str) -> Read:
    return lambda text: asked.read_wish({"name": "a.pl", name: text}, NOW, types=(*asked.READY, *asked.MORE))


def _said(name: str) -> Read:
    whole = {"tariff": "1", "rule": "R1", "price": "1.00", "net": "change:1.00", "vat": "23", "readings": "0" * 9}
    return lambda text: quoted_result.read({**whole, name: text})


def _move(move: Callable[..., object], *before: object) -> Read:
    m = Life("a.pl", "b.pl").m
    return lambda text: move(m, act(MARIA), *before, text)


def _handed(field: str) -> Read:
    def read(text: str) -> object:
        table = handover_text.table_of(text, field)
        return handover_text.read(table, field, handover_text.columns_of(table, field))

    return read


def _search(text: str) -> object:
    return listing.listed([Life("a.pl").m], listing.Wanted(text), PROCESS, NOW)


FORMS: dict[str, Read] = {
    **{f"core.pricing.form.parse_form {name}": _field(name) for name in form.FIELDS},
    "core.pricing.form.parse_adjustment": lambda text: form.parse_adjustment(text, "why"),
    "core.pricing.form.parse_adjustment reason": lambda text: form.parse_adjustment("1", text),
    "core.pricing.form.refilled": lambda text: form.refilled(
        {**WHOLE, "price_net": text, "target_price_net": text}, WHOLE, TARIFF
    ),
    "core.pricing.form.blank": lambda text: form.blank(dict.fromkeys(form.FIELDS, text)),
    "core.pricing.money.parse_amount": money.parse_amount,
    "core.pricing.request.read_date": request.read_date,
    "core.ground.mail_address.read_mail_address": mail_address.read_mail_address,
    "core.ground.mail_address.read_mail_address domain": lambda text: mail_address.read_mail_address(f"a@{text}.pl"),
    "core.pricing.request.read_whole": request.read_whole,
    "core.pricing.request.parse_request": lambda text: request.parse_request(dict.fromkeys(request.COLUMNS, text)),
    "core.language.amount": POLISH.amount,
    "core.language.field": POLISH.field,
    "core.language.best": best,
    "core.offer.nip.read_nip": nip.read_nip,
    "core.offer.account.read_account": account.read_account,
    **{f"core.offer.terms.read_terms {name}": _terms(name) for name in OF_OFFER},
    **{
        f"core.offer.customer.parse_customer {name}": lambda text, name=name: customer.parse_customer(
            {"customer_name": "a", name: text}
        )
        for name in customer.FIELDS
    },
    **{
        f"core.offer.extras.parse_line {name}": lambda text, name=name: extras.parse_line(
            {"free_label": "a", "free_net": "1", "free_vat": "23", name: text}, (Decimal("23"),)
        )
        for name in extras.FIELDS
    },
    "core.offer.extras.is_blank": lambda text: extras.is_blank({"free_label": text}),
    "core.offer.promotions.Promotions.by_code": lambda text: PROMOTIONS.by_code(text, TODAY, "basic", TARIFF),
    **{
        f"core.migration.typed.registration {name}": _new(name)
        for name in ("client", "domains", "mailboxes", "old_ns", "old_addresses", "planned_hour", "note")
    },
    "core.migration.typed.new_domains": lambda text: typed.new_domains(
        {"domains": text, **dict.fromkeys(typed.OF_DOMAIN, "")}
    ),
    "core.migration.typed.changes": lambda text: typed.changes({"client": text}, {"client": "a"}),
    "core.migration.typed.changes extra": lambda text: typed.changes({"extra.a": text}, {"extra.a": "b"}),
    "core.migration.typed.read_moment": lambda text: typed.read_moment(TODAY, text, "planned_at"),
    "core.store.bulk.read": lambda text: bulk.read(None, None, "", "us", text),
    "core.store.bulk.read hour": lambda text: bulk.read(None, TODAY, text, "", ""),
    "core.migration.moves.note": _move(moves.note),
    "core.migration.moves.hold": _move(moves.hold, "us"),
    "core.migration.moves.cancel": _move(moves.cancel),
    "core.migration.moves.add_domain": lambda text: moves.add_domain(
        Life("a.pl").m, act(MARIA), text, {"display": text}
    ),
    "core.migration.moves.withdraw": _move(moves.withdraw, "a.pl"),
    "core.migration.moves.switch_back": lambda text: moves.switch_back(
        Life("a.pl").to("dns").fill("a.pl", but="seen").m, act(MARIA), "a.pl", "sync", text
    ),
    "core.migration.moves.change": lambda text: moves.change(Life("a.pl").m, act(MARIA), {"no_phone": text}),
    "core.migration.moves.change reason": lambda text: moves.change(
        Life("a.pl").m, act(MARIA), {"package": "Firma"}, reason=text
    ),
    "core.migration.moves.rename_domain": lambda text: _move(moves.rename_domain, "a.pl", text)("x"),
    "core.migration.moves.rename_domain why": _move(moves.rename_domain, "a.pl", "b.pl"),
    "core.migration.package_choice.foreign": lambda text: package_choice.foreign(text, TARIFF),
    "core.flow.agreeing.reasons_for": lambda text: agreeing.reasons_for(
        {"package": "b"}, {"package": text}, None, TARIFF
    ),
    **{f"core.migration.handover_text.read {field}": _handed(field) for field in LISTS},
    "core.migration.handover_text.table_of": handover_text.table_of,
    "core.migration.handover_text.read_size": handover_text.read_size,
    "core.importing.handover_file.read": lambda text: handover_file.read(
        text.encode("utf-8", "replace"), "mail_accounts", lambda share: None
    ),
    "core.migration.carried.line_of": lambda text: carried.line_of("reason", text),
    "core.migration.carried.reason_of": carried.reason_of,
    "core.migration.carried.note_of": carried.note_of,
    "core.migration.act.active_domain": lambda text: active_domain(Life("a.pl").m, text),
    "core.migration.resolvers_aside.set_aside": _move(resolvers_aside.set_aside, "a.pl", "one", "One"),
    "core.migration.resolvers_aside.set_aside id": lambda text: resolvers_aside.set_aside(
        Life("a.pl").m, act(MARIA), "a.pl", text, "One", "x"
    ),
    "core.migration.resolvers_aside.read": lambda text: resolvers_aside.read(text, {"one"}),
    "core.migration.people.Team.person": TEAM.person,
    "core.quotes.numbers.parse_number": parse_number,
    "core.quotes.rows.conditions": lambda text: list(conditions(Wanted(text), TODAY)),
    "core.migration.listing.listed": _search,
    **{f"core.dns.asked.read_wish {name}": _wish(name) for name in asked.FIELDS},
    "core.dns.asked.split_types": asked.split_types,
    "core.dns.asked.server_address": lambda text: asked.server_address(text, "old", True),
    "core.dns.chosen.read_added": lambda text: chosen.read_added(text, private=False),
    "core.simulation.scenario_texts.read_percent": scenario_texts.read_percent,
    "core.simulation.scenario_texts.split_tiers": scenario_texts.split_tiers,
    "core.simulation.scenario_texts.first_day": lambda text: scenario_texts.first_day({"prices_from": text}, TODAY),
    "core.simulation.scenario_texts.listed": lambda text: scenario_texts.listed(
        dict.fromkeys(scenario_texts.PRICES, text), TARIFF, TODAY
    ),
    "pages.parts.shared.words.plain": plain,
}

LINKS: dict[str, Read] = {
    **{f"core.pricing.form.read {name}": lambda text, name=name: form.read(name, text, TARIFF) for name in form.FIELDS},
    "core.pricing.form.readable": lambda text: form.readable(dict.fromkeys(form.FIELDS, text), TARIFF),
    "core.pricing.form.day_text": lambda text: form.day_text(text, TODAY),
    "core.pricing.form.days_read": lambda text: form.days_read(dict.fromkeys(form.DAYS, text)),
    "core.pricing.form.followed_period": lambda text: form.followed_period(
        {**WHOLE, **dict.fromkeys(form.DAYS, text)}, TARIFF
    ),
    "core.pricing.example.left": lambda text: example.left({"example": text}),
    "core.pricing.example.missing": lambda text: example.missing({"example": text, text: text}),
    "core.pricing.example.without": lambda text: example.without({"example": text}, (text,)),
    "core.pricing.typed_day.read_day": lambda text: typed_day.read_day(text, TODAY),
    "core.pricing.earlier_link.earlier": lambda text: earlier_link.earlier(text, TARIFF),
    "core.pricing.earlier_link.earlier query": lambda text: earlier_link.earlier(f"quote?{text}", TARIFF),
    **{f"core.pricing.quoted_result.read {name}": _said(name) for name in quoted_result.SAID},
    **{f"core.simulation.scenario_texts.parse {name}": _scenario(name) for name in scenario_texts.FIELDS},
    "core.simulation.scenario_texts.parse price": _scenario("price.basic.12"),
    "core.simulation.scenario_texts.parse price of": lambda text: scenario_texts.parse(
        {f"price.{text}": "1"}, TARIFF, TODAY
    ),
    "core.simulation.scenario_texts.parse months": lambda text: scenario_texts.parse(
        {f"price.basic.{text}": "1"}, TARIFF, TODAY
    ),
    "core.simulation.scenario_texts.parse many": lambda text: scenario_texts.parse(
        {f"price.{n}{text[:9]}.1": text[:9] for n in range(2_000)}, TARIFF, TODAY
    ),
    "core.simulation.scenario_texts.from_link": lambda text: scenario_texts.from_link(
        {f"a.{text}": text, f"a.price.{text}": text}
    ),
    "core.simulation.link.simulated_scenario": lambda text: link.simulated_scenario(
        {"s.percent": text, f"s.price.{text}": text}, TARIFF, TODAY
    ),
    "core.flow.asked.parse": lambda text: flow_asked.parse(dict.fromkeys(flow_asked.FIELDS, text), TODAY),
    "core.flow.asked.iso_day": flow_asked.iso_day,
    "core.flow.wanted.parse": lambda text: flow_wanted.parse(dict.fromkeys(flow_wanted.FIELDS, text), TIERS, ["anna"]),
    "core.migration.agreed.month_of": agreed.month_of,
}

PLATFORMS = platform_names()

CELLS: dict[str, Read] = {
    "core.ground.validation.one_line": one_line,
    "core.ground.validation.composed": composed,
    "core.dns.names.parse_name": names.parse_name,
    "core.dns.names.parse_record_name": names.parse_record_name,
    "core.dns.names.split_names": names.split_names,
    "core.dns.names.read_each": lambda text: names.read_each(text, "domain", names.parse_name),
    "core.dns.names.is_address": names.is_address,
    "core.dns.addresses.canonical": addresses.canonical,
    "core.dns.addresses.is_of_the_world": addresses.is_of_the_world,
    **{
        f"core.dns.values.read_value {type}": lambda text, type=type: values.read_value(type, text, "expect")
        for type in values.EXAMPLES
    },
    "core.dns.values.split_values": lambda text: [values.split_values(type, text) for type in ("TXT", "MX", "SOA")],
    "core.dns.change.plain": dns_change.plain,
    "core.dns.values.safe": lambda text: values.safe(text.encode()),
    "core.dns.values.cut": values.cut,
    "core.ground.words.fold": import_columns.fold,
    "core.ground.dates.both_ways": dates.both_ways,
    "core.migration.import_columns.unknown": lambda text: import_columns.unknown(text, import_columns.COLUMNS),
    "core.ground.pairs.pair_in": lambda text: (pairs.pair_in(text), pairs.pair_in(text, access=True)),
    "core.ground.pairs.access_header": pairs.access_header,
    "core.ground.pairs.graded": pairs.graded,
    "core.ground.secrets.suspicion": lambda text: secrets.suspicion(text, "Dostęp FTP"),
    "core.ground.secrets.login_header": secrets.login_header,
    "core.ground.secrets.masked": lambda text: secrets.masked([text]),
    "core.ground.secrets.secret_in": secrets.secret_in,
    "core.ground.secrets.secret_header": secrets.secret_header,
    "core.ground.secrets.secret_column": lambda text: secrets.secret_column("hasło zmienione", [text]),
    "core.ground.secrets.refuse_secrets": lambda text: secrets.refuse_secrets("note", text),
    "core.importing.rows.kept_name": rows.kept_name,
    **{
        f"core.migration.cell_values.{read.__name__}": lambda text, read=read: read(text, "a")
        for read in (
            *(cells.parse_count, cells.parse_yes_no, cells.parse_waits, cells.parse_status, cells.parse_addresses),
            *(cells.parse_hosts, cells.one_text, cells.notes_text),
        )
    },
    **{
        f"core.ground.dates.parse_when {order}": lambda text, order=order: dates.parse_when(text, order, "a")
        for order in ("", "dmy", "mdy")
    },
    "core.ground.dates.parse_yes_or_date": lambda text: dates.parse_yes_or_date(text, "", "a"),
    "core.ground.dates.parse_day": lambda text: dates.parse_day(text, "", "a"),
    "core.ground.dates.ways": lambda text: dates.ways([(text, 1)], ""),
    "core.ground.dates.reads": lambda text: dates.reads(one_line(text)[:LINE]),
    "core.quotes.subscription_base.wanted": quote_base.wanted,
    "core.forgetting.asked.read": lambda text: forgotten.read(text).marks(text),
    "core.forgetting.asked.read_lines": lambda text: forgotten.read_lines([text]).marks(text),
    "core.forgetting.asked.read in a text": lambda text: FORGOTTEN.without(text, "…"),
    "core.simulation.names.is_one_name": base_names.is_one_name,
    "core.simulation.names.names_in": lambda text: base_names.names_in(text, "a", (), []),
    "core.spreadsheet.domain_cells.read_domains": lambda text: domain_cells.read_domains(text, "a", (), PLATFORMS),
    "core.spreadsheet.cell_repairs.formula": cell_repairs.formula,
    "core.spreadsheet.cell_repairs.bare": cell_repairs.bare,
    "core.spreadsheet.cell_repairs.damaged": cell_repairs.damaged,
    "core.spreadsheet.cell_repairs.spaces": cell_repairs.spaces,
    "core.spreadsheet.cell_repairs.dated": lambda text: cell_repairs.dated(text, "", "dots", (), typed=False),
    "core.spreadsheet.placeholders.says_nothing": placeholders.says_nothing,
    "core.spreadsheet.placeholders.answers": placeholders.answers,
    "core.spreadsheet.placeholders.is_error": placeholders.is_error,
    "core.spreadsheet.placeholders.is_damaged": placeholders.is_damaged,
    "core.migration.listing.meant": lambda text: listing.meant([], text),
    "core.ground.sought.looked_for": lambda text: sought.looked_for(text).found(text, ref=text, phones=text),
    "core.ground.words.nearest": lambda text: words.nearest(words.fold(text), ("analiza", "zakonczona")),
    "core.ground.words.nearest_of": lambda text: words.nearest_of([words.fold(text)], ("analiza", "zakonczona")),
    "core.migration.cell_values.dialled": cells.dialled,
    "core.migration.worded.column": lambda text: POLISH.value(pipeline_worded.column(text)),
}


def _imported(column: str) -> Read:
    """What an import makes of a text in a column, where the file's own rules let it through."""
    header = [*dict.fromkeys(("klient", "domena", "uwagi", "inne", column))]

    def read(text: str) -> object:
        given = {"klient": "a", "domena": "b.pl", column: _quoted(text)}
        row = ";".join(given.get(name, "") for name in header)
        sheet = decoding.read_sheet(f"{';'.join(header)}\n{row}".encode(), Reading("utf-8", ";"))
        return plan(sheet, Said(import_columns.suggest(header)), [], act(ANNA), TEAM)

    return read


def _subscriptions(place: int) -> Read:
    sound = ["1", "a", "basic", "2026-01-01", "2026-12-31", "1,00", "1", "1", "1", "a.pl"]

    def read(text: str) -> object:
        row = ";".join([*sound[:place], _quoted(text), *sound[place + 1 :]])
        data = f"id;klient;pakiet;od;do;cena;domeny;skrzynki;dysk;domena\n{row}".encode()
        return reading.load(data, TARIFF, how=Reading("utf-8", ";"))

    return read


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _sheet(text: str) -> object:
    sheet = decoding.read_sheet(text.encode("utf-8", "replace"))
    survey.date_formats(sheet, Said(import_columns.suggest(sheet.header)))
    return secret_cells.secrets_of(sheet)


def _packed(text: str) -> packed.Packed:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        new.writestr("part", f"<sheetData><row><c r='A1' t=\"e\"><v>{text}")
        new.writestr("content.xml", f"<t xmlns:table='t'><table:table table:name='{text}'>")
    return packed.Packed(file.getvalue())


FILES: dict[str, Read] = {
    "core.spreadsheet.decoding.read_sheet": _sheet,
    "core.spreadsheet.decoding.read_sheet rows": lambda text: _sheet(f"klient;domena\n{text}"),
    "core.spreadsheet.decoding.read_sheet cp1250": lambda text: decoding.read_sheet(
        b"\xb9\xea;a\n" + text.encode(), Reading("cp1250")
    ),
    **{
        f"core.spreadsheet.decoding.read_sheet {delimiter!r}": lambda text, delimiter=delimiter: decoding.read_sheet(
            text.encode(), Reading("utf-8", delimiter)
        )
        for delimiter in delimited.DELIMITERS
    },
    "core.spreadsheet.decoding.glimpse": lambda text: decoding.glimpse(text.encode(), Reading(header_row=2)),
    "core.spreadsheet.decoding.open_sheet": lambda text: list(decoding.open_sheet(text.encode()).blocks()),
    "core.spreadsheet.letters.guess_encoding": lambda text: letters.guess_encoding(text.encode() + b"\xb9\xea"),
    "core.spreadsheet.letters.garbled": letters.garbled,
    "core.spreadsheet.no_data.kind": lambda text: no_data.NoData(["a", "b"], ()).kind([text, text]),
    "core.spreadsheet.unseen_xlsx.of_xlsx": lambda text: unseen_xlsx.of_xlsx(_packed(text), "part", False),
    "core.spreadsheet.unseen_ods.of_ods": lambda text: unseen_ods.of_ods(_packed(text)),
    "core.spreadsheet.delimited.guess_delimiter": delimited.guess_delimiter,
    "core.migration.import_columns.suggest": lambda text: import_columns.suggest(text.split(";")),
    "core.migration.import_columns.header_key": lambda text: import_columns.header_key(text.split(";")),
    "core.migration.import_columns.check_mapping": lambda text: import_columns.check_mapping(
        dict.fromkeys(text.split(";")), text.split(";")
    ),
    **{f"core.importing.planning.plan {column}": _imported(column) for column in ("domena", "uwagi", "inne")},
    "core.importing.row.Row version": _imported("wersja pulpitu"),
    "core.importing.secret_cells.secrets_of": lambda text: _sheet(f"a;b\n{text};1;2;3"),
    **{f"core.simulation.reading.load {place}": _subscriptions(place) for place in range(10)},
    "core.simulation.reading.load file": lambda text: reading.load(text.encode(), TARIFF),
}


def _table(read: Read, before: str) -> dict[str, Read]:
    """A settings file that is nothing but the text, and one with the text as a value between sound ones."""
    return {
        "": read,
        " value": lambda text: read(f"{before} = {text}"),
        " text": lambda text: read(f'{before} = "{text}"'),
    }


SETTINGS: dict[str, Read] = {
    **{
        f"{name}{kind}": read
        for name, reader, key in (
            ("core.pricing.tariff_file.parse_tariff_file", tariff_file.parse_tariff_file, "version"),
            ("core.pricing.tariff.parse_tariff", tariffs.parse_tariff, "version"),
            ("core.offer.company.parse_company", company.parse_company, "email"),
            ("core.offer.company.parse_company", company.parse_company, "regon"),
            ("core.offer.promotions.parse_promotions", promotions.parse_promotions, "[[promotions]]\ncode"),
            ("core.migration.people.parse_team", people.parse_team, "[[people]]\nid"),
            ("core.migration.people.parse_team", people.parse_team, "email"),
            ("core.migration.stages.parse_stages", stages.parse_stages, "[[stages]]\nid"),
            ("core.spreadsheet.platforms.parse_platforms", platforms.parse_platforms, "platforms"),
            ("core.flow.capacity.parse_capacity", capacity.parse_capacity, "working_day"),
            ("core.watch.plan.parse_plan", watch_plan.parse_plan, "[quiet]\nfrom"),
            ("core.dns.judging.findings.parse_severities", findings.parse_severities, "severity.a"),
            ("core.ground.severity.parse_severities", datafiles._parse_of_zones, "severity.a"),
        )
        for kind, read in _table(reader, key).items()
    },
    "core.dns.asking.servers.parse_resolvers": servers.parse_resolvers,
    "core.dns.asking.servers.parse_resolvers rows": lambda text: servers.parse_resolvers(
        f"{','.join(servers.COLUMNS)}\n{text}"
    ),
    **{
        f"core.dns.asking.servers.parse_resolvers {column}": lambda text, column=column: servers.parse_resolvers(
            f"{','.join(servers.COLUMNS)}\n"
            + ",".join(_quoted(text) if column == name else "" for name in servers.COLUMNS)
        )
        for column in servers.COLUMNS
    },
    "core.cutover.known_names.parse_known_names": known_names.parse_known_names,
    "core.cutover.known_names.parse_known_names rows": lambda text: known_names.parse_known_names(
        f"{','.join(known_names.COLUMNS)}\n{text}"
    ),
    "core.dns.asking.servers.parse_hints": servers.parse_hints,
    "core.dns.asking.servers.parse_hints record": lambda text: servers.parse_hints(f". 1 NS {text}"),
    "core.database.address.parse_url": address.parse_url,
    "core.database.address.safe_url": address.safe_url,
    "core.database.address.file_of": address.file_of,
    "core.door.guard.origins_of": lambda text: guard.origins_of("ALLOWED_ORIGINS", text),
}

# What every call of a command needs besides the flag that is tried. `check` is refused before it asks anybody.
_CALLS = {
    "tariff": [],
    "quote": ["--package", "basic", "--target", "plus", "--term-start", "2025-01-01", "--valid-until", "2025-12-31"],
    "check": ["a.pl", "--switched-at", "never"],
    "cutover": ["a.pl", "--new-server", "8.8.8.8", "--agreed", "never"],
    "zone": ["{file}"],
    "import": ["{file}", "--dry-run"],
    "export": [],
    "backup": ["{gone}/a"],
    "restore": ["{file}"],
    "upgrade": [],
    "undo-import": [],
    "suspects": [],
    "inventory": ["{file}"],
    "forget": ["Jan Kowalski"],
    "promotions": [],
    "watch": ["--once"],
    "worker": [],
}


def _flag(command: str, option: str) -> Read:
    def read(text: str) -> None:
        given = [part.format(file=_PLACE / "a.csv", gone=_PLACE / "gone") for part in _CALLS[command]]
        if option.startswith("-"):
            given += [option, text]
        elif given and not given[0].startswith("-"):
            given[0] = text
        else:
            given.insert(0, text)
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            code = command_line([command, *given])
        assert code in (0, 1, 2, 64), code

    return read


def _flags() -> dict[str, Read]:
    found = {}
    group = typer.main.get_command(app())
    for name, command in group.commands.items():
        for parameter in command.params:
            if not getattr(parameter, "is_flag", False) and parameter.name != "help":
                option = parameter.opts[0] if parameter.opts[0].startswith("-") else parameter.name
                found[f"core.commands {name} {option}"] = _flag(name, option)
    return found


FLAGS = _flags()


def _csv_of_quotes(text: str) -> None:
    (_PLACE / "in.csv").write_text(text, encoding="utf-8", errors="replace")
    _flag("tariff", "--lang")("pl")
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        code = command_line(["quote", "--csv", str(_PLACE / "in.csv"), "--out", str(_PLACE / "out.csv")])
    assert code in (0, 1, 64), code


FILES |= {
    "core.commands.quote.quote file": _csv_of_quotes,
    "core.commands.quote.quote rows": lambda text: _csv_of_quotes(f"id,{','.join(request.REQUIRED_COLUMNS)}\n{text}"),
    "core.commands.tariff.tariff file": lambda text: _tariff_file(text),
}


def _tariff_file(text: str) -> None:
    (_PLACE / "tariff.toml").write_text(text, encoding="utf-8", errors="replace")
    _flag("tariff", "--check")(str(_PLACE / "tariff.toml"))


GROUPS: dict[str, dict[str, Read]] = {
    "forms": FORMS,
    "links": LINKS,
    "cells": CELLS,
    "files": FILES,
    "settings": SETTINGS,
    "flags": FLAGS,
    "zones": texts_handed.ZONE_FILES,
    "records": texts_handed.RECORDS,
    "archives": texts_handed.ARCHIVES,
    "cutover": texts_cutover.CUTOVER,
}

_STEP = {"forms": 2, "cells": 2, "settings": 2, "flags": 14, "files": 7, "zones": 7, "records": 5, "cutover": 5}
"""Of the shapes every so many, for each reader others: readers of a group share their patterns and bounds, so that all
shapes reach each of those. Flags are read by readers of other groups, after a command has begun; a text that is a file
of tens of thousands of rows takes its second.
"""

DOCUMENTED: dict[str, tuple[type[Exception], ...]] = {
    "core.pricing.money.parse_amount": (ValueError,),
    "core.dns.addresses.canonical": (ValueError,),
    "core.dns.addresses.is_of_the_world": (ValueError,),
    "core.pricing.request.read_date": (PydanticCustomError,),
    "core.ground.mail_address.read_mail_address": (PydanticCustomError,),
    "core.pricing.request.read_whole": (PydanticCustomError,),
    "core.offer.nip.read_nip": (PydanticCustomError,),
    "core.offer.account.read_account": (PydanticCustomError,),
    "core.pricing.typed_day.read_day": (typed_day.NoDayError,),
    **texts_handed.DOCUMENTED,
}
"""What a reader may raise that does not raise InputError."""


def tried(name: str, read: Read, text: str) -> None:
    """Let a reader read a text: it answers or refuses, in words of a bounded length; anything else is raised."""
    try:
        read(text)
    except DOCUMENTED.get(name.split(" ")[0], (InputError,)) as error:
        for mistake in getattr(error, "errors", ())[:3]:
            if not isinstance(mistake, dict):
                for language in LANGUAGES.values():
                    assert len(language.mistake(mistake)) < 20_000


_PLACE = Path(tempfile.gettempdir())


def settle(place: Path) -> None:
    """Let readers of files have theirs in a folder."""
    global _PLACE
    _PLACE = place
    (place / "a.csv").write_text("klient;domena\na;a.pl\n", encoding="utf-8")


def main(group: str) -> None:
    """Feed every reader of a group; says before each what it is, so that the last line names who was killed."""
    place = Path(tempfile.mkdtemp())
    settle(place)
    os.environ["DATABASE_URL"] = f"sqlite:///{place / 'desk.sqlite3'}"
    os.environ["TARIFF_FILE"] = str(EASY)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    slowest = (0.0, "")
    try:
        step, bound = _STEP.get(group, 1), round(SECONDS * slowness())
        for number, (name, read) in enumerate(GROUPS[group].items()):
            for text in islice(shapes(LENGTH), number % step, None, step):
                began = time.process_time()
                resource.setrlimit(resource.RLIMIT_CPU, (int(began) + bound, hard))
                print(f"{name} <- {text[:12]!r}…{text[-3:]!r}", flush=True)
                tried(name, read, text)
                slowest = max(slowest, (time.process_time() - began, name))
    finally:
        shutil.rmtree(place)
    print(f"done {time.process_time():.1f} s, the slowest {slowest[0]:.2f} s: {slowest[1]}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
