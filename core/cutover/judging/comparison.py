"""The old zone beside the new, set by set: what every name and type became."""

import re
from collections.abc import Iterable, Iterator, Mapping

from core.cutover.judging.alias_sides import Sides
from core.cutover.judging.moved import moved
from core.cutover.judging.said import NONE, NewAnswers, Said
from core.cutover.result import Compared, State
from core.cutover.zones import NewZone, OldZone, SetKey
from core.dns.judging.aliases import inside, is_below
from core.dns.observation import ADDRESSES
from core.zonefile.leftovers import is_leftover
from core.zonefile.record import Record

_MAIL_NAME = re.compile(r"(?:.*\.)?(?:_dmarc|_domainkey|_mta-sts|_smtp\._tls|_bimi)(?:\..*)?", re.DOTALL)
# RFC 7208 s. 4.5: the version ends at a blank or with the record.
_SPF = re.compile(r"v=spf1(?: .*)?", re.IGNORECASE | re.DOTALL)

_NOT_COMPARED = frozenset(
    ("SOA", "RRSIG", "SIG", "NSEC", "NXT", "NSEC3", "NSEC3PARAM", "DNSKEY", "CDS", "CDNSKEY", "CSYNC", "ZONEMD")
)
"""What a server makes for itself; keys and signatures are judged with the delegation."""
_OF_ABOVE = frozenset(("NS", "DS"))
"""Of the apex they are the delegation's matter; below it they delegate a zone below."""

_STANDING = ("set", "alias")
_RANK: dict[State, int] = {"moved": 0, "same": 1, "only_new": 2, "unknown": 3, "different": 4, "only_old": 5}


def is_mail(name: str, type: str, values: Iterable[str]) -> bool:
    """Tell whether a set is the mail's, by its name, or has a record that is: the mail's law judges that.

    MX; SPF texts at any name; whatever text or alias stands at a name of DMARC, DKIM, MTA-STS, TLSRPT or BIMI. A text
    set may have others beside: those are `beside_mail`. `values` as `core.dns.values` writes them; none of them (a set
    that is gone) leaves name and type to say.
    """
    if type in ("MX", "SPF"):
        return True
    if type in ("TXT", "CNAME") and _MAIL_NAME.fullmatch(name):
        return True
    return type == "TXT" and any(map(_SPF.fullmatch, values))


def beside_mail(name: str, type: str, values: Iterable[str]) -> tuple[str, ...]:
    """Return the values of a set that are not the mail's, in order: beside an SPF text a proof of ownership may stand.

    >>> beside_mail("firma.pl", "TXT", ["google-site-verification=1", "v=spf1 -all"])
    ('google-site-verification=1',)
    """
    return tuple(value for value in values if not is_mail(name, type, (value,)))


def compare(old: OldZone, new: NewZone, mapping: Mapping[str, str]) -> tuple[Compared, ...]:
    """Return what every name and type became, in the order of the names in the DNS; `mapping`: old -> new address.

    The state is the worst that any new server makes it: "unknown" where one could not be asked and no other is wrong.
    `servers` are those that say otherwise than the best of them; `new` is what makes the state. Where one side has an
    alias (CNAME) and the other addresses, or another alias, that is one record of type CNAME: "moved" or "same" where
    both are proved, within the zone, to lead where they shall, else "different". Of the old zone's types an unknown
    new answer is told, of others' nothing is. Proofs for certificates' issuers, SOA, NS and DS of the apex, and what
    belongs to signatures are left out.
    """
    answers = NewAnswers(old.name, new)
    sides = Sides(old, answers, mapping)
    cuts = _cuts(old)
    told = _old_sets(old, cuts)
    covered = {name: sides.types(name) for name in sides.names(told)}
    found = [one for name in covered if (one := _alias(sides, name, answers))]
    for (name, type), values in told.items():
        if type in covered.get(name, ()):
            continue
        said = {server: _without_leftovers(name, type, s) for server, s in answers.of(name, type).items()}
        glue = type in ADDRESSES and _over(cuts, name)
        states = {server: _state(type, values, s, mapping, glue=bool(glue)) for server, s in said.items()}
        if type == "MX":
            states |= {server: "moved" for server, s in said.items() if _mail_moved(sides, server, values, s, states)}
        found.append(_combined((name, type), values, said, states))
    found += _only_new(old, answers, told, covered)
    return tuple(sorted(found, key=lambda one: (one.name.split(".")[::-1], one.type)))


def _cuts(old: OldZone) -> Mapping[str, tuple[str, ...]]:
    """Return the zones below that the old zone delegates, with their name servers."""
    return {name: held.values for (name, type), held in old.sets.items() if type == "NS" and is_below(name, old.name)}


def _over(cuts: Mapping[str, tuple[str, ...]], name: str) -> list[tuple[str, ...]]:
    """Return the name servers of the zones below that a name is in."""
    if not cuts:
        return []
    labels = name.split(".")
    above = (".".join(labels[at:]) for at in range(len(labels)))
    return [cuts[one] for one in above if one in cuts]


def _old_sets(old: OldZone, cuts: Mapping[str, tuple[str, ...]]) -> dict[SetKey, tuple[str, ...]]:
    """Return the sets that count, without what is left over."""
    found: dict[SetKey, tuple[str, ...]] = {}
    for (name, type), held in old.sets.items():
        own = _counts(old.name, name, type) and _is_own(cuts, name, type)
        values = tuple(value for value in held.values if not _is_left(name, type, value))
        if own and values and not _of_wildcard(old, type, values):
            found[name, type] = values
    return found


def _counts(zone: str, name: str, type: str) -> bool:
    if type in _NOT_COMPARED or not inside(name, zone):
        return False
    return name != zone or type not in _OF_ABOVE


def _is_own(cuts: Mapping[str, tuple[str, ...]], name: str, type: str) -> bool:
    """Tell whether a set is the zone's own, or glue: what else is at or below a cut is the zone's below."""
    over = _over(cuts, name)
    if not over or (type in _OF_ABOVE and name in cuts and len(over) == 1):
        return True
    return type in ADDRESSES and any(name in servers for servers in over)


def _of_wildcard(old: OldZone, type: str, values: tuple[str, ...]) -> bool:
    # Of a name that was only asked for, the answer of a wildcard is no record.
    any_name = None if old.complete else old.wildcard.get(type)
    return any_name is not None and set(any_name.values) == set(values)


def _is_left(name: str, type: str, value: str) -> bool:
    # In a zone file the target of an alias ends with a dot.
    return is_leftover(Record(f"{name}.", None, type, f"{value}." if type == "CNAME" else value))


def _without_leftovers(name: str, type: str, said: Said) -> Said:
    if said.kind != "set":
        return said
    values = tuple(value for value in said.values if not _is_left(name, type, value))
    return said._replace(values=values) if values else NONE


def _state(type: str, old: tuple[str, ...], said: Said, mapping: Mapping[str, str], *, glue: bool) -> State:
    """Return what one server makes of a set of the old zone."""
    if said.kind == "set":
        if set(said.values) == set(old):
            return "same"
        return "moved" if moved(type, old, mapping) == set(said.values) else "different"
    if said.kind == "unseen":
        return "unknown"
    # Where glue is asked for, a referral without it says that there is none; else it leads to another zone.
    return "different" if said.kind == "below" and not glue else "only_old"


def _mail_moved(sides: Sides, server: str, old: tuple[str, ...], said: Said, states: Mapping[str, State]) -> bool:
    return said.kind == "set" and states[server] == "different" and sides.mail_moved(server, old, said.values)


def _combined(key: SetKey, old: tuple[str, ...], said: Mapping[str, Said], states: Mapping[str, State]) -> Compared:
    """Return what all servers together make of a set."""
    if not states:
        return Compared(*key, "unknown", old, ())
    groups: dict[tuple[State, object], list[str]] = {}
    for server, state in states.items():
        groups.setdefault((state, said[server].content), []).append(server)
    ranked = sorted(groups.items(), key=lambda group: (_RANK[group[0][0]], -len(group[1])))
    # Of those that are unknown nothing can be shown, and nobody says otherwise than they.
    best = next((servers for (state, _), servers in ranked if state != "unknown"), ranked[0][1])
    (state, _), worst = ranked[-1]
    shown = said[best[0] if state == "unknown" else worst[0]]
    others = tuple(server for server in states if server not in best)
    return Compared(*key, state, old, () if state == "only_old" else shown.values, others)


def _alias(sides: Sides, name: str, answers: NewAnswers) -> Compared | None:
    """Return what became of a name that one side has an alias for."""
    old = sides.old(name)
    said = {server: sides.new(server, name) for server in answers.servers}
    states = {server: sides.state(server, name, s) for server, s in said.items()}
    return _combined((name, "CNAME"), old, said, states) if old else None


def _only_new(
    old: OldZone, answers: NewAnswers, told: Mapping[SetKey, object], covered: Mapping[str, Iterable[str]]
) -> Iterator[Compared]:
    """Yield what only the new servers have, by name itself and not by a wildcard."""
    aliases: set[str] = set()
    for name, type in answers.asked:
        passed = (name, type) in told or type in covered.get(name, ()) or not _counts(old.name, name, type)
        # What is in the old zone and does not count there, does not count here.
        if passed or (name, type) in old.sets:
            continue
        said = {server: _without_leftovers(name, type, s) for server, s in answers.of(name, type).items()}
        said = {server: s if s.kind in _STANDING else NONE for server, s in said.items() if s.kind != "unseen"}
        by_wildcard = answers.of_any(type)
        if not any(s.values and s.content != by_wildcard[server].content for server, s in said.items()):
            continue
        kind = "CNAME" if any(s.kind == "alias" for s in said.values()) else type
        if kind == "CNAME" and (name in aliases or name in covered):
            continue
        aliases |= {name} if kind == "CNAME" else set()
        yield _one_only_new((name, kind), said)


def _one_only_new(key: SetKey, said: Mapping[str, Said]) -> Compared:
    having = {server: s for server, s in said.items() if s.values}
    contents: dict[object, list[str]] = {}
    for server, s in said.items():
        contents.setdefault(s.content, []).append(server)
    most = max(contents.values(), key=len)
    others = tuple(server for server in said if server not in most)
    return Compared(*key, "only_new", (), next(iter(having.values())).values, others)
