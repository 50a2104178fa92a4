"""What the session keeps of the check of the DNS, key by key."""

UNKNOWN = "_propagation_unknown"
"""Types of a link that nobody can ask for."""

LEFT_OUT = "_propagation_left_out"
"""The name for which a link set somebody aside in vain."""

COME = "_propagation_come"
"""The visit, and what was asked of whom, at which the check was last looked at as by somebody who comes."""

COMPARED = "_compared"
"""What was asked of servers that somebody typed to be compared."""

OFF, ADDED = "_resolvers_off", "_resolvers_added"
"""The resolvers of the file that are not asked, and those that are asked beside them, as typed."""

ASIDE_OPEN = "_aside_open"
"""The domain whose dialog of those set aside is open, where it is in no migration."""
