"""A zone file read for a test: every finding is worded in both languages and has its severity, or the test fails."""

import re

from core import datafiles
from core.language import ENGLISH, POLISH
from core.zonefile.master import read_master
from core.zonefile.record import Draft, Row, Token
from core.zonefile.record_of import record_of

SEVERITIES = datafiles.zone_severities()
ZONE = "alfa.example."
START = "@ 3600 IN SOA ns1.beta.example. admin.alfa.example. 1 7200 900 1209600 300\n@ 3600 IN NS ns1.beta.example.\n"


def checked(findings):
    """Return the findings, each of which has its severity and its words."""
    for finding in findings:
        SEVERITIES.of(finding)
        for language in (POLISH, ENGLISH):
            said = language.text(finding.message)
            assert not re.search(r"\{\w*\}|zone\.finding", said), said
    return findings


def zone(text, origin=ZONE, dialect="master"):
    """Return the zone that a text holds."""
    found = read_master(text, origin, dialect)
    checked(found.findings)
    return found


def body(text, dialect="master"):
    """Return the records and the findings of lines behind a SOA and a NS, which are lines 1 and 2."""
    found = zone(START + text, ZONE, dialect)
    return [record for record in found.records if record.line > 2], found.findings


def tags(findings):
    """Return the lines and the tags of findings."""
    return [(finding.line, finding.tag) for finding in findings]


def short(records):
    """Return records without their lines, names without the zone's."""
    return [(record.name.removesuffix(ZONE), record.ttl, record.type, record.rdata) for record in records]


def one(type, *words, owner="www", ttl="300", dialect="master", origin=ZONE, comment=""):
    """Return the record of one row (None where there is none), and its findings by tag. A word in quotes is quoted."""
    tokens = tuple(
        Token(word[1:-1], quoted=True) if len(word) > 1 and word[0] == word[-1] == '"' else Token(word)
        for word in words
    )
    draft = Draft(ZONE, dialect=dialect)
    record_of(Row(1, origin, owner, ttl, type, tokens, comment), draft)
    checked(draft.findings)
    assert draft.records or draft.findings
    return (draft.records[0] if draft.records else None), {one.tag: dict(one.values) for one in draft.findings}
