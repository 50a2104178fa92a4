"""Both catalogs complete, every text used, every format the reader's."""

import ast
import datetime as dt
import re
import string
from decimal import Decimal

import pytest
from babel.messages.pofile import read_po

from core.commands.quote_told import as_json
from core.ground.messages import FieldError, Grosze, InputError, Message
from core.ground.settings import ROOT
from core.language import ENGLISH, LANGUAGES, POLISH, TEXTS, best
from core.pricing.notes import ASSUMPTION_BEARS
from core.pricing.portfolio import PROBLEMS
from core.pricing.readings import ASSUMPTIONS, CHOICES, QUESTIONS
from core.pricing.rules import DECISION_TABLE, OptionKind
from pages.parts.shared.shell import PAGES
from tests.portfolio import as_request, random_changes


def catalog(code):
    with (TEXTS / f"{code}.po").open("rb") as file:
        return {message.id: message for message in read_po(file, locale=code) if message.id}


CATALOGS = {code: catalog(code) for code in LANGUAGES}


def ids(code):
    return {id if isinstance(id, str) else id[0] for id in CATALOGS[code]}


def strings(message):
    return message.string if isinstance(message.string, tuple) else (message.string,)


def test_catalogs_have_the_same_texts():
    assert CATALOGS["pl"].keys() == CATALOGS["en"].keys()


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_text_is_empty_or_doubtful(code):
    for message in CATALOGS[code].values():
        assert all(strings(message)) and not message.fuzzy, message.id


@pytest.mark.parametrize("id", CATALOGS["pl"], ids=str)
def test_placeholders_are_the_same_in_both_languages(id):
    def names(code):
        return {
            frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)
            for text in strings(CATALOGS[code][id])
        }

    assert names("pl") == names("en")


def written_ids():
    """Yield the ids that stand in the code, f-strings as patterns."""
    prefixes = "|".join({id.split(".")[0] for id in ids("pl")})
    plain = re.compile(rf"({prefixes})(\.\w+)+")
    for path in [ROOT / "asgi.py", *ROOT.glob("core/**/*.py"), *ROOT.glob("pages/**/*.py")]:
        if path.match("database/tables.py") or path.match("schema/versions/*.py"):
            # What looks like an id there is a column: quote.id.
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = [re.escape(p.value) if isinstance(p, ast.Constant) else r"[\w.]+" for p in node.values]
                if re.match(rf"({prefixes})\\\.", parts[0]):
                    yield "".join(parts)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and plain.fullmatch(node.value):
                yield re.escape(node.value)


def test_every_text_in_the_code_is_in_the_catalogs_and_none_is_left_over():
    known, used = ids("pl"), set()
    for pattern in written_ids():
        found = {id for id in known if re.fullmatch(pattern, id)}
        assert found or pattern.endswith(r"\.toml"), pattern
        used |= found
    assert known - used == set()


def test_families_are_complete():
    wanted = {
        *(f"rule.{rule.id}.{part}" for rule in DECISION_TABLE for part in ("title", "text")),
        *(f"cite.section.{rule.citation.section}" for rule in DECISION_TABLE),
        *(f"cite.heading.{rule.citation.heading}" for rule in DECISION_TABLE),
        *(f"question.{question}" for question in QUESTIONS),
        *(f"reading.{question}.{choice}" for question, choices in CHOICES.items() for choice in choices),
        *(f"assumption.{question}" for question in ASSUMPTIONS),
        *(f"option.{kind}" for kind in OptionKind),
        *(f"page.{stem}.title" for stem in PAGES),
        *(message for _, message in PROBLEMS if message),
    }
    assert wanted <= ids("pl")
    assert set(ASSUMPTION_BEARS) == set(ASSUMPTIONS)


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_every_quote_can_be_worded(tariff, language):
    from core.pricing.quote import quote

    changes = random_changes(400, seed=7)
    for row in range(400):
        try:
            worded = str(as_json(quote(as_request(changes, row), tariff), language))
        except InputError as error:
            worded = " ".join(language.mistake(mistake) for mistake in error.errors)
        assert not re.search(r"\b(line|working|why|note|next|error|excess|reading|assumption)\.[a-zA-Z]", worded)


def test_amounts_and_dates_are_in_the_readers_format():
    assert POLISH.money(123450) == "1\u00a0234,50\u00a0zł"
    assert POLISH.money(123456789) == "1\u00a0234\u00a0567,89\u00a0zł"
    assert ENGLISH.money(123450) == "PLN\u00a01,234.50"
    assert POLISH.value(dt.date(2026, 3, 1)) == "01.03.2026"
    assert ENGLISH.value(dt.date(2026, 3, 1)) == "1 Mar 2026"
    assert (POLISH.value(Decimal("1.2")), ENGLISH.value(Decimal("1.2"))) == ("1,2", "1.2")
    assert (POLISH.difference(5000), POLISH.difference(-1)) == ("+50,00\u00a0zł", "−0,01\u00a0zł")
    assert (POLISH.amount("199.00"), ENGLISH.amount("199,00"), POLISH.amount("abc")) == ("199,00", "199.00", "abc")


@pytest.mark.parametrize(
    ("count", "text"), [(1, "1 miesiąc"), (3, "3 miesiące"), (12, "12 miesięcy"), (22, "22 miesiące")]
)
def test_polish_has_three_plurals(count, text):
    assert POLISH.text("quote.months", count=count) == text


@pytest.mark.parametrize(
    ("locale", "language"),
    [("pl-PL", POLISH), ("en-US", ENGLISH), ("en_GB.UTF-8", ENGLISH), ("de-DE", POLISH), (None, POLISH), ("", POLISH)],
)
def test_language_is_the_browsers_else_polish(locale, language):
    assert best(locale) is language


def test_values_from_outside_are_never_templates():
    assert POLISH.text(Message("line.discount", {"reason": "{0.__class__} {net}"})) == "Rabat: {0.__class__} {net}"


def test_mistake_names_field_value_and_what_is_right():
    error = FieldError("domains", "x" * 200, Message("error.range", {"first": 0, "last": Grosze(100)}))
    sentence = POLISH.mistake(error)
    assert sentence.startswith("Domeny „xxx") and len(sentence) < 140
