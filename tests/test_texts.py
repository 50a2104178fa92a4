"""No text from outside freezes the desk: each of its readers answers or refuses, in time that grows with the text."""

import ast
import subprocess
import sys

import pytest

from core.ground.messages import InputError
from core.ground.settings import ROOT
from core.ground.text_limits import CELL, COLUMNS, LINE, bounded
from core.ground.validation import composed
from core.language import LANGUAGES
from core.pricing.form import parse_adjustment
from core.spreadsheet.decoding import read_sheet
from tests.texts import GROUPS

READERS = {reader.split(" ")[0] for group in GROUPS.values() for reader in group}


@pytest.mark.parametrize("group", GROUPS)
def test_every_reader_answers_or_refuses_a_hundred_thousand_letters_of_every_shape(group):
    # In a process of its own, which the kernel ends where a reader takes a hundred times what it should.
    done = subprocess.run(
        [sys.executable, "-m", "tests.texts", group], cwd=ROOT, capture_output=True, text=True, check=False
    )
    last = done.stdout.splitlines()[-1]
    assert done.returncode == 0 and last.startswith("done"), f"{last}\n{done.stderr[-3000:]}"


# -- the table is whole


TEXTS = {
    *("text", "texts", "link", "parameters", "cell", "cells", "typed", "data", "header", "hour", "reason", "given"),
    *("name", "names", "line", "locale", "query", "form", "url"),
}
"""Names of parameters that bear what somebody wrote."""

NOT_FROM_OUTSIDE = {
    "core.watch.following.begin": "reads its name and its form as core.dns.asked.read_wish does",
    "core.watch.following.readable": "reads a form as core.dns.asked.read_wish does",
    "core.watch.following.end_of": "a name that was read",
    "core.watch.ticks.ticks": "a name that was read",
    "core.importing.archive_file.backup": "opens a file for core.inventory.reading.read",
    "core.migration.inventoried.uncovered": "names that were read, of at most 253 letters",
    "core.migration.inventory_field.from_json": "what an event of ours carries",
    "core.migration.inventory_field.mapped": "what an event of ours carries",
    "core.migration.look.from_json": "what an event of ours carries",
    **dict.fromkeys((f"core.migration.cutover_looks.{name}" for name in ("before", "looks")), "compares the name only"),
    "core.migration.cutover_looks.keep_and_accept": "reads its reason as accept_look does",
    "core.migration.dns_check.of_name": "a name that was read",
    "core.cutover.showing.client.client_message": "a name that was read",
    "core.cutover.showing.kept.sentence": "a name that was read",
    "core.files.formula_safe.neutral": "looks at the first letter only",
    "core.files.formula_safe.taken_back": "looks at the first two letters only",
    **dict.fromkeys((f"core.__main__.{name}" for name in ("app", "command")), "names of commands of ours"),
    "core.datafiles.read_tariff": "reads a file for core.pricing.tariff.parse_tariff",
    "core.datafiles.read_promotions": "reads a file for core.offer.promotions.parse_promotions",
    "core.dns.judging.aliases.inside": "names as the DNS answered them, of at most 253 letters",
    "core.dns.judging.aliases.is_below": "names as the DNS answered them, of at most 253 letters",
    "core.dns.change.plain": "names of the DNS",
    **dict.fromkeys((f"core.watch.jobs_app.{name}" for name in ("jobs_app", "pooled")), "read by parse_url"),
    **dict.fromkeys(
        (
            *(f"core.cutover.judging.comparison.{name}" for name in ("is_mail", "beside_mail")),
            *(f"core.cutover.judging.panel_names.{name}" for name in ("label", "is_normal")),
            *(f"core.cutover.judging.panel_names.{name}" for name in ("is_panels_own", "is_panels_service")),
            *(f"core.cutover.judging.said.{name}" for name in ("in_place", "said")),
            *("core.cutover.judging.delegation_findings.find", "core.cutover.judging.dkim_law.is_selector"),
            *("core.cutover.judging.dmarc_law.is_policy", "core.cutover.judging.mail_sets.is_mails_name"),
            *("core.cutover.judging.named_sets.named_set", "core.cutover.judging.spf_reach.reach"),
            "core.cutover.judging.spf_sides.mail_addresses",
        ),
        "names and records of the DNS, as they were read already",
    ),
    **dict.fromkeys(
        (f"core.cutover.judging.told.{name}" for name in ("listed", "values")), "shortens what the DNS answered"
    ),
    **dict.fromkeys(
        (f"core.cutover.asking.{name}" for name in ("delegation.delegation", "led_to.types_of", "sets.above")),
        "names that were read, of at most 253 letters",
    ),
    "core.cutover.asking.browser.picture": "a path of ours and the address of a site of the look",
    "core.cutover.asking.led_to.led_to": "a value of an answer or a file, of at most 4,096 letters",
    "core.dns.asking.packets.read": "octets of an answer, of at most 65,535",
    "core.dns.judging.signature_proof.keys_of": "records of an answer, as they were read already",
    "core.dns.showing.verdict_words.ticket": "what was read already, put into words",
    "core.dns.showing.verdict_words.client_text": "what was read already, put into words",
    **dict.fromkeys(
        (f"core.offer.{name}" for name in ("amounts.label", "document.change", "document.document", "email.email")),
        "what was read already, put into words",
    ),
    "core.forgetting.forget.forget": "reads its reason as moves.cancel does",
    "core.forgetting.copies.holding": "cells of copies go through what core.forgetting.asked.read gives",
    "core.forgetting.found_words.of_copies": "hands a URL to database.parse_url",
    "core.migration.import_columns.column": "our own columns",
    "core.migration.domains.twins": "names that were read, of at most 253 letters",
    **dict.fromkeys(
        (f"core.desk.backup.{name}" for name in ("backup", "restore")), "hands a URL to database.parse_url"
    ),
    **dict.fromkeys(
        (f"core.database.upgrade.{name}" for name in ("upgrade", "refused", "unusable")), "as those of backup"
    ),
    **dict.fromkeys((f"core.database.transactions.{name}" for name in ("engine", "engine_of")), "as parse_url"),
    "core.database.transactions.reading": "reads the database",
    "core.database.epoch.read": "reads the database",
    "core.files.whole_file.remove_leftovers": "names of our own files",
    "core.desk.backup.kept_copies": "names of files in a folder of ours",
    "core.store.blanking.blank": "reads its reason as moves.cancel does",
    "core.store.blanking.in_imports": "a text that is stored",
    "core.store.stored_texts.is_blanked": "looks at both ends only",
    **dict.fromkeys(
        (f"core.store.erasing.{name}" for name in ("erase_rows", "record_erasure")), "a reason that was read"
    ),
    **dict.fromkeys(
        (f"core.importing.import_job.{name}" for name in ("compare", "read", "write")), "as plan, read_sheet and apply"
    ),
    **dict.fromkeys(
        (f"core.migration.moves.{name}" for name in ("correct", "date", "restore", "rework")),
        "reads its reason as moves.cancel does",
    ),
    "core.migration.gate.go_back": "as moves.rework and moves.correct",
    "core.offer.typed_extras.read": "reads its lines by extras.parse_line, its code by Promotions.by_code",
    "core.quotes.quote_words.packages": "looks the names of packages up",
    "core.quotes.kept_tariff.read": "reads the database",
    "core.quotes.subscription_base.find": "reads it by wanted",
    "core.quotes.subscription_base.keep": "a base that was read; of its file's name 200 letters",
    "core.simulation.base_cells.meaning": "cells of a file, fed by core.simulation.reading.load",
    "core.simulation.figures.reading_costs": "takes what was simulated",
    "core.simulation.tables.problem": "a kind of problem of ours",
    "core.spreadsheet.workbooks.is_workbook": "looks at the first bytes only",
    "core.spreadsheet.packed.ole_streams": "numbers at fixed places; flipped bytes are fed to it as a workbook",
    "core.spreadsheet.unseen.is_zero": "what a formula gives, read by of_xlsx and of_ods",
    "core.spreadsheet.untrusted_xml.local": "cuts a name of XML in two",
    "core.spreadsheet.untrusted_xml.parse": "hands XML to expat, fed by of_xlsx and of_ods",
    "core.importing.writing.apply": "a file that was read",
    "core.importing.writing.remembered": "a header that was read",
    "core.migration.event.moment": "what the desk wrote",
    "core.migration.stored_fields.from_json": "what the desk wrote",
    "core.migration.stored_fields.to_json": "what was read already",
    "core.migration.typed.blank": "names of fields of ours",
    "core.importing.rows.read_rows": "fed by the reader of core.importing.planning.plan",
    "core.migration.people.initials": "looks at the first few letters of owners' names, which were read",
    "core.migration.worded.value": "what was read already, put into words",
    "core.migration.worded.some": "names that were read already, put into words",
    **dict.fromkeys(
        (f"core.migration.groups.{name}" for name in ("able", "asks", "at_step", "can_be_sent_back", "do")),
        "names of domains and steps, compared with those there are; what a page reports is looked up first",
    ),
    "core.pricing.earlier_link.nets_then": "a link that was read",
    **dict.fromkeys(
        (f"core.pricing.earlier_link.{name}" for name in ("on_another_day", "opened")),
        "reads as earlier_link.earlier does",
    ),
    "core.pricing.form.agreed_day": "a day that was read",
    "core.pricing.form.complete": "texts that form.readable let through",
    "core.simulation.files.as_zip": "the name of a file that the desk makes",
    "core.ground.validation.read_toml": "fed by each parse_ of a settings file",
    "core.ground.validation.one_line": "in the table",
    "core.notices.way.said": "looks at the first 300 letters or octets only",
    "core.ground.text_limits.bounded": "the bound itself",
    "core.ground.text_limits.shortened": "the bound itself",
}
"""Public functions that take a text which nobody outside wrote, or that another reader has read before."""

PATTERNS_FED_ELSEWHERE = {
    "core.zonefile.refused": "labels of names that were read, of at most 63 octets",
    "core.files.whole_file": "names of files beside our own, of at most 255 letters",
    "core.store.event_texts": "an id of a person among what events say, of at most 200 letters",
    "core.commands.terminal": "what typer says of an option, fed by the flags of every command",
    "core.door.upload_guard": "a path of a request, at most 64 KB for the server, searched for one fixed text",
    "core.files.kept_upload": "names of files in a folder of ours",
    "core.database.upgrade": "names of files beside our own",
    "core.desk.same_schema": "names in a database's schema, compared with our own",
    "core.notices.webhook": "a line of our own message, of at most 8,000 letters",
    "core.cutover.asking.mail_addresses": "addresses of at most 320 letters",
    "core.cutover.asking.mail_servers": "a line of a server, of at most 1,000 octets",
    "core.cutover.asking.smtp": "a line of a server, of at most 1,000 octets",
    "core.cutover.asking.web": "a header of a server, of at most 500 octets",
    "core.cutover.judging.mailbox_answers": "a line of a server, of at most 1,000 octets",
    "core.cutover.judging.written": "records of the DNS, of at most 4,096 letters",
    "core.commands.cutover": "what argparse gives, fed by the flags of every command",
    "core.cutover.judging.comparison": "names and texts of the DNS, of at most 4,096 letters",
    "core.cutover.judging.moved": "records of the DNS, of at most 4,096 letters",
    "core.dns.asking.packets": "names in answers of the DNS, of at most 253 letters",
    "core.dns.views": "texts that core.dns.values.read_value wrote, or an answer of the DNS",
    "core.dns.asking.probe": "names of at most 253 letters, from answers of the DNS",
    "core.offer.pdf": "what typst says of a document, made of texts that were read",
    "core.migration.client_message": "our own message, with blanks made one before",
    "core.ground.filling": "our own texts, in which nothing from outside is yet",
    "core.store.refs": "refs of at most 200 letters",
    "core.quotes.quotes_check": "numbers in a backup, each one word",
    "core.simulation.base_cells": "cells of a file, fed by core.simulation.reading.load",
    "pages.parts.shared.migration_fields": "a client's name of at most 200 letters",
}
"""Modules with a pattern whose readers are not theirs."""


def _modules() -> dict[str, ast.Module]:
    files = [*(ROOT / "core").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]
    found = {path: ast.parse(path.read_text(encoding="utf-8")) for path in files if "schema" not in path.parts}
    return {".".join(path.relative_to(ROOT).with_suffix("").parts): tree for path, tree in sorted(found.items())}


def _of_the_core(module: str) -> bool:
    # Commands are fed by their flags, samples are ours.
    return module.startswith("core.") and not module.startswith(("core.commands", "core.store.samples"))


def _takes_text(function: ast.FunctionDef) -> bool:
    for given in (*function.args.args, *function.args.kwonlyargs):
        said = ast.unparse(given.annotation) if given.annotation else ""
        if given.arg in TEXTS and any(kind in said for kind in ("str", "bytes", "object", "Form")):
            return True
    return function.name.startswith(("parse", "read")) and bool(function.args.args)


def test_every_public_function_that_takes_a_text_is_in_the_table_or_excused():
    taking = {
        f"{module}.{part.name}"
        for module, tree in _modules().items()
        if _of_the_core(module)
        for part in tree.body
        if isinstance(part, ast.FunctionDef) and not part.name.startswith("_") and _takes_text(part)
    }
    assert sorted(taking - READERS - NOT_FROM_OUTSIDE.keys()) == []


def test_every_module_with_a_pattern_has_a_reader_in_the_table_or_is_excused():
    with_patterns = set()
    for module, tree in _modules().items():
        for part in ast.walk(tree):
            of_re = isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id == "re"
            if (of_re and part.attr != "Pattern") or (isinstance(part, ast.keyword) and part.arg == "pattern"):
                with_patterns.add(module)
    fed = {module for module in with_patterns if any(reader.startswith(f"{module}.") for reader in READERS)}
    assert sorted(with_patterns - fed - PATTERNS_FED_ELSEWHERE.keys()) == []
    assert with_patterns >= PATTERNS_FED_ELSEWHERE.keys()


# -- what is too long is told


def test_a_text_over_its_bound_is_told_with_its_beginning_and_what_would_be_right():
    with pytest.raises(InputError) as refused:
        parse_adjustment("1" + " " * 1600 + "x", "stały klient")
    (mistake,) = refused.value.errors
    said = {code: language.mistake(mistake) for code, language in LANGUAGES.items()}
    assert "limit znaków: 1000" in said["pl"].replace("\u00a0", "") and len(said["pl"]) < 200
    assert "at most 1,000 characters" in said["en"]
    assert bounded(f" {'a' * LINE} ", "name") == "a" * LINE


def test_blanks_inside_an_adjustment_do_not_matter():
    assert parse_adjustment(" −  1 234,50 zł ", "rabat").amount_net == -parse_adjustment("1234.50", "x").amount_net
    assert parse_adjustment("- 10 %", "rabat").percent == -10


def test_accents_are_put_into_their_letters_however_many_there_are():
    assert composed("z\u0307o\u0301ł + e\u0301") == "żół\u0301 + é".replace("ół\u0301", "ół")
    many = "a" + "\u0301\u0316" * 50_000
    assert composed(f"{many} e\u0301") == f"{many} é"


def refused(data: bytes) -> list[tuple[str, str]]:
    with pytest.raises(InputError) as error:
        read_sheet(data)
    return [(mistake.message.id, str(mistake.message.values.get("found", ""))) for mistake in error.value.errors]


def test_more_columns_than_are_read_are_refused_with_their_number():
    header = ";".join(f"k{n}" for n in range(COLUMNS + 1))
    assert refused(header.encode()) == [("error.columns", str(COLUMNS + 1))]
    assert len(read_sheet(header.removesuffix(f";k{COLUMNS}").encode()).header) == COLUMNS
    assert refused(";".join(f"k{n}" for n in range(40_000)).encode()) == [("error.columns", "40000")]


def test_thousands_of_blank_columns_at_the_end_are_not_counted():
    sheet = read_sheet(f"klient;domena{';' * 16_000}\nRóża;a.pl{';' * 16_000}\nJan;b.pl\n".encode())
    assert sheet.header == ("klient", "domena")
    assert [line.cells for line in sheet.lines] == [("Róża", "a.pl"), ("Jan", "b.pl")]


def test_a_value_in_a_column_beyond_the_last_name_is_still_told():
    with pytest.raises(InputError) as error:
        read_sheet(f"klient;domena{';' * 9}\nRóża;a.pl;;;x\n".encode())
    assert [mistake.message.values for mistake in error.value.errors] == [{"column": 5}]


def test_a_name_used_twice_is_found_among_many():
    names = [f"k{n}" for n in range(COLUMNS - 2)]
    with pytest.raises(InputError) as error:
        read_sheet(";".join([*names, "Uwagi", "uwagi"]).encode())
    assert [mistake.field for mistake in error.value.errors] == ["Uwagi", "uwagi"]


@pytest.mark.parametrize("cell", ["a" * (CELL + 1), f'"{"a" * (CELL + 1)}"'])
def test_a_cell_longer_than_any_is_refused_with_its_row_and_stops_no_other(cell):
    sheet = read_sheet(f"klient;uwagi\nRóża;{cell}\nJan;krótko\n".encode())
    assert [(line.number, line.error is None) for line in sheet.lines] == [(2, False), (3, True)]


def test_a_file_full_of_quotes_that_nobody_closed_is_refused():
    assert refused(b"a;b\n" + b'x";"\n' * 20_000)[0][0] == "error.quotes"


def test_a_few_of_them_cost_only_their_rows():
    rows = ['1;"otwarty', *(f"{n};zamknięty" for n in range(600))] * 3
    sheet = read_sheet("\n".join(["a;b", *rows]).encode())
    assert [line.number for line in sheet.lines if line.error] == [2, 603, 1204]
