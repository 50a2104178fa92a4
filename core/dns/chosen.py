"""Resolvers that somebody adds to a check: a line each, an address and what to call it."""

from core.dns.asked import server_address
from core.dns.observation import Server
from core.ground.messages import FieldError, InputError, Message
from core.ground.text_limits import CELL, bounded, shortened
from core.ground.validation import one_line

MOST = 20
"""Resolvers that may be added."""
_LONGEST = 60


def read_added(text: str, *, private: bool) -> tuple[Server, ...]:
    """Return the resolvers written in `text`; raises InputError with every line that is wrong, by its number.

    `private`: whether an address that is not the world's may be asked.

    >>> [(server.address, server.operator) for server in read_added("9.9.9.9 Quad9, Zürich", private=False)]
    [('9.9.9.9', 'Quad9, Zürich')]
    """
    found: dict[str, Server] = {}
    wrong: list[FieldError] = []
    lines = bounded(text, "check.resolvers", CELL).splitlines()
    if len(lines) > 2 * MOST:
        raise InputError(FieldError("check.resolvers", "", Message("error.resolvers_many", {"max": MOST})))
    for number, line in enumerate(lines, start=1):
        address, _, operator = one_line(line).replace(";", " ").partition(" ")
        if not address:
            continue
        problem: Message | None = None
        try:
            address = server_address(address.removesuffix(","), "", private)
            problem = None if address else Message("error.resolver_line")
        except InputError as error:
            problem = error.errors[0].message
        if problem is None and len(found) >= MOST:
            problem = Message("error.resolvers_many", {"max": MOST})
        if problem:
            message = Message("error.in_line", {"line": number, "problem": problem})
            wrong.append(FieldError("check.resolvers", shortened(line), message))
        else:
            found[address] = Server("resolver", address, id=address, operator=operator.strip()[:_LONGEST])
    if wrong:
        raise InputError(*wrong)
    return tuple(found.values())
