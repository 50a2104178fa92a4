"""What the calculator's address says beside the form: whom the next quote is for, and what it takes the place of."""

from core.quotes.saved import Saved, State

MIGRATION = "migration"
"""The parameter that names the migration (its ref) that the next quote belongs to."""

REPLACES = "replaces"
"""The parameter that names the quote (its number) that the next one takes the place of."""

SUBSCRIPTION = "subscription"
"""The parameter that names the subscription (its number in the base) that the quote is about."""


def renewal(saved: Saved) -> dict[str, str]:
    """Return the calculator's address in which a new version of a saved quote is made; of an accepted one, another."""
    texts = {name: text for name, text in saved.texts.items() if text}
    old = "" if saved.state == State.ACCEPTED else saved.number
    besides = {MIGRATION: saved.migration_ref, REPLACES: old, SUBSCRIPTION: saved.subscription}
    return texts | {name: text for name, text in besides.items() if text}
