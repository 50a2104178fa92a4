"""What was found of a person: where, what stands there, and whether it surely is theirs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal

from core.ground.messages import Message
from core.migration.act import Act

Where = Literal["migration", "quote", "base", "watch", "import"]
"""The places, as `core.forgetting.places` looks through them."""

_NAMES = ("client", "customer_name")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What stands somewhere: the id of a field of ours, the header of a column that an import kept, and the text."""

    field: str
    text: str
    header: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What can go: a record with all that is of it (`whole`), or one text in somebody else's, which is blanked.

    `name`: its ref or number. `along`: numbers of quotes that go with a migration. `sure`: of what only resembles the
    person nothing goes unless somebody says so. `state`: another one where somebody has changed the record since.
    """

    where: Where
    id: int
    name: str
    whole: bool
    sure: bool
    evidence: tuple[Evidence, ...]
    along: tuple[str, ...] = ()
    state: tuple[Any, ...] = ()

    @property
    def key(self) -> str:
        """What tells it from all others that were found."""
        if self.whole:
            return f"{self.where}:{self.id}"
        return f"{self.where}:{self.id}:{digest(self.evidence)}"


@dataclass(frozen=True, slots=True)
class Look:
    """What was found in one state of the database; `stays`: records of erasures whose reason has it, which stay."""

    epoch: str
    found: tuple[Found, ...]
    stays: tuple[str, ...] = ()

    @property
    def sure(self) -> frozenset[str]:
        """The keys of what surely is of the person."""
        return frozenset(one.key for one in self.found if one.sure)

    @property
    def told_of_records(self) -> Message | None:
        """What to tell of records of erasures that stay."""
        return Message("forget.stays", {"numbers": ", ".join(self.stays)}) if self.stays else None

    def own(self, chosen: Collection[str]) -> frozenset[str]:
        """Return the names under which records that were chosen stood: backups may hold them under those alone."""
        whole = (one for one in self.found if one.whole and one.key in chosen)
        return frozenset(said.text for one in whole for said in one.evidence if said.field in _NAMES)

    @property
    def digest(self) -> str:
        """What is another one where anything that was found is."""
        return digest((self.epoch, self.found))


@dataclass(frozen=True, slots=True)
class Order:
    """An erasure, as the places carry it out: who and when, and why."""

    act: Act
    reason: str
    found: Sequence[Found]


def digest(of: object) -> str:
    """Return a few letters that are others for anything else."""
    return sha256(repr(of).encode("utf-8", "surrogatepass")).hexdigest()[:12]
