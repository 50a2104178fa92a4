"""What the two zones hold of the mail's records, as far as it is known: what all of the mail's law asks.

What the new servers do not agree upon, or did not answer, is None here: whoever compares tells that, nobody judges it;
where some did not answer and the others have nothing, or another set, this is still told.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.cutover.judging.comparison import is_mail
from core.cutover.judging.said import NewAnswers, Said
from core.cutover.judging.written import unescaped
from core.cutover.result import Compared
from core.cutover.zones import NewZone, OldZone, SetKey
from core.dns.observation import ADDRESSES

Values = tuple[str, ...]

_TELLING = ("CNAME", *ADDRESSES, "TXT", "MX")
"""Types whose answers tell that a name is an alias."""
_BRIEF = 200
"""Letters of a sentence's value; a key has four hundred, and the table of records shows it whole."""


@dataclass(frozen=True, slots=True)
class MailSets:
    """Both zones. `mapping`: old address -> new address.

    `hosts`: MX host -> its addresses as the new zone's or the world's servers give them, without those that nobody
    could look up.
    """

    old: OldZone
    answers: NewAnswers
    compared: Mapping[SetKey, Compared]
    mapping: Mapping[str, str]
    hosts: Mapping[str, Values]

    def in_zone(self, name: str) -> bool:
        """Tell whether a name is the zone's, or below it."""
        return name == self.old.name or name.endswith(f".{self.old.name}")

    def old_values(self, name: str, type: str) -> Values:
        """Return what the old zone holds there, () for nothing, or nothing that is known."""
        held = self.old.sets.get((name, type))
        return held.values if held else ()

    def new_values(self, name: str, type: str) -> Values | None:
        """Return what the new servers agree upon, () where they agree that there is none; None: not known."""
        found = self.compared.get((name, type))
        if found and (found.state == "unknown" or found.servers):
            return None
        # Of an alias on either side what was compared may be of another type.
        if self.answers.was_asked(name, type):
            return _agreed(self.answers.of(name, type).values())
        return found.new if found else None

    def new_alias(self, name: str) -> str | None:
        """Return where a name is an alias for, as any new server says."""
        told = ((type, one) for type in _TELLING for one in self.answers.of(name, type).values())
        own = (one.values for type, one in told if one.kind == ("set" if type == "CNAME" else "alias"))
        return next((values[0] for values in own if values), None)

    def shown(self, name: str, type: str) -> Values:
        """Return what was compared of the new zone, some server's where they do not agree."""
        found = self.compared.get((name, type))
        return tuple(map(unescaped, found.new)) if found else ()

    def disagreed(self, name: str, type: str) -> bool:
        """Tell whether new servers say different things: that is told of all sets alike, not by the mail's law."""
        found = self.compared.get((name, type))
        return found is not None and any(self.answers.speaks(server, name, type) for server in found.servers)

    def unequal(self, name: str, type: str) -> bool:
        """Tell whether the sets differ for certain, or the new one is gone, at all new servers that say anything."""
        found = self.compared.get((name, type))
        if found:
            return found.state in ("different", "only_old") and not self.disagreed(name, type)
        old, new = self.old_values(name, type), self.new_values(name, type)
        return bool(old) and new is not None and set(old) != set(new)

    def old_texts(self, name: str) -> Values:
        """Return the old zone's texts at a name, as whoever reads them does."""
        return tuple(map(unescaped, self.old_values(name, "TXT")))

    def new_texts(self, name: str) -> Values | None:
        """Return the new zone's, None where they are not known."""
        found = self.new_values(name, "TXT")
        return None if found is None else tuple(map(unescaped, found))

    def names(self, *types: str) -> Iterator[str]:
        """Yield the names where either zone has a set of these types, each once, those of the old zone first."""
        keys = dict.fromkeys((*self.old.sets, *self.compared, *self.answers.asked))
        yield from dict.fromkeys(name for name, type in keys if type in types)

    def is_of_wildcard(self, name: str, text: str) -> bool:
        """Tell whether the new zone's wildcard answers a text, at names too where the zone has none."""
        wild = self.answers.of_any("TXT").values()
        return not name.startswith("*.") and any(
            text in map(unescaped, one.values) for one in wild if one.kind == "set"
        )


def mail_sets(
    old: OldZone,
    new: NewZone,
    compared: Sequence[Compared],
    mapping: Mapping[str, str],
    hosts: Mapping[str, Values],
) -> MailSets:
    """Return both zones, to be asked."""
    return MailSets(old, NewAnswers(old.name, new), {(one.name, one.type): one for one in compared}, mapping, hosts)


def mx_hosts(values: Values) -> Values:
    """Return the hosts of MX values; none of the null MX (RFC 7505), whose host is the root.

    >>> mx_hosts(("0 .", "10 mail.example.pl"))
    ('mail.example.pl',)
    """
    hosts = (value.partition(" ")[2] for value in values)
    return tuple(host for host in hosts if host != ".")


def brief(*texts: str) -> str:
    """Return texts to be shown within a sentence: as they are, of what is long the beginning; "–" for none."""
    text = " | ".join(texts)
    return (text if len(text) <= _BRIEF else f"{text[:_BRIEF]}…") or "–"


def is_mails_name(name: str) -> bool:
    """Tell whether a name is the mail's, whatever text stands there."""
    return is_mail(name, "CNAME", ())


def _agreed(said: Iterable[Said]) -> Values | None:
    """Return the values that all servers give; what is behind an alias, or in a zone below, is not the name's own."""
    each = list(said)
    found = {tuple(sorted(one.values)) if one.kind == "set" else () for one in each}
    return found.pop() if len(found) == 1 and not any(one.kind == "unseen" for one in each) else None
