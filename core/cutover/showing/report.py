"""A look as plain values: the JSON of the command, and the short form that a history keeps."""

import datetime as dt
from typing import Any

from core.cutover.finding import Weights
from core.cutover.plan import Plan
from core.cutover.probes import Certificate, Mailbox, Page, Spoken
from core.cutover.result import Cutover
from core.ground.messages import Message
from core.language import LANGUAGES, Language

SENTENCE_MAX = 600
"""Letters of a finding's sentence that a history keeps: a few records and values with what is said of them."""


def as_json(found: Cutover, weights: Weights, language: Language) -> dict[str, Any]:
    """Return a look with everything that it rests on, in the words of a language; times are ISO 8601 UTC or null."""
    probes = found.probes
    return {
        "name": found.name,
        "at": _iso(found.at),
        "verdict": weights.verdict(found.findings),
        "complete": found.complete,
        "asked": found.asked,
        "sources": [one._asdict() for one in found.sources],
        "mapping": dict(found.mapping),
        "records": [
            {"name": one.name, "type": one.type, "state": one.state, "old": [*one.old], "new": [*one.new]}
            for one in found.records
        ],
        "probes": [
            *map(_page, probes.pages),
            *map(_spoken, probes.mail),
            *map(_mailbox, probes.mailboxes),
        ],
        "findings": [
            {
                "tag": one.tag,
                "severity": weights.of(one),
                "name": one.name,
                "message": language.text(one.message),
                "todo": language.text(one.todo),
            }
            for one in found.findings
        ],
        "plan": _plan(found.plan),
    }


def summary(found: Cutover, weights: Weights) -> dict[str, Any]:
    """Return what a history keeps of a look: enough to be opened again (`kept`) and compared with the next (`since`).

    Sentences are kept in each language, as they are today: what a tag says may be worded otherwise one day.
    """
    return {
        "name": found.name,
        "at": _iso(found.at),
        "verdict": weights.verdict(found.findings),
        "complete": found.complete,
        "asked": found.asked,
        "digest": found.digest,
        "findings": [
            {
                "tag": one.tag,
                "severity": weights.of(one),
                "name": one.name,
                "message": _in_each(one.message),
                "todo": _in_each(one.todo),
            }
            for one in found.findings
        ],
    }


def _in_each(message: Message) -> dict[str, str]:
    worded = {code: language.text(message) for code, language in LANGUAGES.items()}
    return {
        code: text if len(text) <= SENTENCE_MAX else f"{text[: SENTENCE_MAX - 1]}…" for code, text in worded.items()
    }


def _page(page: Page) -> dict[str, Any]:
    return {
        "kind": "page",
        "name": page.site,
        "address": page.address,
        "outcome": page.failure or "answered",
        "side": page.side,
        "secure": page.secure,
        "status": page.status,
        "redirects": [one._asdict() for one in page.hops],
        "title": page.title,
        "length": page.length,
        "cut": page.cut,
        "hsts": page.hsts,
        "default_page": page.default,
        "certificate": _certificate(page.certificate),
    }


def _spoken(spoken: Spoken) -> dict[str, Any]:
    return {
        "kind": "mail",
        "name": spoken.host,
        "address": spoken.address,
        "outcome": spoken.failure or "answered",
        "service": spoken.service,
        "banner": spoken.banner,
        "starttls": spoken.starttls,
        "certificate": _certificate(spoken.certificate),
    }


def _mailbox(mailbox: Mailbox) -> dict[str, Any]:
    return {
        "kind": "mailbox",
        "name": mailbox.address,
        "address": mailbox.server,
        "outcome": mailbox.state,
        "code": mailbox.code,
        "said": mailbox.said,
    }


def _certificate(certificate: Certificate | None) -> dict[str, Any] | None:
    if certificate is None:
        return None
    return {**certificate._asdict(), "names": [*certificate.names], "ends": _iso(certificate.ends)}


def _plan(plan: Plan) -> dict[str, Any]:
    return {
        "switch": _iso(plan.switch),
        "agreed": plan.agreed,
        "highest_ttl": plan.highest,
        "highest_of": plan.of,
        "lower_by": _iso(plan.lower_by),
        "edited_first": _iso(plan.edited_first),
        "untouched": _iso(plan.untouched),
        "delegation_until": _iso(plan.delegation_until),
    }


def _iso(at: dt.datetime | None) -> str | None:
    return None if at is None else at.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
