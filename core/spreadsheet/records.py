"""What is common to all files of rows: a record is the number of a row and its cells, or why it cannot be read."""

import csv

from core.ground.messages import FieldError, InputError, Message

Record = tuple[int, "list[str] | csv.Error | Message"]

TOP = 30
"""First rows among which the header is looked for."""


def refused(message: Message) -> InputError:
    """Return the error of a whole file."""
    return InputError(FieldError("file", "", message))
