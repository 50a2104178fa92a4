"""Names that one side has an alias (CNAME) for, where the other has addresses or another alias.

What is behind an alias is known only within the zone: there both sides can be followed, and be proved to lead where
they shall. Beyond it nothing is proved.
"""

from collections.abc import Collection, Iterator, Mapping

from core.cutover.judging.moved import moved
from core.cutover.judging.mx_moved import mx_moved
from core.cutover.judging.said import UNSEEN, NewAnswers, Said, in_place
from core.cutover.result import State
from core.cutover.zones import OldZone, SetKey
from core.dns.judging.aliases import LONGEST
from core.dns.observation import ADDRESSES

_ALIAS = "CNAME"


class Sides:
    """Both sides of names, with what is mapped."""

    def __init__(self, old: OldZone, answers: NewAnswers, mapping: Mapping[str, str]) -> None:
        self._old = old
        self._answers = answers
        self._mapping = mapping

    def names(self, told: Collection[SetKey]) -> Iterator[str]:
        """Yield the names among the old zone's sets that either side has an alias for."""
        for name in dict.fromkeys(name for name, _ in told):
            here = any((name, type) in told for type in self.types(name))
            if here and (self._has_alias(name) or self._new_alias(name)):
                yield name

    def types(self, name: str) -> tuple[str, ...]:
        """Return the types of a name that are one question here."""
        return in_place(name, _ALIAS)

    def old(self, name: str) -> tuple[str, ...]:
        """Return what the old zone has: the alias's target, or the records that the new one has an alias for."""
        if alias := self._old.sets.get((name, _ALIAS)):
            return alias.values
        held = (self._old.sets.get((name, type)) for type in self.types(name))
        return tuple(value for one in held if one for value in one.values)

    def new(self, server: str, name: str) -> Said:
        """Return what a server has there: an alias, or the records in its place."""
        said = {type: self._answers.of(name, type)[server] for type in self.types(name)}
        own = [s for s in said.values() if s.kind == "alias"]
        own += [said[_ALIAS]] if said[_ALIAS].kind == "set" else []
        if own:
            return Said("alias", own[0].values, own[0].ttl)
        asked = [s for type, s in said.items() if self._answers.was_asked(name, type)]
        if not asked or any(s.kind == "unseen" for s in asked):
            return UNSEEN
        sets = [s for s in asked if s.kind == "set"]
        if not sets and not any(s.denied or s.kind == "below" for s in asked):
            # It is there without an alias: nobody keeps what it has by a wildcard.
            by_wildcard = (self._answers.of_any(type)[server] for type in ADDRESSES)
            sets = [s for s in by_wildcard if s.kind == "set"]
        if sets:
            values = tuple(value for s in sets for value in s.values)
            return Said("set", values, max(s.ttl or 0 for s in sets))
        return next((s for s in asked if s.kind == "below"), asked[0])

    def state(self, server: str, name: str, said: Said) -> State:
        """Return what a server makes of a name, by what it has there (`new`)."""
        if said.kind == "unseen":
            return "unknown"
        if said.kind == "none":
            return "only_old"
        if said.kind == "alias" and self._has_alias(name) and set(said.values) == set(self.old(name)):
            return "same"
        return self._proved(server, name) or "different"

    def mail_moved(self, server: str, old: tuple[str, ...], new: tuple[str, ...]) -> bool:
        """Tell whether a server's MX lead to the addresses where the old ones shall be, under other names."""

        def wanted(host: str) -> frozenset[str]:
            before = [(type, self._old_addresses(host, type)[1] or ()) for type in ADDRESSES]
            return frozenset(one for type, some in before for one in moved(type, some, self._mapping))

        def now(host: str) -> frozenset[str]:
            return frozenset(one for type in ADDRESSES for one in self._new_addresses(server, host, type))

        return mx_moved(old, new, wanted, now)

    def _has_alias(self, name: str) -> bool:
        return (name, _ALIAS) in self._old.sets

    def _new_alias(self, name: str) -> bool:
        said = (s for type in self.types(name) for s in self._answers.of(name, type).values())
        return any(s.kind == "alias" for s in said) or any(
            s.kind == "set" for s in self._answers.of(name, _ALIAS).values()
        )

    def _proved(self, server: str, name: str) -> State | None:
        """Return "moved" or "same" where both sides lead, within the zone, to the same addresses as mapped."""
        state: State | None = None
        for type in ADDRESSES:
            end, before = self._old_addresses(name, type)
            if before is None:
                return None
            if not before:
                continue
            now = self._new_addresses(server, name, type)
            if not now and self._answers.of(name, _ALIAS)[server].kind == "none":
                now = self._answers.of_any(type)[server].values
            if (
                not now
                and type == "AAAA"
                and state
                and self._answers.of(end, type)[server].kind == "none"
                and end != name
            ):
                # That the target lost its IPv6 is told there.
                continue
            if not now or moved(type, before, self._mapping) != set(now):
                return None
            state = "moved" if state == "moved" or set(before) != set(now) else "same"
        return state

    def _old_addresses(self, name: str, type: str) -> tuple[str, tuple[str, ...] | None]:
        """Return the end of the old zone's aliases and its addresses; None where that is beyond what is known of it."""
        for _ in range(LONGEST):
            if alias := self._old.sets.get((name, _ALIAS)):
                name = alias.values[0] if alias.values else ""
                continue
            if held := self._old.sets.get((name, type)):
                return name, held.values
            return name, () if any((name, other) in self._old.sets for other in ADDRESSES) else None
        return name, None

    def _new_addresses(self, server: str, name: str, type: str) -> tuple[str, ...]:
        for _ in range(LONGEST):
            said = [self._answers.of(name, kind)[server] for kind in (type, _ALIAS)]
            if said[0].kind == "set":
                return said[0].values
            alias = said[0] if said[0].kind == "alias" else said[1]
            if alias.kind not in ("alias", "set") or not alias.values:
                return ()
            name = alias.values[0]
        return ()
