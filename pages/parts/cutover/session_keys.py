"""What the session keeps of the look before a switch, key by key."""

LOOK = "_cutover_look"
"""The look that is on the page."""

TRIED = "_cutover_tried"
"""What stood in the form when somebody asked for a look that could not begin for its mistakes."""

MAILBOXES = "_cutover_mailboxes"
"""The mailboxes as typed: people's addresses, which no link carries."""

LISTED = "_cutover_listed"
"""The domain (as typed) for which lists of a migration were filled in, and its mailboxes, as they were filled in."""

ZONE = "_cutover_zone"
"""The zone's file that was brought: its name and what is in it."""

ZONE_READ = "_cutover_zone_read"
"""Of which file and domain the zone was read, and what came of it: reading takes longer than a drawing should."""

WRONG = "_cutover_wrong"
"""Why the last thing was not written into a migration, and of which domain it was."""
