"""What the session keeps while a person's data is looked for, key by key; all of it goes with the erasure."""

TYPED = "_forget_typed"
"""What was typed, by what the page was opened for."""

SEEN = "_forget_seen"
"""What was asked, what was found, and which copies hold it."""

CHANGED = "_forget_changed"
"""Why nothing was erased: somebody was quicker."""

ROUND = "_forget_round"
"""How often something was erased: fields begin anew after it."""

DONE = "_forget_done"
"""What was erased, in messages."""
