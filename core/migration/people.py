"""Who works at the desk and what each of them may do: data/team.toml."""

from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.ground.mail_address import MailAddress
from core.ground.messages import FieldError, InputError, Message
from core.ground.validation import mistake, read_toml

NAME = "data/team.toml"

Role = Literal["manager", "support", "viewer"]
Deed = Literal["work", "force", "erase", "samples", "base"]

MAY: dict[Role, frozenset[Deed]] = {
    "manager": frozenset({"work", "force", "erase", "samples", "base"}),
    "support": frozenset({"work"}),
    "viewer": frozenset(),
}
"""What each role may do; looking is everybody's."""


PersonId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.-]*$", max_length=40)]
"""What events carry of a person."""


LanguageCode = Literal["pl", "en"]

WAYS = ("team", "webhook", "apprise")
"""Whom notices go to beside people (core.notices.recipients): nobody has such an id."""


class Person(BaseModel):
    """One of the team. `email`: where they are told what is watched, "" for nowhere; `language`: in which they are."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: PersonId
    name: Annotated[str, Field(min_length=1, max_length=80)]
    role: Role
    email: MailAddress = ""
    language: LanguageCode = "pl"


CONSOLE = Person(id="console", name="konsola (CLI)", role="support")
"""Who acts on the command line where nobody is named."""

WATCH = Person(id="watch", name="obserwacja (watch)", role="support")
"""Who ticks what the desk itself has seen in the DNS (`core.watch`); nobody acts in its name."""

_RESERVED = {CONSOLE.id: CONSOLE.name, WATCH.id: WATCH.name}
"""Names behind the ids that nobody of the team has."""


class Team(BaseModel):
    """data/team.toml. `samples`: whether the people are invented.

    `email`: an address that all of them read, "" for none; `language`: what is written there and to a webhook.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    samples: bool = False
    email: MailAddress = ""
    language: LanguageCode = "pl"
    people: Annotated[list[Person], Field(min_length=1)]

    @model_validator(mode="after")
    def _once(self) -> Self:
        for ids in ([person.id for person in self.people], [person.name.casefold() for person in self.people]):
            if repeated := sorted({id for id in ids if ids.count(id) > 1}):
                raise mistake("error.team_repeated", found=repeated[0])
        if reserved := next((person.id for person in self.people if person.id in _RESERVED), None):
            raise mistake("error.team_reserved", found=reserved)
        return self

    @model_validator(mode="after")
    def _no_way(self) -> Self:
        if found := [person.id for person in self.people if person.id.partition(".")[0] in WAYS]:
            raise mistake("error.team_way", found=found[0])
        return self

    def person(self, id: str) -> Person:
        """Return the person of an id; raises InputError where there is none."""
        for person in (*self.people, CONSOLE):
            if person.id == id:
                return person
        expected = ", ".join(person.id for person in self.people)
        raise InputError(FieldError("actor", id, Message("error.actor", {"expected": expected})))

    def name(self, id: str) -> str:
        """Return the name behind an id; the id itself where nobody here has it any more."""
        return next((person.name for person in self.people if person.id == id), id)

    def actor(self, id: str) -> str:
        """Return the name behind the id of whoever did something, who need not be of the team."""
        return _RESERVED.get(id) or self.name(id)


def parse_team(text: str) -> Team:
    """Return the team written in `text` (TOML); raises InputError with every mistake found."""
    return read_toml(text, Team, NAME)


_FULL = tuple((i, j) for letters in range(2, 9) for i in range(letters - 1, 0, -1) if (j := letters - i))
"""How many letters of the first and of the last name stand for somebody: as few as tell all of them apart."""


def initials(names: Iterable[str]) -> dict[str, str]:
    """Return the initials of these names: where they would be the same, with more letters, in the end with a number.

    >>> initials(["Anna Bobrowska", "Adam Borek", "Ola Sarna"])
    {'Anna Bobrowska': 'AnB', 'Adam Borek': 'AdB', 'Ola Sarna': 'OS'}
    """
    alike: dict[str, list[str]] = {}
    for name in dict.fromkeys(names):
        alike.setdefault(_initials(name, 1, 1), []).append(name)
    found: dict[str, str] = {}
    for short, same in alike.items():
        for i, j in _FULL:
            told = [_initials(name, i, j) for name in same]
            if len({*told}) == len(same) and not {*told} & {*found.values()}:
                break
        else:
            told = [f"{short}{n}" for n in range(1, len(same) + 1)]
        found |= zip(same, told, strict=True)
    return {name: found[name] for names in alike.values() for name in names}


def _initials(name: str, i: int, j: int) -> str:
    words = name.split() or [""]
    if len(words) == 1:
        return words[0][: i + j].capitalize()
    return words[0][:i].capitalize() + words[-1][:j].capitalize()


def require(person: Person, deed: Deed) -> None:
    """Raise InputError where somebody may not do something."""
    if deed not in MAY[person.role]:
        raise InputError(FieldError("actor", person.name, Message(f"error.may_not.{deed}")))
