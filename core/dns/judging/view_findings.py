"""Records of SPF and of DMARC that stand more than once: whoever reads them fails."""

from core.dns.change import ChangeSet
from core.dns.judging.evidence import Current
from core.dns.judging.findings import Finding, Tag
from core.dns.views import DMARC, SPF

_TWICE: dict[str, Tag] = {SPF: "spf_twice", DMARC: "dmarc_twice"}


def view_findings(change: ChangeSet, current: Current) -> list[Finding]:
    """Return which records of these kinds stand more than once at the zone's present servers: whoever reads them fails.

    RFC 7208 s. 4.5 makes two an error for good, with two DMARC there is none (RFC 7489 s. 6.6.3).
    """
    asked = [e.question for e in change.expected if e.question.type in _TWICE]
    return [
        Finding(_TWICE[question.type], None, {"name": question.name, "found": count})
        for question in asked
        if (count := max(map(len, current.values.get(question, ())), default=0)) > 1
    ]
