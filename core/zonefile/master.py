r"""A zone file in the form of RFC 1035 s. 5, and what providers make of it: text into the zone that it holds.

    read_master("$ORIGIN alfa.example.\n@ 300 IN A 192.0.2.1", "", "master").records

Read line by line (`lexer`), never refused as a whole: every line becomes a record or a finding, but for directives that
do as they say. Beside BIND's order of words the ones of others are understood: the class before the TTL, or none.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from core.ground.messages import FieldError, InputError, Message
from core.ground.text_limits import shortened
from core.zonefile import whole_zone
from core.zonefile.bounds import FINDINGS_MAX, RECORDS_MAX
from core.zonefile.finding import shown
from core.zonefile.generate import GENERATED_LETTERS_MAX, GENERATED_MAX, MalformedError, TooManyError, expanded
from core.zonefile.lexer import Line, lines_of, tokens_of
from core.zonefile.names import read_name
from core.zonefile.origin import origin_of
from core.zonefile.record import TTL_MAX, Dialect, Draft, Row, Token, ZoneFile
from core.zonefile.record_of import is_type, record_of
from core.zonefile.ttl import looks_like_ttl, seconds

_CLASSES = frozenset(("IN", "CH", "HS", "CS", "CHAOS", "HESIOD", "ANY", "NONE"))


@dataclass(slots=True)
class _Place:
    """What holds at a line: `origin` of relative names, `ttl` of lines without one, `owner` of lines without one.

    `owner`: "" where there was none yet; `unclear`: the line that makes it so, 0 where it is clear.
    """

    draft: Draft
    origin: str
    ttl: str = ""
    owner: str = ""
    owner_origin: str = ""
    unclear: int = 0
    generated: int = 0
    generated_letters: int = 0


class _Parts(NamedTuple):
    """A record's line in parts: its owner (None: as before), class, TTL, type and data, as they are written."""

    owner: str | None
    rdclass: str
    ttl: str
    type: str
    tokens: tuple[Token, ...]


def read_master(text: str, origin: str, dialect: Dialect) -> ZoneFile:
    """Return the zone that a master file holds; `origin`: its name, "" where the file itself is to say it.

    Raises InputError on "origin" where that is no name. Whatever the text: each of its lines is a record or in a
    finding.
    """
    if origin:
        named = read_name(origin, ".", "")
        if not named.name or named.name == ".":
            raise InputError(FieldError("origin", shortened(origin), Message("error.name_letters")))
        zone = named.name.lower()
    else:
        zone = origin_of(text)
    draft = Draft(zone, dialect=dialect)
    if not zone:
        draft.found("origin_unknown", None, written="@")
    place = _Place(draft, zone)
    for line in lines_of(text):
        if len(draft.records) >= RECORDS_MAX or len(draft.findings) >= FINDINGS_MAX:
            draft.found("too_many", line.number, records=RECORDS_MAX, findings=FINDINGS_MAX)
            break
        if line.tokens or line.fault:
            _read(line, place)
        elif "ransfer failed" in line.comment or "communications error" in line.comment:
            draft.found("transfer_failed", line.number, text=shown(line.comment.strip("; ")))
    whole_zone.check(draft)
    draft.findings.sort(key=lambda finding: finding.line or 0)
    return ZoneFile(draft.origin, dialect, tuple(draft.records), tuple(draft.findings))


def _read(line: Line, place: _Place) -> None:
    if line.fault:
        _faulty(line, place)
        return
    first = line.tokens[0]
    if first.text[:1] == "$" and not first.quoted:
        directive = _DIRECTIVES.get(first.text.upper())
        if directive:
            directive(line, place)
        else:
            place.draft.found("directive_unknown", line.number, directive=shown(first.text))
        return
    parts = _parts(line, place)
    if parts is not None:
        _record(line, parts, place)


def _faulty(line: Line, place: _Place) -> None:
    """Tell of a line whose quotes or parentheses do not end, and of each that went with it."""
    draft = place.draft
    draft.found(line.fault, line.number, text=shown(" ".join(token.text for token in line.tokens[:20])))
    for number in line.taken:
        draft.found("swallowed", number, by=line.number)
    if not line.indented and line.tokens and not line.tokens[0].quoted and len(line.tokens) > 1:
        place.owner, place.owner_origin, place.unclear = line.tokens[0].text, place.origin, 0
    elif not line.indented:
        place.unclear = line.number


# -- records


def _parts(line: Line, place: _Place) -> _Parts | None:
    """Return the parts of a record's line; None, with a finding, where it has no type that any record could have."""
    tokens = line.tokens
    draft = place.draft
    at = 0 if line.indented else 1
    owner = None if line.indented else tokens[0].text
    found = _typed(tokens, at)
    if found is None and line.indented and (found := _typed(tokens, 1)):
        owner = tokens[0].text
        draft.found("owner_indented", line.number, owner=shown(owner))
    if found is None:
        text = shown(" ".join(token.text for token in tokens[:20]))
        draft.found("unreadable", line.number, text=text)
        if not line.indented:
            place.unclear = line.number
        return None
    rdclass, ttl, type, rest = found
    if owner is not None and owner.upper() == "IN":
        draft.found("owner_class", line.number, owner=owner)
    return _Parts(owner, rdclass, ttl, type, rest)


def _typed(tokens: tuple[Token, ...], at: int) -> tuple[str, str, str, tuple[Token, ...]] | None:
    """Return the class, TTL, type and data that stand from a word on, in whatever order; None without a type."""
    rdclass = ttl = ""
    while at < len(tokens) and not tokens[at].quoted:
        word = tokens[at].text
        kind = _kind(word)
        if kind == "type":
            return rdclass, ttl, word, tokens[at + 1 :]
        if kind == "ttl" and not ttl:
            ttl = word
        elif kind == "class" and not rdclass:
            rdclass = word.upper()
        elif kind == "aws" and at + 1 < len(tokens) and tokens[at + 1].text.upper() == "ALIAS":
            return rdclass, ttl, "AWS ALIAS", tokens[at + 2 :]
        else:
            return None
        at += 1
    return None


# A zone has few of them, and asks of each line.
@lru_cache(2_000)
def _kind(word: str) -> Literal["ttl", "class", "aws", "type", ""]:
    """Return what a word between an owner and its data is."""
    upper = word.upper()
    if looks_like_ttl(word):
        return "ttl"
    if upper in _CLASSES or (upper.startswith("CLASS") and upper[5:].isascii() and upper[5:].isdigit()):
        return "class"
    if upper == "AWS":
        return "aws"
    return "type" if is_type(upper) else ""


def _record(line: Line, parts: _Parts, place: _Place) -> None:
    draft = place.draft
    if parts.owner is not None:
        place.owner, place.owner_origin, place.unclear = parts.owner, place.origin, 0
    if place.unclear or not place.owner:
        tag = "owner_unclear" if place.unclear else "owner_missing"
        draft.found(tag, line.number, type=shown(parts.type), **({"after": place.unclear} if place.unclear else {}))
        return
    if parts.rdclass not in ("", "IN", "CLASS1"):
        draft.found("class_other", line.number, rdclass=shown(parts.rdclass), type=shown(parts.type))
        return
    if line.touching and parts.type.upper() in ("TXT", "SPF", "DKIM", "DMARC"):
        draft.found("text_touching", line.number)
    if line.odd:
        draft.found("blank_odd", line.number)
    if line.comment and "AWS routing=" in line.comment:
        draft.found("aws_routing", line.number, text=shown(line.comment.strip()))
    # What was written below an origin stays there, whatever $ORIGIN says by now.
    owner = place.owner
    if place.owner_origin != place.origin and not owner.endswith("."):
        owner = read_name(owner, place.owner_origin, draft.origin).name or owner
    row = Row(line.number, place.origin, owner, parts.ttl or place.ttl, parts.type, parts.tokens, line.comment)
    record_of(row, draft)


# -- directives


def _set_origin(line: Line, place: _Place) -> None:
    draft, number = place.draft, line.number
    if len(line.tokens) < 2:
        draft.found("directive_malformed", number, directive="$ORIGIN")
        return
    written = line.tokens[1].text
    found = read_name(written, place.origin, draft.origin)
    for tag, values in found.told:
        draft.found(tag, number, **{key: shown(str(value)) for key, value in values.items()})
    # Below an origin that nobody knows nothing can be read: better than below the one before.
    place.origin = found.name.lower()


def _set_ttl(line: Line, place: _Place) -> None:
    draft, number = place.draft, line.number
    written = line.tokens[1].text if len(line.tokens) > 1 else ""
    value = seconds(written)
    place.ttl = ""
    if value is None:
        draft.found("directive_malformed", number, directive="$TTL")
    elif value > TTL_MAX:
        draft.found("ttl_range", number, ttl=shown(written), most=TTL_MAX)
    else:
        place.ttl = str(value)
        if not written.isdigit():
            draft.found("ttl_units", number, ttl=written, seconds=value)


def _include(line: Line, place: _Place) -> None:
    name = line.tokens[1].text if len(line.tokens) > 1 else ""
    place.draft.found("include", line.number, file=shown(name))


def _generate(line: Line, place: _Place) -> None:
    draft, number = place.draft, line.number
    words = line.tokens[1:]
    # BIND reads what stands in quotes there as if it stood without them.
    if words and words[-1].quoted:
        words = (*words[:-1], *tokens_of(words[-1].text))
    try:
        lines = expanded(
            [word.text for word in words],
            GENERATED_MAX - place.generated,
            GENERATED_LETTERS_MAX - place.generated_letters,
        )
    except MalformedError:
        draft.found("generate_malformed", number, text=shown(" ".join(word.text for word in words)))
        return
    except TooManyError as error:
        draft.found("generate_many", number, records=error.args[0], most=GENERATED_MAX - place.generated)
        if error.args[1]:
            # What it took to find out was taken: a file of such lines takes no longer than one.
            place.generated_letters = GENERATED_LETTERS_MAX
        return
    place.generated += len(lines)
    place.generated_letters += sum(len(word) for one in lines for word in one)
    for one in lines:
        tokens = tuple(map(Token, one))
        found = _typed(tokens, 1)
        if found is None or found[0] not in ("", "IN"):
            draft.found("generate_malformed", number, text=shown(" ".join(one)))
            return
        _, ttl, type, data = found
        record_of(Row(number, place.origin, one[0], ttl or place.ttl, type, data), draft)


_DIRECTIVES = {"$ORIGIN": _set_origin, "$TTL": _set_ttl, "$INCLUDE": _include, "$GENERATE": _generate}
