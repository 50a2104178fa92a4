"""By which marks a zone file tells whose export it is."""

import re
from typing import cast

from core.zonefile.record import Dialect

_MARKS = (
    # Cloudflare: a head of ";;" lines, the proxy's state behind each record.
    ("cloudflare", ("Domain:", "cf_tags"), r"^;;[ \t]*Domain:|\bcf_tags=cf-proxied:"),
    ("cpanel", ("cPanel first:", "Cpanel::"), r"^;[ \t]*cPanel first:|Cpanel::ZoneFile::VERSION"),
    ("godaddy", ("(y-m-d", "GoDaddy"), r"^;[ \t]*Exported \(y-m-d hh:mm:ss\)|^;[ \t]*Hosted by GoDaddy"),
    # cli53 of Route 53: an alias is a line of class AWS, a routing policy stands in a comment.
    ("cli53", ("AWS",), r"[ \t]AWS[ \t]+ALIAS[ \t]|;[ \t]*AWS[ \t]+routing="),
    (
        "dig",
        ("DiG", "XFR size", "Query time", "ANSWER SECTION", "Got answer"),
        r"^;[ \t]*<<>>[ \t]*DiG\b|^;; (?:XFR size|Query time|ANSWER SECTION|Got answer)",
    ),
    ("hetzner", ("Exported", "hydrogen."), r"^;;[ \t]*Exported (?:on|by)[ \t]|\bSOA[ \t]+hydrogen\.ns\.hetzner\.com\."),
    ("ovh", (".ovh.",), r"\bSOA[ \t]+(?:dns|ns|sdns)[0-9]*\.ovh\.(?:net|ca)\."),
)
"""Dialects and their marks, in the order in which they are asked: a transfer by dig shows the old hoster's SOA too.

Before a pattern come words of which each text with that mark has one: looking for them takes a hundredth of the time.
"""
_PATTERNS = tuple((dialect, words, re.compile(pattern, re.MULTILINE)) for dialect, words, pattern in _MARKS)


def provider(text: str) -> Dialect:
    """Return whose zone file a text is, "master" where it has nobody's marks.

    >>> provider(";; Domain:     alfa.example.")
    'cloudflare'
    """
    found = (
        dialect for dialect, words, pattern in _PATTERNS if any(word in text for word in words) and pattern.search(text)
    )
    return cast(Dialect, next(found, "master"))
