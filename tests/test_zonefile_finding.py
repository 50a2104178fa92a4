"""What is found in zone files: each tag has its severity and its words."""

import ast

from core.ground.settings import ROOT
from core.zonefile import finding
from core.zonefile.lexer import Fault
from tests.zone_reading import SEVERITIES


def _texts_of(node):
    return {part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)}


def tags_in_the_code():
    """Yield the tags that core/zonefile writes: what it finds, and what names and texts tell."""
    for path in (ROOT / "core" / "zonefile").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant | ast.IfExp):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if called in ("found", "TextError", "Finding") or (called == "_unread" and path.stem == "names"):
                    first = node.args[0]
                    yield from _texts_of(
                        first if isinstance(first, ast.Constant) else ast.Tuple([first.body, first.orelse])
                    )
            elif isinstance(node, ast.Assign) and any(getattr(one, "id", "") == "tag" for one in node.targets):
                value = node.value
                yield from _texts_of(ast.Tuple([value.body, value.orelse]) if isinstance(value, ast.IfExp) else value)


def test_every_tag_has_its_severity_and_its_texts():
    written = {*tags_in_the_code(), *(tag for tag in Fault.__args__ if tag)}
    assert len(written) > 60
    assert written <= set(SEVERITIES.severity)
    for code in ("pl", "en"):
        catalog = (ROOT / "data" / "texts" / f"{code}.po").read_text(encoding="utf-8")
        assert [tag for tag in SEVERITIES.severity if f'msgid "zone.finding.{tag}"\n' not in catalog] == []


def test_every_tag_of_the_table_is_found_somewhere():
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "core" / "zonefile").glob("*.py"))
    assert [tag for tag in SEVERITIES.severity if f'"{tag}"' not in code] == []


def test_a_word_is_shown_on_one_line_without_what_nobody_sees():
    assert finding.shown("a\x00b") == "a�b"
