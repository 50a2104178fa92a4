"""SPF and DMARC as views of TXT: of the texts at a name those that are such a record; what else stands there is not it.

So another text beside it does not matter, and the text of a wildcard, which every name without records has, is no DMARC
record because it happens to stand at _dmarc (RFC 7208 s. 3.2, RFC 7489 s. 6.6.3).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.dns.observation import Observation, Question
from core.ground.messages import Message

SPF, DMARC = "SPF", "DMARC"


@dataclass(frozen=True, slots=True)
class _View:
    """`label` stands before the domain's name, and a dot between them; `begins`: a record, as it may be typed."""

    label: str
    record: re.Pattern[str]
    begins: str


VIEWS = {
    # RFC 7208 s. 4.5: the version ends at a blank or with the record.
    SPF: _View("", re.compile(r"v=spf1(?: .*)?", re.IGNORECASE | re.DOTALL), "v=spf1"),
    # RFC 7489 s. 6.4: "v" whatever its case, DMARC1 as it stands.
    DMARC: _View("_dmarc", re.compile(r"[vV] *= *DMARC1 *(?:;.*)?", re.DOTALL), "v=DMARC1"),
}
"""What people ask for by a name of its own, and the DNS has as TXT."""


def record_type(type: str) -> str:
    """Return the type that servers are asked for."""
    return "TXT" if type in VIEWS else type


def label_of(type: str) -> str:
    """Return the label below a domain where the records of a type stand, "" where at the domain itself."""
    return VIEWS[type].label if type in VIEWS else ""


def misfit(type: str, values: Sequence[str]) -> Message | None:
    """Return what is wrong with values (in their written form) that are expected of a view; None for other types."""
    view = VIEWS.get(type)
    if view and not all(map(view.record.fullmatch, values)):
        return Message("error.record_policy", {"type": type, "begins": view.begins})
    return Message("error.record_policies", {"type": type}) if view and len(set(values)) > 1 else None


def seen(o: Observation, wanted: Sequence[Question]) -> Iterator[Observation]:
    """Yield what an answer about TXT says of the views that are wanted; one from where an alias led, of all of them."""
    if o.question.type != "TXT":
        return
    views = [question for question in wanted if question.type in VIEWS]
    here = [q.type for q in views if q.name == o.question.name]
    if not here and all(q.name != o.question.name for q in wanted):
        here = [q.type for q in views]
    for type in dict.fromkeys(here):
        yield _seen(o, type)


def _seen(o: Observation, type: str) -> Observation:
    rrsets = []
    for rrset in o.answer:
        values = tuple(v for v in rrset.values if rrset.type == "TXT" and VIEWS[type].record.fullmatch(v))
        # Texts without such a record stay: for as long as they are cached, so is its absence.
        rrsets.append(rrset._replace(type=type, values=values) if values else rrset)
    return o._replace(question=Question(o.question.name, type), answer=tuple(rrsets))
