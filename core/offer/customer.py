"""The customer of an offer as typed: name, NIP and address, each checked."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic_core import PydanticCustomError

from core.ground.messages import FieldError, InputError, Message
from core.ground.text_limits import CELL, LINE, bounded
from core.ground.validation import error_message, one_line
from core.offer.company import MAX_NAME
from core.offer.nip import read_nip

FIELDS = ("customer_name", "customer_nip", "customer_address")
"""The texts that make a customer."""

MAX_ADDRESS_LINES = 5
MAX_ADDRESS = MAX_ADDRESS_LINES * MAX_NAME


@dataclass(frozen=True, slots=True)
class Customer:
    """Whom an offer is for; `nip` is ten digits, empty where there is none."""

    name: str
    nip: str = ""
    address: tuple[str, ...] = ()


def parse_customer(texts: Mapping[str, str]) -> Customer:
    """Return the customer typed into the fields `FIELDS`; raises InputError with every field that does not read.

    Only the name is required. The address may have several lines.
    """
    errors: list[FieldError] = []
    given: dict[str, str] = {}
    for field, longest, told in zip(FIELDS, (LINE, LINE, CELL), (MAX_NAME, 0, MAX_ADDRESS), strict=True):
        try:
            given[field] = bounded(texts.get(field, ""), field, longest, told=told)
        except InputError as error:
            errors += error.errors
    # A pasted name may bring line breaks along.
    name, nip = (one_line(given.get(field, "")) for field in FIELDS[:2])
    address = tuple(filter(None, map(one_line, given.get("customer_address", "").splitlines())))
    if not name and "customer_name" in given:
        errors.append(FieldError("customer_name", "", Message("error.customer_name")))
    if len(name) > MAX_NAME:
        errors.append(FieldError("customer_name", name, Message("error.too_long", {"max_length": MAX_NAME})))
    if nip:
        try:
            nip = read_nip(nip)
        except PydanticCustomError as error:
            errors.append(FieldError("customer_nip", nip, error_message(error)))
    if len(address) > MAX_ADDRESS_LINES or any(len(line) > MAX_NAME for line in address):
        limits = {"lines": MAX_ADDRESS_LINES, "max_length": MAX_NAME}
        errors.append(FieldError("customer_address", ", ".join(address), Message("error.too_many_lines", limits)))
    if errors:
        raise InputError(*errors)
    return Customer(name, nip, address)
