"""What an answer to RCPT TO means for a mailbox: pure, from the reply as it was said.

Codes: RFC 5321 s. 4.2.3; the three numbers after them: RFC 3463. A reply is only "missing" where it speaks of the
mailbox itself. Blocklists, policies, limits and relaying are refusals too, and say nothing of it.

>>> meaning("anna@firma.example", "550 5.1.1 <anna@firma.example>: Recipient address rejected: User unknown")
'missing'
>>> meaning("anna@firma.example", "550 relay not permitted")
'not_served'
"""

import re
from typing import Literal

Meaning = Literal["known", "missing", "not_served", "cannot_tell", "again", "limit"]
"""Known; missing; the domain is not this server's; nothing is said; ask once more later; ask on a new connection."""

_REPLY = re.compile(r"(?P<code>[2-5]\d\d)[ -]?(?:(?P<enhanced>[245]\.\d{1,3}\.\d{1,3})(?!\d))?(?P<words>.*)")

# Full (RFC 3463 s. 3.3): the box is there.
_FULL = re.compile(r"[45]\.2\.2")
# Too many recipients (s. 3.6), a bounce to more than one among them.
_LIMIT = re.compile(r"[45]\.5\.3")
# Exim's own words, cPanel's and Postfix's (reject_multi_recipient_bounce): the connection has had its share.
_LIMIT_WORDS = re.compile(r"\btoo many\b|\bmulti-recipient\b|\b(?:only )?one recipient\b", re.IGNORECASE)
_NO_SUCH_BOX = re.compile(r"[45]\.1\.(?:1|10)")
# Not of the mailbox: its system, the way to it, the protocol, the content, policy (s. 3.4 to 3.8); of s. 3.2 the
# domain, the spelling and the sender.
_NOT_OF_THE_BOX = re.compile(r"5\.(?:[3467]\.\d+|5\.[1-9]\d*|1\.[23789])")
# Postfix, Exim, cPanel ("is currently not permitted to relay"), Sendmail, Exchange, qmail.
_RELAY = re.compile(
    r"\brelay (?:access )?(?:denied|not permitted|not allowed|prohibited)\b"
    r"|\brelaying (?:denied|not|is not|prohibited)\b|\bto relay\b|\brcpthosts\b|\bnot relay\b",
    re.IGNORECASE,
)
_POLICY = re.compile(r"\b(?:spamhaus|blacklist(?:ed)?|blocklist(?:ed)?|blocked using|sender verify)\b", re.IGNORECASE)
# Recipient address verification (Postfix): what a server behind this one said.
_BEHIND = re.compile(r"\bsaid: (?P<inner>5\d\d[ -].*)")


def meaning(address: str, said: str) -> Meaning:
    """Return what a reply ("550 5.1.1 ...") to an address means; the address in it counts as no word of it."""
    found = _REPLY.fullmatch(said.replace(f"<{address}>", "<>").replace(address, ""))
    if not found:
        return "cannot_tell"
    code, enhanced, words = int(found["code"]), found["enhanced"] or "", found["words"]
    if enhanced and code != 421 and (code < 400) != enhanced.startswith("2"):
        return "cannot_tell"  # It says yes and no.
    # 252 is no answer: it cannot be verified (RFC 5321 s. 3.5.3).
    if code < 400:
        return "known" if code in (250, 251) else "cannot_tell"
    if code != 421 and (_FULL.fullmatch(enhanced) or (code == 552 and not enhanced)):
        return "known"
    if code == 421 or _LIMIT.fullmatch(enhanced) or _LIMIT_WORDS.search(words):
        return "limit"
    if _RELAY.search(words):
        return "not_served"
    return _later(words) if code < 500 else _refused(code, enhanced, words)


def _later(words: str) -> Meaning:
    behind = _BEHIND.search(words)
    inner = _REPLY.fullmatch(behind["inner"]) if behind else None
    if inner and _refused(int(inner["code"]), inner["enhanced"] or "", inner["words"]) == "missing":
        return "missing"
    return "again"


def _refused(code: int, enhanced: str, words: str) -> Meaning:
    if _NO_SUCH_BOX.fullmatch(enhanced):
        return "missing"
    if _RELAY.search(words):
        return "not_served"
    # 501 and 553 may be about how we wrote it, 554 about anything.
    if code not in (550, 551) or _NOT_OF_THE_BOX.fullmatch(enhanced) or _POLICY.search(words):
        return "cannot_tell"
    return "missing"
