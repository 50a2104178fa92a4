"""Whose a host is, by its name: what two hosts of one company have in common."""

from collections.abc import Iterable

_SECOND_LEVEL = frozenset(("ac", "biz", "co", "com", "edu", "gov", "info", "net", "org"))
"""What stands before a country's own end, so that a company's name is the third from the end."""


def company(host: str) -> str:
    """Return the domain that a company has its hosts in, as far as names tell; "" for none.

    >>> company("ns1.dns.hoster.pl"), company("mx.hoster.com.pl")
    ('hoster.pl', 'hoster.com.pl')
    """
    labels = host.split(".")
    third = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    return ".".join(labels[-3:] if third else labels[-2:])


def companies(hosts: Iterable[str]) -> frozenset[str]:
    """Return the companies of hosts."""
    return frozenset(map(company, hosts)) - {""}
