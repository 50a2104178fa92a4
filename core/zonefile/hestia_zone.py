"""HestiaCP's records (dns/DOMAIN/hestia/DOMAIN.conf): a line a record, KEY='value' pairs.

    ID='3' RECORD='@' TYPE='MX' PRIORITY='10' VALUE='mail.alfa.example.' SUSPENDED='no' TIME='...' DATE='...'

The panel makes the zone file of them as they stand: names are relative as there, a TTL of a record's own is rare and
else is the domain's, which stands in dns.conf (DOMAIN='...' TTL='14400' SOA='...'); its line may stand in the same
text. The SOA is the panel's template, said nowhere.
"""

import re
from dataclasses import replace

from core.zonefile.finding import shown
from core.zonefile.panel_values import TEXTS, finish, full, resplit, words
from core.zonefile.record import Draft, Row, ZoneFile
from core.zonefile.record_of import record_of
from core.zonefile.zone_name import needed, zone_name

_PAIR = re.compile(r"\b([A-Z][A-Z0-9_]{0,30})='([^']*)'")
# func/main.sh of HestiaCP keeps an apostrophe so.
_QUOTE = "%quote%"


def looks_so(text: str) -> bool:
    """Tell whether a text is one of HestiaCP's."""
    first = next((line for line in text.split("\n", 20)[:20] if line.strip()), "")
    pairs = dict(_PAIR.findall(first[:5_000]))
    return {"RECORD", "TYPE", "VALUE"} <= pairs.keys() or {"DOMAIN", "SOA", "TTL"} <= pairs.keys()


def read_hestia(text: str, origin: str = "") -> ZoneFile:
    """Return the zone of a text of records, `origin` its name; raises InputError on "origin" where nobody says it.

    Suspended records are served by nobody: a finding each, no record.
    """
    lines = [(number, _pairs(line), line) for number, line in enumerate(text.split("\n"), 1)]
    domain = next((pairs for _, pairs, _ in lines if "DOMAIN" in pairs and "RECORD" not in pairs), {})
    draft = Draft(needed(zone_name(origin) or zone_name(domain.get("DOMAIN", ""))), dialect="hestia")
    if domain.get("SUSPENDED") == "yes":
        draft.found("zone_suspended")
    for number, pairs, line in lines:
        if not line.strip() or ("DOMAIN" in pairs and "RECORD" not in pairs):
            continue
        if full(number, draft):
            break
        if not {"RECORD", "TYPE", "VALUE"} <= pairs.keys():
            draft.found("line_unreadable", number, text=shown(line))
        elif pairs.get("SUSPENDED") == "yes":
            draft.found("record_suspended", number, name=shown(pairs["RECORD"]), type=shown(pairs["TYPE"]))
        else:
            _take(number, {key: value.replace(_QUOTE, "'") for key, value in pairs.items()}, domain, draft)
    return finish(draft)


def _pairs(line: str) -> dict[str, str]:
    """Return the pairs of a line; none where something stands between them, as nobody knows where a value ends then."""
    return {} if _PAIR.sub("", line).strip() else dict(_PAIR.findall(line))


def _take(line: int, pairs: dict[str, str], domain: dict[str, str], draft: Draft) -> None:
    kind = pairs["TYPE"].strip().upper()
    ttl = (pairs.get("TTL") or domain.get("TTL") or "").strip()
    value = words(pairs["VALUE"])
    if kind in TEXTS:
        # The panel splits what is over 255 letters itself. Without quotes it is not known what is served: `record_of`
        # tells it.
        value = tuple(part for word in value for part in (resplit((word,)) if word.quoted else (word,)))
    row = Row(line, draft.origin, pairs["RECORD"].strip() or "@", ttl, kind, value)
    record_of(replace(row, tokens=(*words(pairs.get("PRIORITY", "")), *value)), draft)
