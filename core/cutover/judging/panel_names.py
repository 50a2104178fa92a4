"""Names that a hosting panel makes for every domain: nobody misses some of them, and new ones are no news."""

from collections.abc import Collection, Iterable

from core.dns.judging.aliases import inside
from core.dns.observation import ADDRESSES

OF_THE_PANEL = frozenset(("cpanel", "whm", "webdisk", "cpcalendars", "cpcontacts", "localhost"))
"""Names that lead to the old panel itself: with it they end."""

_SRV = ("_autodiscover", "_caldav", "_caldavs", "_carddav", "_carddavs")
_SERVICES = frozenset(("ftp", "webmail", "autodiscover", "autoconfig", *(f"{one}._tcp" for one in _SRV)))
_MAIL_CLIENTS = frozenset(("mail", "smtp", "imap", "pop", "pop3"))
_NORMAL = OF_THE_PANEL | _SERVICES | _MAIL_CLIENTS | {"www"}
_CPANEL = "cpanelemaildiscovery.cpanel.net"


def label(zone: str, name: str) -> str:
    """Return a name as it stands in its zone, "@" for the zone's own."""
    return "@" if name == zone else name.removesuffix(f".{zone}")


def is_panels_own(zone: str, name: str) -> bool:
    """Tell whether a name leads to the panel itself."""
    return label(zone, name) in OF_THE_PANEL


def is_panels_service(zone: str, name: str, type: str, values: Iterable[str], hosters: Collection[str]) -> bool:
    """Tell whether a set is a panel's for its own services; `hosters`: domains of the old hoster.

    Where it leads elsewhere, somebody meant it.
    """
    if label(zone, name) not in _SERVICES:
        return False
    targets = (value.rpartition(" ")[2] for value in values)
    theirs = (zone, _CPANEL, *hosters)
    return type in (*ADDRESSES, "TXT") or all(any(inside(target, one) for one in theirs) for target in targets)


def is_normal(zone: str, name: str, type: str) -> bool:
    """Tell whether a panel makes such a set for a domain that it gets."""
    return label(zone, name) in _NORMAL and type in (*ADDRESSES, "CNAME", "SRV", "TXT")
