r"""Addresses of mailboxes as they may stand in RCPT TO: what could end the line or the brackets is never sent.

>>> envelope("Jürgen@Żółw.PL")
Envelope(local='Jürgen', domain='xn--w-uga1v8h.pl')
>>> envelope("a@firma.pl>\r\nRSET") is None
True
"""

import re
from typing import NamedTuple

from core.dns.names import parse_name
from core.ground.messages import InputError
from core.ground.validation import composed

ADDRESS_MAX, LOCAL_MAX = 254, 64
"""Octets of an address and of what stands before the @ (RFC 5321 s. 4.5.3.1)."""

# RFC 5321 s. 4.1.2, Dot-string; quoted ones are no mailboxes of any panel. RFC 6531 s. 3.3: letters of others.
_LOCAL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\x80-\U0010ffff-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~\x80-\U0010ffff-]+)*"
)


class Envelope(NamedTuple):
    """An address to be asked for: the local part in NFC, the domain in A-labels and lower case."""

    local: str
    domain: str

    @property
    def text(self) -> str:
        """As it stands between the brackets."""
        return f"{self.local}@{self.domain}"

    @property
    def extended(self) -> bool:
        """Whether it needs SMTPUTF8 (RFC 6531)."""
        return not self.local.isascii()


def envelope(address: str) -> Envelope | None:
    """Return an address as it is asked for; None where it cannot be written so."""
    if len(address) > ADDRESS_MAX:
        return None
    local, _, domain = address.strip().rpartition("@")
    local = composed(local)
    # No blanks, control codes and letters nobody sees, of which some are line ends to somebody.
    if not _LOCAL.fullmatch(local) or not local.isprintable() or " " in local:
        return None
    try:
        found = Envelope(local, parse_name(domain, "mailbox").ascii)
    except InputError:
        return None
    octets = len(local.encode("utf-8")), len(found.text.encode("utf-8"))
    return found if octets[0] <= LOCAL_MAX and octets[1] <= ADDRESS_MAX else None
