"""What the session keeps of watches, key by key."""

WRONG = "_watches_wrong"
"""At which visit a click did nothing, and why."""

BEGUN_WRONG = "_watches_begun_wrong"
"""At which visit a name could not be followed, and why."""

FORM = "_watches_form"
"""The how manieth form of a name to be followed it is: after each that was begun, an empty one."""
