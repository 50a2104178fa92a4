"""Whether an SPF text lets a server send, as far as a zone by itself says.

What leads out of the zone is not followed: then it is "perhaps", and the terms that might let the server through are
named. An "include" within the zone is followed, and so are `a` and `mx` where their hosts are known.
"""

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Literal, NamedTuple, Protocol

from core.cutover.judging.spf import DEEPEST, LOOKUPS, Spf, Term, read_spf


class Zone(Protocol):
    """A zone's side. All return None where it is not known."""

    def addresses(self, host: str, type: str) -> tuple[str, ...] | None:
        """Return the addresses of a host, of a type: A or AAAA."""

    def mail_hosts(self, name: str) -> tuple[str, ...] | None:
        """Return the hosts of the MX of a name."""

    def spf(self, name: str) -> str | None:
        """Return the one SPF text of a name."""


class Reach(NamedTuple):
    """`sends`: whether a server may send; `through`: the terms that may let it ("perhaps"), "redirect" among them."""

    sends: Literal["yes", "no", "perhaps"]
    through: tuple[Term, ...] = ()


def written(term: Term) -> str:
    """Return a directive as it is written, "+" left out.

    >>> written(Term("~", "a", "x.example.pl", None, 24, 64))
    '~a:x.example.pl/24//64'
    """
    bits = f"/{term.four}" * (term.four != DEEPEST[4]) + f"//{term.six}" * (term.six != DEEPEST[6])
    between = "" if not term.value else "=" if term.mechanism == "redirect" else ":"
    return f"{term.qualifier.removeprefix('+')}{term.mechanism}{between}{term.value}{bits}"


def reach(spf: Spf, name: str, address: str, zone: Zone) -> Reach:
    """Return whether a text at a name lets the server of an address send. A text with a mistake lets nobody."""
    return _Walk(zone, ip_address(address)).of(spf, name)


@dataclass(slots=True)
class _Walk:
    """`left`: how many terms that ask may still be followed, so that loops end (RFC 7208 s. 4.6.4)."""

    zone: Zone
    address: IPv4Address | IPv6Address
    left: int = field(default=LOOKUPS)

    def of(self, spf: Spf, name: str) -> Reach:
        if spf.mistakes:
            return Reach("no")
        through: list[Term] = []
        for term in spf.counting:
            match = self._matches(term, name)
            if match == "yes":
                return Reach("perhaps", tuple(through)) if through and term.qualifier != "+" else _sends(term)
            if match == "perhaps" and term.qualifier == "+":
                through.append(term)
        if spf.redirect:
            rest = self._elsewhere(spf.redirect)
            if rest != "no":
                return (
                    Reach("yes") if rest == "yes" else Reach("perhaps", (*through, Term("+", "redirect", spf.redirect)))
                )
        return Reach("perhaps", tuple(through)) if through else Reach("no")

    def _matches(self, term: Term, name: str) -> Literal["yes", "no", "perhaps"]:
        if term.mechanism == "all":
            return "yes"
        if term.network:
            return "yes" if self.address in term.network else "no"
        if term.mechanism == "include":
            return self._elsewhere(term.value)
        if term.mechanism in ("a", "mx") and "%" not in term.value:
            return self._hosted(term, _plain(term.value) or name)
        return "perhaps"

    def _elsewhere(self, name: str) -> Literal["yes", "no", "perhaps"]:
        text = None if "%" in name else self.zone.spf(_plain(name))
        if text is None or self.left <= 0:
            return "perhaps"
        self.left -= 1
        return self.of(read_spf(text), _plain(name)).sends

    def _hosted(self, term: Term, name: str) -> Literal["yes", "no", "perhaps"]:
        type, bits = ("A", term.four) if self.address.version == 4 else ("AAAA", term.six)
        hosts = (name,) if term.mechanism == "a" else self.zone.mail_hosts(name)
        found = [self.zone.addresses(host, type) for host in hosts] if hosts is not None else [None]
        if any(self.address in ip_network(f"{one}/{bits}", strict=False) for each in found for one in each or ()):
            return "yes"
        return "perhaps" if None in found else "no"


def _sends(term: Term) -> Reach:
    return Reach("yes" if term.qualifier == "+" else "no")


def _plain(name: str) -> str:
    return name.lower().removesuffix(".")
