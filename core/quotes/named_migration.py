"""The migration that somebody names for a quote to belong to."""

from core.ground.messages import FieldError, InputError, Message
from core.ground.secrets import refuse_secrets
from core.migration.migration import Migration


def named(ref: str, found: Migration | None) -> int:
    """Return the id of the migration that was `found` for a ref; raises InputError where there is none of that name."""
    if found is None or found.id is None:
        # What is told of it repeats it.
        refuse_secrets("ref", ref)
        raise InputError(FieldError("ref", ref, Message("quotes.attach.unknown" if ref else "error.missing")))
    return found.id
