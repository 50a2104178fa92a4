"""What names that nobody has are answered: a wildcard's records, or NODATA where NXDOMAIN would be."""

import secrets
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.cutover.asking.own_set import own, speaks
from core.cutover.known_names import USUAL
from core.cutover.zones import Held, SetKey
from core.dns.observation import Observation

TYPES = (*USUAL, "SRV", "TLSA")
"""What a random name is asked for."""
_LETTERS = 16


def random_label() -> str:
    """Return a label that no zone has by chance."""
    return "".join(secrets.choice(string.ascii_lowercase) for _ in range(_LETTERS))


@dataclass(frozen=True, slots=True)
class Wildcard:
    """What a random name is answered: its sets by type; `exists`: NOERROR, so that this does not show a name."""

    sets: Mapping[str, Held]
    exists: bool = False

    def gives(self, type: str, held: Held) -> bool:
        """Tell whether a set of a name is what any name has."""
        one = self.sets.get(type)
        return one is not None and one.values == held.values

    def shows_a_name(self, answers: Mapping[str, Mapping[SetKey, Held]]) -> bool:
        """Tell whether answers to a name by the type asked show that it exists of itself (RFC 4592 s. 2.2.1).

        They do where the name has other records than any other has, or none where any other has some.
        """
        for type, sets in answers.items():
            if any(not self.gives(kind, held) for (_, kind), held in sets.items()):
                return True
            if not sets and (type in self.sets or "CNAME" in self.sets):
                return True
        return False


def wildcard_of(zone: str, said: Iterable[Observation]) -> Wildcard:
    """Return what answers to a random name, type by type, come to."""
    answers = [o for o in said if speaks(zone, o)]
    sets = {type: held for o in answers for (name, type), held in own(zone, o).items() if name == o.question.name}
    exists = any(o.rcode == "NOERROR" for o in answers)
    return Wildcard(sets, exists or bool(sets))
