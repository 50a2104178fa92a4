"""What is known of a client, as somebody would write it who asks to be forgotten: a line each."""

from collections.abc import Iterable

from core.forgetting.asked import MOST
from core.ground.words import fold
from core.migration.migration import Migration
from core.quotes.saved import Saved


def of_migration(m: Migration) -> str:
    """Return the client of a migration, their domains, and their telephone where it is nobody else's.

    A contact of another name did not ask, and may be that of other clients too.
    """
    own = fold(m.contact_name) in ("", fold(m.client))
    return _lines((m.client, m.contact_phone if own else "", *(d.display for d in m.active)))


def of_quote(saved: Saved) -> str:
    """Return the customer of a quote with their NIP and subscription."""
    return _lines((saved.customer.name, saved.customer.nip, saved.subscription))


def _lines(texts: Iterable[str]) -> str:
    return "\n".join([*dict.fromkeys(text for text in texts if text)][:MOST])
