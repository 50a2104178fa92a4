"""The names that a record leads to: its target, and what a policy of mail names."""

from collections.abc import Iterator

from core.cutover.known_names import USUAL
from core.dns.judging.aliases import inside

_TARGET = {"MX": 1, "SRV": 3, "NS": 0, "CNAME": 0, "PTR": 0, "HTTPS": 1, "SVCB": 1, "DNAME": 0}
"""Which word of a value is a name."""
_MECHANISMS = ("a:", "mx:", "include:", "exists:", "ptr:", "redirect=")
_TYPES = {"_dmarc": ("TXT",), "_mta-sts": ("TXT",), "_domainkey": ("TXT",)}
_TERMS = 200
"""Words of one policy that are read: more is no policy (RFC 7208 s. 4.6.4 allows ten look-ups)."""


def led_to(zone: str, name: str, type: str, value: str) -> Iterator[str]:
    """Yield the names within a zone that a value leads to; in what stands beside it in the DNS, too.

    A name with mail has policies below it, a mail host may have its key below it (DANE, RFC 7672 s. 3.1.3).
    """
    for target in _targets(type, value):
        if inside(target, zone):
            yield target
            if type == "MX":
                yield f"_25._tcp.{target}"
    if type == "MX":
        yield from (f"{label}.{name}" for label in ("_dmarc", "_mta-sts"))


def types_of(name: str) -> tuple[str, ...]:
    """Return what a name is asked for, by what its labels say.

    >>> types_of("_25._tcp.mail.example.pl"), types_of("_dmarc.example.pl"), types_of("www.example.pl")[:2]
    (('TLSA',), ('TXT',), ('A', 'AAAA'))
    """
    first, _, rest = name.partition(".")
    second = rest.partition(".")[0]
    if second in ("_tcp", "_udp", "_tls"):
        return ("TLSA",) if first[1:].isdigit() else ("SRV", "TXT")
    return _TYPES.get(first) or _TYPES.get(second) or USUAL


def _targets(type: str, value: str) -> Iterator[str]:
    if type in _TARGET:
        words = value.split(" ", 4)
        place = _TARGET[type]
        if len(words) > place and words[place] != ".":
            yield words[place]
    elif type in ("TXT", "SPF") and value[:6].lower() == "v=spf1":
        for term in value.split(" ", _TERMS)[1:_TERMS]:
            word = term.lstrip("+-~?").lower()
            if begun := next((one for one in _MECHANISMS if word.startswith(one)), ""):
                name = word[len(begun) :].partition("/")[0].removesuffix(".")
                # A macro is a name only once there is a mail (RFC 7208 s. 7).
                if name and "%" not in name and "\\" not in name:
                    yield name
