"""What the session keeps of saved quotes, key by key."""

MORE = "_quotes_more"
"""How often more quotes of the list were asked for."""

SEEN = "_quote_seen"
"""The quote as it is drawn: what is done next, is done to that state of it."""

TROUBLE = "_quote_trouble"
"""Why the last click did nothing."""

FOR = "_saving_for"
"""What the next quote belongs to, by parameter of the calculator's address."""

COME = "_saving_come"
"""The visit, and what the form was opened with, at which the address was last asked."""

OF = "_saving_of"
"""The subscription that the client was last filled in for."""

SAVED = "_saving_saved"
"""What the last quote was saved of, and its number."""

JUST = "_saving_just"
"""The same whatever it belongs to, and when: for the second click of a double one."""

WRONG = "_saving_wrong"
"""Why it was not saved."""
