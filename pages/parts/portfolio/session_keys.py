"""Under which keys a session keeps what belongs to the simulations."""

BASE = "_subscriptions"
"""The base at hand: `subscriptions_state.Kept`."""
SCENARIOS = "_portfolio"
"""The texts of the scenarios, by slot."""
FORM = "_portfolio_form"
"""Which scenario and which section of it are open, and the address that they were last written to."""
PLAYED = "_portfolio_results"
"""What scenarios came to, with what that was worked out from."""
WITHOUT_OVERDUE = "_portfolio_without_overdue"
"""Whether those stay out whose term is over."""
PAID = "_portfolio_paid"
"""The base without them, with what it was made from."""
NOT_KEPT = "_kept_base_wrong"
"""Why the base could not be kept or removed, until that was told."""


def table(name: str) -> str:
    """Return the key of a table of the form that is edited in place."""
    return f"_portfolio_table_{name}"


def choice(name: str) -> str:
    """Return the key of what was chosen in a room, which holds in every room and language."""
    return f"_portfolio_{name}"
