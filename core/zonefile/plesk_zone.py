"""Plesk's records (dns-zone/dnsrec of a dump's XML): type, src (owner), dst (value), opt (words before the value).

    <dnsrec type="MX" src="alfa.example." dst="mail.alfa.example." opt="10"/>

`opt` has the priority of an MX, "priority weight port" of an SRV, "flags tag" of a CAA; of a PTR it has the length of
the network's prefix, and the record belongs to the reverse zone. There is no SOA among them.
"""

from collections.abc import Mapping, Sequence
from io import StringIO
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from core.ground.messages import FieldError, InputError, Message
from core.zonefile.finding import shown
from core.zonefile.panel_values import finish, full, owner, put
from core.zonefile.record import Draft, Row, ZoneFile
from core.zonefile.zone_name import needed, zone_name

FIELDS = ("type", "src", "dst", "opt", "ttl", "status")
"""What is read of a `dnsrec`."""
_DOMAINS = frozenset(("domain", "site", "domain-alias"))
"""Elements that have a zone of their own."""


def looks_so(text: str) -> bool:
    """Tell whether a text is XML."""
    return text.lstrip()[:1] == "<"


def read_plesk(text: str, origin: str = "") -> ZoneFile:
    """Return the zone of XML with `dnsrec` elements, their fields as attributes or as elements below them.

    Raises InputError on "zone" where it is no XML, has no such elements or those of several zones; on "origin" where
    nobody says the origin.
    """
    origin = zone_name(origin)
    found = _by_domain(text.lstrip())
    if not found:
        raise _refused("error.zone_xml_none")
    names = [name for name in found if name and _ascii(name) == origin] if origin else [*found]
    if len(names) != 1 and len(found) != 1:
        raise _refused("error.zone_xml_several")
    name = names[0] if names else next(iter(found))
    return read_elements(found[name], origin or name)


def _by_domain(text: str) -> dict[str, list[dict[str, str]]]:
    """Return the `dnsrec` elements of each domain, "" for those of none."""
    found: dict[str, list[dict[str, str]]] = {}
    domains = [""]
    try:
        for event, element in iterparse(StringIO(text), events=("start", "end"), forbid_dtd=True):
            kind = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
            if event == "start":
                if kind in _DOMAINS:
                    domains.append(element.get("name", ""))
            elif kind == "dnsrec":
                row = {key: element.get(key) or element.findtext(key) or "" for key in FIELDS}
                found.setdefault(domains[-1], []).append(row)
            elif kind in _DOMAINS:
                domains.pop()
            if event == "end" and kind not in FIELDS:
                element.clear()
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError):
        raise _refused("error.zone_xml") from None
    return found


def _ascii(name: str) -> str:
    try:
        return zone_name(name)
    except InputError:
        return ""


def _refused(id: str) -> InputError:
    return InputError(FieldError("zone", "", Message(id)))


def read_elements(rows: Sequence[Mapping[str, str]], origin: str) -> ZoneFile:
    """Return the zone of `dnsrec` elements, each a mapping of FIELDS; those that are not there may lack.

    `line` of a record is the element's number, from 1. Raises InputError on "origin" where it is no name.
    """
    draft = Draft(needed(zone_name(origin)), dialect="plesk")
    for number, row in enumerate(rows, 1):
        if full(number, draft):
            break
        _take(number, {key: (row.get(key) or "").strip() for key in FIELDS}, draft)
    return finish(draft)


def _take(number: int, said: Mapping[str, str], draft: Draft) -> None:
    kind = said["type"].upper()
    if kind == "MASTER":
        draft.found("plesk_master", number, server=shown(said["dst"]))
    elif kind == "PTR":
        draft.found("plesk_ptr", number, name=shown(said["src"]), target=shown(said["dst"]))
    elif said["status"].lower() in ("disabled", "suspended"):
        draft.found("record_suspended", number, name=shown(said["src"]), type=shown(kind))
    else:
        row = Row(number, draft.origin, owner(said["src"], draft.origin), said["ttl"], kind, ())
        put(row, said["dst"], draft, said["opt"])
