"""What tests of the dialects ask of a zone that was read."""

import pytest

from core.ground.messages import InputError
from core.language import ENGLISH, POLISH
from core.zonefile.reading import read

ZONE = "alfa.example"


def records(zone):
    return [(r.name.removesuffix("alfa.example."), r.ttl, r.type, r.rdata) for r in zone.records]


def found(zone, tag):
    """Return the values of the findings with a tag, all of them in both languages."""
    for finding in zone.findings:
        for language in (POLISH, ENGLISH):
            assert "{" not in language.text(finding.message)
    return [{"line": finding.line, **finding.values} for finding in zone.findings if finding.tag == tag]


def refused(text, origin=ZONE):
    with pytest.raises(InputError) as error:
        read(text, origin)
    (mistake,) = error.value.errors
    return mistake.field, mistake.message.id, dict(mistake.message.values)
