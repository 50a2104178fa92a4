"""The customer of an offer as typed: name, NIP and address, each checked."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic_core import PydanticCustomError

from core.messages import FieldError, InputError, Message
from core.offer.company import MAX_NAME
from core.offer.nip import read_nip
from core.validation import error_message, one_line

FIELDS = ("customer_name", "customer_nip", "customer_address")
"""The texts that make a customer."""

MAX_ADDRESS_LINES = 5


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
    errors = []
    # A pasted name may bring line breaks along.
    name, nip = (one_line(texts.get(field, "")) for field in FIELDS[:2])
    address = tuple(filter(None, map(one_line, texts.get("customer_address", "").splitlines())))
    if not name:
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
