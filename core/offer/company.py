"""Our company as it stands on every offer: the shape of data/company.toml, and every mistake one can make in it."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from core.ground.messages import FieldError, InputError, Message
from core.ground.text_limits import LINE
from core.ground.validation import mistake, read_toml
from core.offer.account import read_account
from core.offer.nip import read_nip

MAX_NAME = 200
"""Characters of the name of a company or a person."""

_EMAIL = re.compile(r"[^\s@<>]+@(?:[^\s@<>.]+\.)+[^\s@<>.]+")


def _nip(value: object) -> str:
    if not isinstance(value, str):
        raise mistake("error.text")
    return read_nip(value)


def _account(value: object) -> str:
    if not isinstance(value, str):
        raise mistake("error.text")
    return read_account(value)


def _email(value: object) -> str:
    if not isinstance(value, str):
        raise mistake("error.text")
    # Only a typing mistake is looked for: whether the address works, a mail to it tells.
    if len(value) > LINE or not _EMAIL.fullmatch(value):
        raise mistake("error.email")
    return value


Text = Annotated[str, Field(min_length=1, max_length=MAX_NAME)]
Nip = Annotated[str, BeforeValidator(_nip)]
Account = Annotated[str, BeforeValidator(_account)]
Email = Annotated[str, BeforeValidator(_email)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Contact(_Table):
    """Who answers for an offer; `role` by language code."""

    name: Text
    role: Mapping[Literal["pl", "en"], Text] = Field(default_factory=dict)
    phone: Text | None = None
    email: Email


class Payment(_Table):
    """How an accepted offer is paid: within `days` of its acceptance, to `account`; `text` by language code."""

    bank: Text | None = None
    account: Account
    days: Annotated[int, Field(strict=True, ge=1, le=365)]
    text: Mapping[Literal["pl", "en"], Text] = Field(default_factory=dict)


class Company(_Table):
    """The seller. `nip` is ten digits; an offer is valid for `offer_days`, the day it is made not counted."""

    samples: Annotated[bool, Field(strict=True)] = False
    name: Text
    address: Annotated[tuple[Text, ...], Field(min_length=1, max_length=5)]
    nip: Nip
    regon: Annotated[str, Field(pattern=r"^(\d{9}|\d{14})$")] | None = None
    krs: Annotated[str, Field(pattern=r"^\d{10}$")] | None = None
    email: Email
    phone: Text
    website: Text | None = None
    offer_days: Annotated[int, Field(strict=True, ge=1, le=365)]
    payment: Payment | None = None
    contacts: Annotated[tuple[Contact, ...], Field(min_length=1)]

    def contact(self, name: str) -> Contact:
        """Return the contact of a name; the first one where it is no contact's, or no longer."""
        return next((contact for contact in self.contacts if contact.name == name), self.contacts[0])


def parse_company(text: str) -> Company:
    """Return the company written in `text` (TOML); raises InputError with every mistake found."""
    company = read_toml(text, Company, "company")
    names = [contact.name for contact in company.contacts]
    # A contact is chosen by name.
    if repeated := [i for i, name in enumerate(names) if names.index(name) < i]:
        raise InputError(*(FieldError(f"contacts.{i}.name", names[i], Message("error.repeated")) for i in repeated))
    return company
