"""What is found of mailboxes that a new mail server was asked for: which are missing, and of which nothing is known."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import TypeVar

from core.cutover.finding import Finding
from core.cutover.judging.mailbox_answers import meaning
from core.cutover.probes import Mailbox

TOLD_MAX = 20
"""Findings of one kind, before only their number is told."""
_NAMES_TOLD = 3

_UNASKED: Mapping[str, str] = {
    "not_ours": "mailboxes_not_ours",
    "address": "mailboxes_unwritable",
    "smtputf8": "mailboxes_smtputf8",
    "too_many": "mailboxes_too_many",
    "silent": "mailboxes_silent",
}

_K = TypeVar("_K", bound=Hashable)


def find(mailboxes: Sequence[Mailbox]) -> list[Finding]:
    """Return what was found; nothing for those that are known."""
    missing = [_finding("mailbox_missing", box.address, [box]) for box in mailboxes if box.state == "missing"]
    unknown = [box for box in mailboxes if box.state == "unknown"]
    not_served = [box for box in unknown if box.code is not None and meaning(box.address, box.said) == "not_served"]
    rest = [box for box in unknown if box not in not_served]
    taking_all = [box for box in mailboxes if box.state == "any"]
    return [
        *_first(missing, "mailboxes_missing_more"),
        *_by_domain("mail_domain_not_served", not_served),
        *_by_domain("mail_domain_takes_all", taking_all),
        *_unasked([box for box in rest if box.code is None]),
        *_first(_unsaid([box for box in rest if box.code is not None]), "mailboxes_unknown_more"),
    ]


def _first(findings: Sequence[Finding], more: str) -> Iterator[Finding]:
    yield from findings[:TOLD_MAX]
    if left := findings[TOLD_MAX:]:
        number = sum(int(str(one.values["number"])) for one in left)
        yield Finding(more, str(left[0].values["server"]), {**left[0].values, "number": number})


def _by_domain(tag: str, boxes: Sequence[Mailbox]) -> Iterator[Finding]:
    for (domain, _), several in _grouped(boxes, lambda box: (box.address.rpartition("@")[2].lower(), box.server)):
        yield _finding(tag, domain, several)


def _unasked(boxes: Sequence[Mailbox]) -> Iterator[Finding]:
    for (server, why), several in _grouped(boxes, lambda box: (box.server, box.said)):
        yield _finding(_UNASKED.get(why, "mailboxes_silent"), server, several)


def _unsaid(boxes: Sequence[Mailbox]) -> list[Finding]:
    """Those whose answer says nothing: one finding for all that were told the same."""
    groups = _grouped(boxes, lambda box: (box.server, box.said.replace(box.address, "")))
    return [
        _finding(
            "mailbox_unproved" if several[0].code in (250, 251) else "mailbox_unknown", several[0].address, several
        )
        for _, several in groups
    ]


def _grouped(boxes: Sequence[Mailbox], by: Callable[[Mailbox], _K]) -> list[tuple[_K, list[Mailbox]]]:
    found: dict[_K, list[Mailbox]] = {}
    for box in boxes:
        found.setdefault(by(box), []).append(box)
    return list(found.items())


def _finding(tag: str, name: str, several: Sequence[Mailbox]) -> Finding:
    told = [box.address for box in several[:_NAMES_TOLD]]
    return Finding(
        tag,
        name,
        {
            "server": several[0].server,
            "said": several[0].said or "–",
            "number": len(several),
            "names": ", ".join((*told, *("…" for _ in several[_NAMES_TOLD : _NAMES_TOLD + 1]))),
        },
    )
