"""What SPF says of a move: lost, twice, broken, or about the old server still."""

from collections.abc import Sequence
from ipaddress import ip_address
from typing import NamedTuple

from core.cutover.finding import Finding
from core.cutover.judging.companies import companies, company
from core.cutover.judging.mail_sets import MailSets, Values, brief, is_mails_name, mx_hosts
from core.cutover.judging.spf import LOOKUPS, Spf, Term, is_spf, read_spf
from core.cutover.judging.spf_reach import Reach, reach, written
from core.cutover.judging.spf_sides import NewSide, OldSide, mail_addresses
from core.dns.names import is_address


def spf_findings(sets: MailSets) -> list[Finding]:
    """Return what is found of the SPF texts of all names, each name's for itself."""
    names = [name for name in sets.names("TXT") if not is_mails_name(name)]
    found = [finding for name in names for finding in _of_name(sets, name)]
    # RFC 7208 s. 3.1: nobody reads records of the type SPF any more.
    return found + [Finding("spf_type_lost", name) for name in sets.names("SPF") if sets.unequal(name, "SPF")]


class _Texts(NamedTuple):
    """The SPF texts of a name, and of both what is read where there is just one."""

    name: str
    old: Values
    new: Values
    before: Spf | None
    now: Spf


def _of_name(sets: MailSets, name: str) -> list[Finding]:
    old, new = tuple(filter(is_spf, sets.old_texts(name))), sets.new_texts(name)
    if new is None:
        return _not_agreed(sets, name, old)
    new = tuple(text for text in new if is_spf(text) and (old or not sets.is_of_wildcard(name, text)))
    if not new:
        return _gone(sets, name, old) if old else []
    if len(new) > 1:
        return [_fault("spf_twice", name, new, len(old) > 1)]
    texts = _Texts(name, old, new, read_spf(old[0]) if len(old) == 1 else None, read_spf(new[0]))
    if faults := _faults(texts):
        # A fault of before says nothing of the change.
        before = all(one.tag == "spf_faulty_before" for one in faults)
        return (before and _differs(sets, texts)) or faults
    servers = _servers(sets, texts)
    graver = [one for one in servers if one.tag != "spf_old_too"] + _lets_all(texts)
    return graver or _differs(sets, texts) or _where_none_was(sets, texts) or servers


def _not_agreed(sets: MailSets, name: str, old: Values) -> list[Finding]:
    """Return that it is gone or differs, where all that answered say so: more is not known."""
    if not old or not sets.unequal(name, "TXT"):
        return []
    new = tuple(filter(is_spf, sets.shown(name, "TXT")))
    if not new:
        return _gone(sets, name, old)
    one_each = len(old) == len(new) == 1
    same = one_each and _meaning(sets, read_spf(old[0]), name) == _meaning(sets, read_spf(new[0]), name)
    return [] if same or set(old) == set(new) else [_change("spf_differs", name, old, new)]


def _gone(sets: MailSets, name: str, old: Values) -> list[Finding]:
    alias = sets.new_alias(name)
    if alias and name == sets.old.name:
        return []  # An alias there hides all that the domain has: it is told once.
    # What stands where an alias leads is not believed; it may be SPF.
    return [_change("spf_differs", name, old, (f"CNAME {alias}",)) if alias else Finding("spf_lost", name, _text(old))]


def _text(texts: Sequence[str]) -> dict[str, object]:
    return {"text": brief(*texts)}


def _change(tag: str, name: str, old: Sequence[str], new: Sequence[str]) -> Finding:
    return Finding(tag, name, {"old": brief(*old), "new": brief(*new)})


def _fault(tag: str, name: str, texts: Sequence[str], before: bool, **values: object) -> Finding:
    """Return a fault; one that the old zone has as well is no reason to wait."""
    return Finding("spf_faulty_before" if before else tag, name, {**_text(texts), **values})


def _faults(texts: _Texts) -> list[Finding]:
    """Return what makes the text an error for whoever reads it."""
    before, now = texts.before or Spf(), texts.now
    if now.mistakes:
        word = brief(now.mistakes[0].word)
        return [_fault("spf_broken", texts.name, texts.new, bool(before.mistakes), word=word)]
    if now.lookups > LOOKUPS:
        again = before.lookups > LOOKUPS
        return [_fault("spf_lookups", texts.name, texts.new, again, lookups=now.lookups, most=LOOKUPS)]
    return []


def _lets_all(texts: _Texts) -> list[Finding]:
    if texts.now.all != "+":
        return []
    return [_fault("spf_lets_all", texts.name, texts.new, texts.before is not None and texts.before.all == "+")]


def _where_none_was(sets: MailSets, texts: _Texts) -> list[Finding]:
    """Return a text that a new panel made, and that shuts out whoever sends the domain's mail today.

    Mail of a company that takes it elsewhere leaves by hosts that only an include names; `mx` has those that take it.
    """
    hosts = mx_hosts(sets.new_values(texts.name, "MX") or ())
    letting = [term for term in texts.now.counting if term.qualifier == "+"]
    led = texts.now.redirect or any(term.mechanism in ("include", "exists", "ptr") for term in letting)
    if texts.old or not hosts or led or texts.now.all not in ("-", "~"):
        return []
    hosters = companies(sets.new_values(sets.old.name, "NS") or ())
    away = [host for host in hosts if not sets.in_zone(host) and company(host) not in hosters]
    if letting and not away:
        return []
    return [Finding("spf_new", texts.name, {**_text(texts.new), "hosts": brief(", ".join(away or hosts))})]


# --- the servers that send


def _servers(sets: MailSets, texts: _Texts) -> list[Finding]:
    """Return what the text says of the servers that mail leaves from: one finding a kind, the gravest kind alone."""
    sides = OldSide(sets), NewSide(sets)
    mail = mail_addresses(sides[0], texts.name) | mail_addresses(sides[1], texts.name)
    found: dict[str, list[tuple[str, str]]] = {}
    for old, new in sets.mapping.items():
        if is_address(old) and is_address(new) and old != new:
            before = reach(texts.before, texts.name, old, sides[0]) if texts.before else None
            now = reach(texts.now, texts.name, new, sides[1])
            names = old not in sets.mapping.values() and _names(texts.now, old, new)
            tag = _tag(before, now, names, _fresh(sets, texts, now), bool({old, new} & mail))
            if tag:
                found.setdefault(tag, []).append((old, new))
    for tag in ("spf_old_server", "spf_new_missing", "spf_include_only", "spf_old_too"):
        if pairs := found.get(tag):
            old, new = (", ".join(dict.fromkeys(each)) for each in zip(*pairs, strict=True))
            return [Finding(tag, texts.name, {**_text(texts.new), "old": brief(old), "new": brief(new)})]
    return []


def _tag(before: Reach | None, now: Reach, names: bool, fresh: bool, mail: bool) -> str:
    """Return what to tell of an old server and the new one in its place, "" for nothing.

    `before`, `now`: whether the old text lets the old one send, and the new text the new one; `names`: the new text has
    the old one by its address; `fresh`: it has terms that the old text had not, which may let the new one send: whoever
    wrote them knew of it. `mail`: they are the domain's mail servers. Where the old one needed no leave, the new one
    needs none: a company's mail goes out elsewhere.
    """
    if now.sends == "yes" or fresh:
        return "spf_old_too" if names else ""
    if names:
        return "spf_old_server"
    if before and before.sends == "yes":
        return "spf_new_missing"
    if not mail or (before and before.sends == "no"):
        return ""
    return "spf_include_only" if now.sends == "perhaps" else "spf_new_missing"


def _names(spf: Spf, old: str, new: str) -> bool:
    """Tell whether a text lets the old address send by an ip4 or ip6 that the new one is not in."""
    networks = [term.network for term in spf.counting if term.network and term.qualifier == "+"]
    return any(ip_address(old) in network and ip_address(new) not in network for network in networks)


def _fresh(sets: MailSets, texts: _Texts, now: Reach) -> bool:
    """Tell whether terms that may let a server send were not in the old text, or are the new company's own."""
    before = texts.before or Spf()
    known = {written(term).lower() for term in before.counting} | {f"redirect={before.redirect}".lower()}
    hosters = companies(sets.new_values(sets.old.name, "NS") or ()) - companies((sets.old.name,))
    return any(
        written(term).lower() not in known or _of_the_zone(sets, term, texts.name) or _belongs(term, hosters)
        for term in now.through
    )


def _belongs(term: Term, hosters: frozenset[str]) -> bool:
    return "%" not in term.value and company(term.value.lower().removesuffix(".")) in hosters


def _of_the_zone(sets: MailSets, term: Term, name: str) -> bool:
    return term.mechanism in ("a", "mx") and sets.in_zone(term.value.lower().removesuffix(".") or name)


# --- whether it says the same


def _differs(sets: MailSets, texts: _Texts) -> list[Finding]:
    if not texts.old or not sets.unequal(texts.name, "TXT"):
        return []
    if texts.before and _meaning(sets, texts.before, texts.name) == _meaning(sets, texts.now, texts.name):
        return []
    return [_change("spf_differs", texts.name, texts.old, texts.new)]


def _meaning(sets: MailSets, spf: Spf, name: str) -> object:
    """Return what a text says, however it is written, with the old addresses replaced by the new ones."""
    said = [_said(sets, term, name) for term in spf.counting]
    kept = tuple(dict.fromkeys(said))
    # Where all let through, the order says nothing.
    in_order = kept if any(term.qualifier != "+" for term in spf.counting[:-1]) else tuple(sorted(kept))
    return in_order, (spf.redirect or "").lower(), spf.mistakes


def _said(sets: MailSets, term: Term, name: str) -> tuple[str, ...]:
    value = str(term.network) if term.network else term.value.lower().removesuffix(".")
    if term.network and term.network.prefixlen == term.network.max_prefixlen:
        address = str(term.network.network_address)
        value = _single(sets.mapping.get(address, address))
    elif term.mechanism in ("a", "mx", "ptr"):
        value = value or name
    return term.qualifier, term.mechanism, value, str(term.four), str(term.six)


def _single(address: str) -> str:
    return f"{address}/{ip_address(address).max_prefixlen}" if is_address(address) else address
