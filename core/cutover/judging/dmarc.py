"""A DMARC text (RFC 9989, which took the place of RFC 7489 in May 2026): what it asks for, and what is wrong with it.

A receiver may know either of the two: what one of them takes for an error is told.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from core.cutover.judging.tag_list import read_tags

# RFC 9989 s. 4.8: "v" whatever its case, DMARC1 as it stands.
_RECORD = re.compile(r"[vV][ \t]*=[ \t]*DMARC1[ \t]*(?:;|\Z)")
_POLICIES = ("none", "quarantine", "reject")


class Policy(NamedTuple):
    """How strict a text is: for the domain, for names below it, for those that do not exist, for how much of a hundred.

    0: none, 1: quarantine, 2: reject; one less under test.
    """

    own: int
    below: int
    absent: int
    share: int

    def weaker_than(self, other: "Policy") -> bool:
        """Tell whether it is less strict in any of these.

        A share says something only where there is something to do.
        """
        return any(mine < its for mine, its in zip(self[:3], other[:3], strict=True)) or (
            self.share < other.share and any(other[:3])
        )


def is_dmarc(text: str) -> bool:
    """Tell whether a text is DMARC: its version first, in capitals (RFC 9989 s. 4.7).

    >>> is_dmarc("v=DMARC1; p=none"), is_dmarc("v=dmarc1; p=none"), is_dmarc("p=none; v=DMARC1")
    (True, False, False)
    """
    return _RECORD.match(text) is not None


def is_meant(text: str) -> bool:
    """Tell whether somebody meant a text to be DMARC."""
    return "dmarc1" in text.lower()


def policy(text: str) -> Policy:
    """Return how strict a text is: without a policy that is known it is as with "none" (RFC 9989 s. 4.7)."""
    said = read_tags(text).values
    own = _rank(said.get("p", ""), 0)
    below = _rank(said.get("sp", ""), own)
    ranks = (own, below, _rank(said.get("np", ""), below))
    # RFC 9989 s. 4.7: under test the next weaker one is asked for, and pct=0 was that before.
    test = said.get("t", "").lower() == "y" or said.get("pct") == "0"
    share = said.get("pct", "")
    own, below, absent = (max(0, rank - test) for rank in ranks)
    return Policy(own, below, absent, int(share) if re.fullmatch(r"[1-9][0-9]?", share) else 100)


def policy_word(text: str) -> str:
    """Return the policy as it is written, with those for names below it and the rest that weakens it."""
    said = read_tags(text).values
    return "; ".join(f"{name}={said[name]}" for name in ("p", "sp", "np", "t", "pct") if name in said)


def meaning(text: str) -> Mapping[str, str]:
    """Return what a text says, however it is written."""
    return {
        name.lower(): "".join(value.split()) for name, value in read_tags(text).values.items() if name.lower() != "v"
    }


def fault(text: str) -> tuple[str, str] | None:
    """Return the gravest fault of a DMARC text: the tag of its finding and the words where it is.

    >>> fault("v=DMARC1; rua=mailto:a@example.pl; p=none")
    ('dmarc_order', 'rua')
    """
    tags = read_tags(text)
    if tags.twice:
        return "dmarc_tag_twice", tags.twice[0]
    asked = tags.values.get("p")
    if asked is None or asked.lower() not in _POLICIES:
        return "dmarc_no_policy", f"p={asked or ''}"
    # RFC 7489 s. 6.4: the policy stands next to the version; RFC 9989 lets it stand anywhere.
    second = tags.tags[1].name
    return None if second == "p" else ("dmarc_order", second)


def _rank(word: str, otherwise: int) -> int:
    return _POLICIES.index(word.lower()) if word.lower() in _POLICIES else otherwise
