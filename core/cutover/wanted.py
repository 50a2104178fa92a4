"""What somebody asks of a look before the switch."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.zonefile.record import ZoneFile


@dataclass(frozen=True, slots=True)
class Wanted:
    """A look at a domain. Names are A-labels in lower case without the last dot, addresses canonical.

    `new_servers`, `old_servers`: addresses of name servers; no old ones: those it is delegated to today. `zone`: a file
    of the old zone, `zone_source` its name, `zone_whole` whether all of it was read. `mapping`: old address -> new
    address, as somebody said; what is not in it is proposed from what is seen. `sites`, `mailboxes`: what the lists of
    the handover name; the apex and www are always looked at.
    """

    name: str
    new_servers: tuple[str, ...]
    old_servers: tuple[str, ...] = ()
    zone: ZoneFile | None = None
    zone_source: str = ""
    zone_whole: bool = True
    mapping: Mapping[str, str] = field(default_factory=dict)
    sites: tuple[str, ...] = ()
    mailboxes: tuple[str, ...] = ()
