"""A check as a file: everything that was seen, as JSON and as CSV."""

import csv
import datetime as dt
import io
from collections.abc import Mapping
from typing import Any

from core.dns.asking.check import Check
from core.dns.judging.findings import Severities
from core.dns.judging.verdict import Verdict
from core.dns.observation import Observation
from core.files.formula_safe import neutral
from core.language import Language

COLUMNS = (
    *("at", "server", "operator", "role", "name", "type", "rcode", "values", "ttl", "status", "ede", "nsid", "ms"),
    *("transport", "failure"),
)
"""Of the CSV, which has a line for each answer."""


def as_json(check: Check, verdict: Verdict, language: Language, severities: Severities) -> dict[str, Any]:
    """Return a verdict with everything it rests on, in the words of the interface."""
    return {
        "name": check.wish.name.ascii,
        "state": verdict.state,
        "eta": _iso(verdict.eta.at),
        "eta_reason": verdict.eta.reason,
        "published": verdict.published,
        "consistent": verdict.consistent,
        "expired": verdict.expired,
        "findings": [
            {
                "tag": finding.tag,
                "severity": severities.of(finding),
                "server": finding.server.address if finding.server else None,
                "message": language.text(finding.message),
            }
            for finding in verdict.findings
        ],
        "delegation": {
            "zone": check.delegated.zone,
            "parent": [server.address for server in check.delegated.parent],
            "servers": [{"name": server.name, "address": server.address} for server in check.delegated.servers],
        },
        "observations": _observations(check, verdict),
    }


def as_csv(check: Check, verdict: Verdict) -> bytes:
    """Return the answers as CSV: UTF-8 with a byte order mark, `;`; cells that a spreadsheet would run are neutral."""
    file = io.StringIO(newline="")
    write = csv.writer(file, delimiter=";").writerow
    write(COLUMNS)
    for line in _observations(check, verdict):
        write([neutral(_cell(line[column])) for column in COLUMNS])
    return file.getvalue().encode("utf-8-sig")


def _observations(check: Check, verdict: Verdict) -> list[dict[str, Any]]:
    status = {id(judged.observation): judged.status for judged in verdict.judged}
    return [_observation(o, status) for o in check.observations]


def _observation(o: Observation, status: Mapping[int, str]) -> dict[str, Any]:
    return {
        "at": _iso(o.at),
        "server": o.server.address,
        "operator": o.server.operator or o.server.name,
        "role": o.server.role,
        "name": o.question.name,
        "type": o.question.type,
        "rcode": o.rcode,
        "values": list(o.values) if o.values else [],
        "ttl": o.records.ttl if o.records else None,
        "status": status.get(id(o)),
        "ede": [code for code, _ in o.ede],
        "nsid": o.nsid,
        "ms": None if o.ms is None else round(o.ms, 1),
        "transport": o.transport,
        "failure": o.failure,
    }


def _cell(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return "" if value is None else str(value)


def _iso(at: dt.datetime | None) -> str | None:
    return None if at is None else at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
