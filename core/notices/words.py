"""What a notice says: what was seen and when, what that means, what to do about it, and where to look.

`told` is plain JSON, each key left out (or None) where there is nothing to say: `name` (as people write it), `ref` (of
the migration), `at`, `since`, `gap` (moments, ISO 8601), `link` (a path of the desk), and in `details` what belongs to
its kind: of MOMENTS and NAMES, and `longest_ttl` (seconds). Nothing else of a client leaves the desk.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from core.ground.validation import one_line
from core.language import Language
from core.notices.notice import Notice

KINDS = (
    "published",
    "server_wrong",
    "propagated",
    "past_usual",
    "past_latest",
    "old_again",
    "switched_back",
    "undelegated",
    "certificate",
    "mail_silent",
    "blind",
    "sees_again",
    "lower_ttls",
    "look_stale",
    "unconfirmed_switch",
    "not_everywhere",
)
"""The kinds of transitions that people are told of, as data/watch.toml has them."""

MOMENTS = ("switched", "bound", "certificate_until", "planned_at")
NAMES = ("servers", "wrong", "old")

_PAGE = "watches"
_NAME = 253
_LISTED = 10
"""Names of servers that are listed; of more it is told how many."""
_WHOLE = 30
"""Notices of a digest that are told whole; of the others only the title."""


class Worded(NamedTuple):
    """A message in somebody's language."""

    subject: str
    body: str


def worded(notices: Sequence[Notice], language: Language, public_url: str = "") -> Worded:
    """Return one notice, or several as one message, as its recipient reads it. `public_url`: the desk's own, or ""."""
    foot = language.text("notice.foot")
    if len(notices) == 1:
        (notice,) = notices
        return Worded(_title(notice, language), "\n".join((*_lines(notice, language, public_url), "", foot)))
    parts: list[str] = []
    for notice in notices[:_WHOLE]:
        parts += [*_part(notice, language, lambda one: _lines(one, language, public_url)), ""]
    for notice in notices[_WHOLE:]:
        parts += _part(notice, language)
    return Worded(language.text("notice.digest", count=len(notices)), "\n".join((*parts, "", foot)))


def _part(notice: Notice, language: Language, lines: Callable[[Notice], Sequence[str]] = lambda _: ()) -> Sequence[str]:
    """Return a notice's title and its lines; of one without words here its name and kind: others go with it."""
    try:
        return _title(notice, language), *lines(notice)
    except (AttributeError, KeyError, TypeError, ValueError):
        return (f"{_name(notice.told) if isinstance(notice.told, Mapping) else ''} ({_line(notice.kind)})",)


def _title(notice: Notice, language: Language) -> str:
    title = language.text(f"notice.{_kind(notice)}.title", name=_name(notice.told))
    ref = _line(notice.told.get("ref"))
    return language.text("notice.of_migration", title=title, ref=ref) if ref else title


def _lines(notice: Notice, language: Language, public_url: str) -> list[str]:
    """Return what a notice says, line by line, without its title."""
    told, kind = notice.told, _kind(notice)
    details = told.get("details") or {}
    lines = [language.text(f"notice.{kind}.said", name=_name(told))]
    at, gap = _moment(told.get("at")), _moment(told.get("gap"))
    if at is not None:
        lines.append(language.text("notice.line.at", at=at))
    if at is not None and gap is not None:
        lines.append(language.text("notice.line.gap", gap=gap, at=at))
    moments = {"since": told.get("since"), **{key: details.get(key) for key in MOMENTS}}
    for key, value in moments.items():
        if (moment := _moment(value)) is not None:
            lines.append(language.text(f"notice.line.{key}", at=moment))
    for key in NAMES:
        if names := details.get(key):
            lines.append(language.text(f"notice.line.{key}", names=_listed(names, language)))
    if seconds := details.get("longest_ttl"):
        lines.append(language.text("notice.line.longest_ttl", seconds=int(seconds)))
    lines.append(language.text("notice.line.todo", todo=language.text(f"notice.{kind}.todo")))
    if public_url:
        link = _line(told.get("link") or _PAGE)
        lines.append(language.text("notice.line.link", link=f"{public_url.rstrip('/')}/{link.lstrip('/')}"))
    return lines


def _kind(notice: Notice) -> str:
    if notice.kind not in KINDS:
        raise ValueError(f"no words for {notice.kind}")
    return notice.kind


def _name(told: Mapping[str, Any]) -> str:
    return _line(told.get("name"))[:_NAME]


def _listed(names: Sequence[str], language: Language) -> str:
    listed = ", ".join(_line(name)[:_NAME] for name in names[:_LISTED])
    more = len(names) - _LISTED
    return language.text("notice.and_more", listed=listed, count=more) if more > 0 else listed


def _line(value: object) -> str:
    return one_line(str(value or "")[:1_000])


def _moment(value: object) -> dt.datetime | None:
    return dt.datetime.fromisoformat(value) if isinstance(value, str) else None
