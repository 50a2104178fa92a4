"""What the session keeps of watches, key by key."""

WRONG = "_watches_wrong"
"""Why the last click did nothing."""

BEGUN_WRONG = "_watches_begun_wrong"
"""Why a name could not be followed, by field."""

FORM = "_watches_form"
"""The how manieth form of a name to be followed it is: after each that was begun, an empty one."""
