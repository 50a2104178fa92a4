"""What a look before the switch leaves in a migration: its short form in the history, and the last one on the domain.

A look lets the name servers of a domain be changed where it is under a day old and `ready`, or accepted with a reason
(`why_shut`). One that is `blocked` cannot be accepted: it is mended and looked at again. What a look tells is text from
outside: bounded, a line each, without what looks like a secret.
"""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from core.cutover.finding import Verdict
from core.cutover.result import STALE
from core.ground.messages import Message
from core.ground.secrets import MASK, suspicion
from core.ground.validation import one_line
from core.language import LANGUAGES
from core.migration.act import Act, active_domain
from core.migration.carried import reason_of
from core.migration.domains import twins
from core.migration.event import Event, iso, moment, outdates_look
from core.migration.look import TO_ACCEPT
from core.migration.migration import Domain, Migration
from core.migration.people import WATCH, require
from core.migration.rebuilding import after
from core.migration.refusal import refusal

SUMMARY_MAX = 256 * 1024
"""Bytes of a summary that is kept, as JSON in UTF-8."""
TEXT_MAX = 400
"""Letters that are kept of a text in it; more than a name in the DNS may have."""
SENTENCE_MAX = 600
"""Letters that are kept of a finding's sentence."""
SENTENCES = ("message", "todo")
"""What a finding says, and what to do: texts by the code of their language. Looks kept long ago have none."""

Outdated = Literal["missing", "changed", "stale"]
"""There is none, what it rested on was changed here since, or it is a day old."""
_OUTDATED: dict[Outdated, str] = {
    "missing": "error.look_missing",
    "changed": "error.look_changed",
    "stale": "error.look_stale",
}
_SEVERITIES = ("blocked", "unknown", "accept", "notice")
_VERDICTS: tuple[Verdict, ...] = ("blocked", "unknown", "accept", "ready")
"""By the gravest severity, in its order."""
_ASKED_MAX = 1_000_000


def look_taken(m: Migration, act: Act, domain: str, summary: Mapping[str, Any]) -> tuple[Event, ...]:
    """Keep a look in the history of a domain; `summary`: as `core.cutover.showing.report.summary` gives it.

    Raises InputError on "look" where it is none, is one of another domain, or began later than now, or earlier than the
    last one; one whose verdict is better than what it found is none.
    """
    require(act.person, "work")
    d = active_domain(m, domain)
    if str(summary.get("name", "")).rstrip(".").lower() not in map(str.lower, twins(d.name)):
        raise refusal("look", _text(summary.get("name", "")), "error.look_other", domain=d.display)
    at = _began(summary.get("at"))
    found = _findings(summary.get("findings"))
    if at is None or at > act.now or found is None or not _fits(summary.get("verdict"), found):
        raise refusal("look", "", "error.look_none")
    if d.cutover is not None and at < d.cutover.at:
        raise refusal("look", "", "error.look_older")
    asked = summary.get("asked")
    kept = {
        "name": d.name,
        "at": iso(at),
        "verdict": str(summary["verdict"]),
        "complete": summary.get("complete") is True,
        "asked": int(asked) if isinstance(asked, int) and 0 <= asked <= _ASKED_MAX else 0,
        "digest": _text(summary.get("digest", "")),
    }
    return (act.event("cutover_looked", domain=d.name, item=d.name, new={**kept, **_gravest(found)}),)


def accept_look(m: Migration, act: Act, domain: str, reason: str) -> tuple[Event, ...]:
    """Say that what the last look of a domain found is meant, with a reason; it opens the gate while the look is fresh.

    Raises InputError where there is no fresh look, it is `ready` anyhow, or `blocked`.
    """
    require(act.person, "work")
    d = active_domain(m, domain)
    look = d.cutover
    if (why := _not_fresh(d, act.now)) is not None:
        raise refusal("look", d.display, why)
    assert look is not None
    if look.verdict == "blocked":
        raise refusal("look", d.display, "error.look_blocked")
    if look.verdict not in TO_ACCEPT or look.accepted_by:
        raise refusal("look", d.display, "error.look_nothing_to_accept")
    of = {"at": iso(look.at), "digest": look.digest, "verdict": look.verdict}
    return (act.event("cutover_accepted", domain=d.name, item=d.name, new=of, reason=reason_of(reason)),)


def keep_and_accept(m: Migration, act: Act, domain: str, summary: Mapping[str, Any], reason: str) -> tuple[Event, ...]:
    """Accept a look with a reason, and keep it first where it is not the last one kept; raises InputError."""
    # Before anything is kept: without a reason there is nothing to write.
    reason_of(reason)
    if is_kept(active_domain(m, domain), summary):
        return accept_look(m, act, domain, reason)
    kept = look_taken(m, act, domain, summary)
    return (*kept, *accept_look(after(m, kept), act, domain, reason))


def may_be_accepted(verdict: str) -> bool:
    """Tell whether somebody may say that a verdict is meant so: what is blocked is mended, what is ready needs no word.

    >>> may_be_accepted("unknown"), may_be_accepted("blocked")
    (True, False)
    """
    return verdict in TO_ACCEPT


def is_kept(d: Domain, summary: Mapping[str, Any]) -> bool:
    """Tell whether a look, as `report.summary` gives it, is the last one that a domain has."""
    look, told = d.cutover, _looked(summary)
    return look is not None and (look.at, look.verdict, look.digest) == told


def summary_of(events: Iterable[Event], d: Domain) -> Mapping[str, Any] | None:
    """Return the summary of the last look that a domain has, by the events of its migration; None where it is gone."""
    there = [one for one in looks(events, d.name) if is_kept(d, one)]
    return there[-1] if there else None


def before(events: Iterable[Event], domain: str, summary: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the look of a domain (ASCII name) that was kept last before another one; None where there is none."""
    at = _began(summary.get("at"))
    earlier = [one for one in looks(events, domain) if at is None or (_began(one.get("at")) or at) < at]
    return earlier[-1] if earlier else None


def why_shut(d: Domain, now: dt.datetime) -> Message | None:
    """Return why the name servers of a domain are not to be changed yet; None where its last look lets them be."""
    if (why := _not_fresh(d, now)) is not None:
        return Message(why)
    assert d.cutover is not None
    if d.cutover.opens:
        return None
    return Message("error.look_blocked" if d.cutover.verdict == "blocked" else "error.look_to_accept")


def before_switch(d: Domain, act: Act) -> Message | None:
    """Return why the name servers of a domain may not be told as changed at `act.at`, or now; None where they may.

    A look that was good when they were changed will do, and so does one that is good now. Whoever changed them a day
    ago or earlier is not asked: no look can be taken for that day any more. Nor is the watch, which tells of what it
    has seen in the DNS: a look that is missing does not undo what has happened.
    """
    at = act.at or act.now
    if act.person == WATCH or act.now - at >= STALE or why_shut(d, at) is None:
        return None
    return why_shut(d, act.now)


def changed_since(events: Iterable[Event], domain: str, at: dt.datetime) -> bool:
    """Tell whether what a look at a domain (ASCII name) rests on was changed here after it began, at `at` (UTC).

    Such a look is not to be kept: the history would have it after the change.
    """
    return any(event.domain == domain and event.recorded_at > at and outdates_look(event) for event in events)


def looks(events: Iterable[Event], domain: str) -> list[Mapping[str, Any]]:
    """Return the summaries of all looks of a domain (ASCII name) by the events of its migration, the last one last."""
    return [event.new for event in events if event.kind == "cutover_looked" and event.domain == domain]


def outdated(d: Domain, now: dt.datetime) -> Outdated | None:
    """Return why the last look of a domain counts no more, whatever it found; None where it does."""
    look = d.cutover
    if look is None:
        return "missing"
    if look.changed:
        return "changed"
    # One that began later than now was told by another clock: nobody knows how old it is.
    return None if dt.timedelta(0) <= now - look.at < STALE else "stale"


def _not_fresh(d: Domain, now: dt.datetime) -> str | None:
    why = outdated(d, now)
    return _OUTDATED[why] if why else None


def _looked(summary: Mapping[str, Any]) -> tuple[dt.datetime | None, object, str]:
    return _began(summary.get("at")), summary.get("verdict"), _text(summary.get("digest", ""))


def _began(at: object) -> dt.datetime | None:
    try:
        found = moment(at) if isinstance(at, str) else None
        return found.astimezone(dt.UTC) if found is not None and found.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _text(given: object, most: int = TEXT_MAX) -> str:
    # PostgreSQL has no room for the letter 0, and no place for half a letter.
    text = one_line(str(given)[:most].replace("\0", "").encode("utf-8", "replace").decode())
    return MASK if suspicion(text) else text


def _sentences(given: object) -> dict[str, str]:
    if not isinstance(given, Mapping):
        return {}
    return {code: _text(given[code], SENTENCE_MAX) for code in LANGUAGES if isinstance(given.get(code), str)}


def _findings(given: object) -> list[dict[str, Any]] | None:
    """Return the findings of a summary, bounded; None where it does not say what was found."""
    if not isinstance(given, list):
        return None
    return [
        {
            "tag": _text(one.get("tag", "")),
            "severity": one["severity"] if one.get("severity") in _SEVERITIES else "blocked",
            "name": _text(one.get("name", "")),
            **{part: said for part in SENTENCES if (said := _sentences(one.get(part)))},
        }
        for one in given
        if isinstance(one, Mapping)
    ]


def _fits(verdict: object, found: Iterable[Mapping[str, Any]]) -> bool:
    """Tell whether a verdict is one, and as grave as the gravest finding."""
    worst = min((_SEVERITIES.index(one["severity"]) for one in found), default=len(_SEVERITIES) - 1)
    return verdict in _VERDICTS[: worst + 1]


def _gravest(found: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the findings that there is room for, the gravest first where not all have it, and how many have none."""
    sizes = [len(json.dumps(one, ensure_ascii=False).encode()) + 2 for one in found]
    room, kept = SUMMARY_MAX - 4096, set[int]()
    for number in sorted(range(len(found)), key=lambda n: _SEVERITIES.index(found[n]["severity"])):
        room -= sizes[number]
        if room < 0:
            break
        kept.add(number)
    told: dict[str, Any] = {"findings": [one for number, one in enumerate(found) if number in kept]}
    return told if len(kept) == len(found) else {**told, "left_out": len(found) - len(kept)}
