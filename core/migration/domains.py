"""A domain and its `www`: one domain, whichever of both somebody says."""

from collections.abc import Collection, Iterable
from functools import cache

from publicsuffixlist import PublicSuffixList

from core.dns.names import Name


def without_www(name: Name) -> Name:
    """Return the domain of which a name is the `www`; any other name, and that of a public suffix, as it is.

    >>> without_www(Name("www.alfa.pl", "www.alfa.pl")).ascii, without_www(Name("www.com.pl", "www.com.pl")).ascii
    ('alfa.pl', 'www.com.pl')
    """
    bare = name.ascii.removeprefix("www.")
    if bare == name.ascii or _suffixes().is_public(bare):
        return name
    return Name(bare, name.display.removeprefix("www."))


def twins(name: str) -> tuple[str, str]:
    """Return the two names (ASCII) under which a domain may stand: itself and its `www`.

    >>> twins("www.alfa.pl"), twins("alfa.pl")
    (('alfa.pl', 'www.alfa.pl'), ('alfa.pl', 'www.alfa.pl'))
    """
    own = without_www(Name(name, name)).ascii
    return own, f"www.{own}"


def as_it_stands(names: Iterable[Name], there: Collection[str]) -> tuple[Name, ...]:
    """Return names, those of which only the other twin is among the domains that there are as that, each once."""
    found: dict[str, Name] = {}
    for name in names:
        own = without_www(name)
        pair = (name, own, Name(f"www.{own.ascii}", f"www.{own.display}"))
        found.setdefault(own.ascii, next((one for one in pair if one.ascii in there), name))
    return tuple(found.values())


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
