"""Both catalogs complete, every text used, every format the reader's."""

import ast
import datetime as dt
import re
import string
from decimal import Decimal

import pytest
from babel.messages.pofile import read_po

from core.commands.quote_told import as_json
from core.ground.messages import FieldError, Grosze, InputError, Message, Place
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


# -- one full stop


_COMPANY = "Alfa sp. z o.o."


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_a_name_that_ends_in_a_full_stop_ends_its_sentence_in_every_text(language):
    ended = 0
    for id, message in CATALOGS[language.code].items():
        plural = not isinstance(id, str)
        names = {n for text in strings(message) for _, n, _, _ in string.Formatter().parse(text) if n and n != "count"}
        for count in (1, 5) if plural else (None,):
            said = language.text(id[0] if plural else id, count=count, **dict.fromkeys(names, _COMPANY))
            assert not re.search(r"(?<!\.)\.\.(?!\.)", said), said
            ended += said.endswith(_COMPANY)
    assert ended > 20


def test_only_the_stop_that_would_be_the_second_one_goes():
    assert POLISH.text("register.saved", ref="P-61", client=_COMPANY) == f"Założono migrację P-61: {_COMPANY}"
    assert POLISH.text("register.saved", ref="P-61", client="Alfa") == "Założono migrację P-61: Alfa."
    assert POLISH.text("dns.finding.set_aside", server="a", reason="„nie…”").endswith("„nie…”.")
    # An ordinal number has its own stop in Polish.
    assert POLISH.text("propagation.queued", place=Place(7)) == "W kolejce na miejscu 7."


# -- texts with a count


_COUNTS = (0, 1, 2, 5, 12, 21, 22, 100, 112)
_FROM_VALUES = {"part.working": r"working\.(prorated|next_period|plain_renewal|new_account)"}
"""Ids that the code holds in a value: what they may be."""
_HANDED_ON = {"core/language.py", "core/offer/document.py"}
"""Where a message is asked for by the id and the count of another one."""
_NO_WHOLE_NUMBER = {"advice.need.disk_gb", "advice.need.disk_gb.of", "excess.disk_gb", "remove.disk_gb"}
"""Matched by an f-string of texts with a count, but without one of their own: gigabytes have decimals."""


def _patterns(node, scope):
    """Return the ids that an expression may be, as patterns; an f-string's holes match anything."""
    if isinstance(node, ast.Constant):
        return {re.escape(node.value)}
    if isinstance(node, ast.JoinedStr):
        return {"".join(re.escape(p.value) if isinstance(p, ast.Constant) else r"[\w.]+" for p in node.values)}
    if isinstance(node, ast.IfExp):
        return _patterns(node.body, scope) | _patterns(node.orelse, scope)
    if isinstance(node, ast.Name):
        assigned = [n.value for n in ast.walk(scope) if isinstance(n, ast.Assign) and _names(n.targets) == {node.id}]
        return set().union(*(_patterns(value, scope) for value in assigned))
    written = ast.unparse(node)
    return {_FROM_VALUES[written]} if written in _FROM_VALUES else set()


def _names(nodes):
    return {node.id for node in nodes if isinstance(node, ast.Name)}


def asked():
    """Yield every text that the code asks for by id: where, the patterns of its id, whether with a count."""
    for path in [*ROOT.glob("core/**/*.py"), *ROOT.glob("pages/**/*.py")]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        scopes = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.Module)]
        # The innermost function comes last.
        scope_of = {id(node): scope for scope in scopes for node in ast.walk(scope)}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            given = {keyword.arg: keyword.value for keyword in node.keywords}
            third = node.args[2] if called == "Message" and len(node.args) > 2 else None
            values = node.args[1] if called == "Message" and len(node.args) > 1 else None
            among = isinstance(values, ast.Dict) and "count" in {
                k.value for k in values.keys if isinstance(k, ast.Constant)
            }
            counted = "count" in given or third is not None or among
            if called in {"Message", "t", "text"} and (counted or None not in given):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", _patterns(node.args[0], scope_of[id(node)]), counted


def _plural(code):
    return {message.id[0]: message for message in CATALOGS[code].values() if not isinstance(message.id, str)}


def test_every_text_that_is_asked_for_with_a_count_has_plural_forms_and_every_other_one_has_none():
    known, plural = ids("pl"), _plural("pl").keys()
    assert plural == _plural("en").keys()
    with_count, without, holes, unread = {}, {}, {}, []
    for where, patterns, counted in asked():
        if counted and not patterns:
            unread.append(where.partition(":")[0])
        for pattern in patterns:
            found = {id for id in known if re.fullmatch(pattern, id)}
            literal = len(found) == 1 and re.escape(*found) == pattern
            kind = with_count if counted and literal else holes if counted else without if literal else {}
            kind.update(dict.fromkeys(found, where))
    assert set(unread) == _HANDED_ON
    # gettext gives the id itself for a text that is asked for with a count and has no forms.
    assert {id: where for id, where in with_count.items() if id not in plural} == {}
    assert holes.keys() - plural - without.keys() - _NO_WHOLE_NUMBER == set()
    assert {id: where for id, where in without.items() if id in plural} == {}
    assert plural <= with_count.keys() | holes.keys()


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_every_text_with_a_count_has_all_forms_and_each_names_the_number_or_none_does(language):
    for id, message in _plural(language.code).items():
        assert len(message.string) == {"pl": 3, "en": 2}[language.code], id
        names = {name for text in message.string for _, name, _, _ in string.Formatter().parse(text) if name}
        # Where there is one of it, a text may do without the number: "Correct one field".
        named = ["{count}" in text for text in message.string]
        assert all(named[1:]) or not any(named), id
        for count in _COUNTS:
            said = language.text(id, count=count, **dict.fromkeys(names - {"count"}, "x"))
            assert said != id
            assert not any(named) or language.value(count) in said or (count == 1 and not named[0]), (id, count, said)


_COUNTED = (
    "dni|dnia|dzień|godzin|miesi|minut|sekund|domen|wiersz|komór|kolumn|pól|pola|znak|lat|lata|skrzyn|migracj|serwer"
    "|resolwer|abonament|błęd|błąd|raz|migration|domain|day|month|year|hour|row|cell|column|character|mailbox|time|mistake"
)
_FIT = {
    # The number that picks the form, by another name.
    ("working.prorated", "term_days"),
    # Always decimals, always ten, twelve, thirty or thousands.
    ("flow.days_part", "days"),
    ("error.term_too_long", "years"),
    ("error.no_default_period", "months"),
    ("portfolio.calls.said", "days"),
    ("error.too_many_rows", "most"),
    ("error.rows_of_one", "most"),
    ("rule.R3.text", "window_days"),
    ("rule.R8.text", "window_days"),
    ("assumption.A12", "grace_days"),
    ("error.after_grace", "grace_days"),
    ("lead.tight", "hours"),
    ("working.migration_tier", "last"),
    ("working.migration_from", "first"),
    ("error.base_rows", "last"),
    # The number itself, or that it is at least so many.
    *(
        (f"advice.need.{what}{of}", name)
        for what in ("mailboxes", "domains")
        for of, name in (("", "amount"), (".of", "most"))
    ),
    # English only, where two and more are alike and the number is a limit or has passed one.
    ("error.too_long", "max_length"),
    ("error.name_label_long", "max_length"),
    ("error.cell_long", "max_length"),
    ("error.too_many_lines", "max_length"),
    ("error.columns", "found"),
}
"""Numbers that may stand before their word, and why."""


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_other_value_stands_before_a_word_that_hangs_on_its_number(code):
    stands = re.compile(rf"\{{(\w+)\}} ({_COUNTED})\w*")
    found = {
        (id if isinstance(id, str) else id[0], match[1])
        for id, message in CATALOGS[code].items()
        for text in strings(message)
        for match in stands.finditer(text)
        if match[1] != "count"
    }
    assert found <= _FIT, found - _FIT
