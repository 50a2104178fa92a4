"""How much may come in: sizes and counts of files that people bring, for pages, the desk's door and readers alike.

Sizes are bytes; a megabyte is 1024 x 1024 of them, as the browser's own check counts.
"""

from core.ground.messages import FieldError, InputError, Message

MEGABYTE = 1024 * 1024

MIGRATIONS = 60 * MEGABYTE
"""A spreadsheet of migrations."""
SUBSCRIPTIONS = 200 * MEGABYTE
"""A base of subscriptions: a million are 90 MB."""
HANDOVER = 5 * MEGABYTE
"""A list of mail accounts or websites, of which a migration has some thousands at most."""
ARCHIVES = 200 * MEGABYTE
"""A backup of a panel."""

WORKBOOK = 640 * MEGABYTE
"""All parts of a workbook unpacked: a million subscriptions are 400 MB."""
WORKBOOK_CELLS = 20_000_000
"""Cells of the rectangle that holds all of a sheet's, blank ones too: each takes memory while it is read."""

KEPT_SUBSCRIPTIONS = 300_000
"""Rows of a base that the desk's database keeps to be searched."""
MIGRATION_ROWS = 300_000
"""Rows of a spreadsheet of migrations. Some of each stays in memory while it is compared, however short it is."""
ROWS_OF_ONE = 5_000
"""Rows of a spreadsheet that one migration may have: they are made sense of together."""

UPLOAD = max(MIGRATIONS, SUBSCRIPTIONS, ARCHIVES)
"""Any file: the door does not know what it is meant for."""
SESSION_FILES = 4
SESSION_BYTES = UPLOAD + MIGRATIONS
"""What one session may have uploaded and not yet let go of."""
PROCESS_FILES = 40
PROCESS_BYTES = 3 * UPLOAD
"""What all sessions may have so together."""

IN_PLACE = 100 * 1024
"""Up to this size a file is read where the page is drawn; a larger one in a process of its own."""
WORKBOOKS_BEGIN = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How a packed workbook begins, and one of the old kind: they are read in a process of its own whatever their size.

What reads them is no Python: where a broken one takes it by surprise, its process dies.
"""


def check_size(size: int, most: int) -> None:
    """Raise InputError on "file" where so many bytes are more than the most that is allowed."""
    if size > most:
        values = {"size": -(-size // MEGABYTE), "most": most // MEGABYTE}
        raise InputError(FieldError("file", "", Message("error.file_too_large", values)))
