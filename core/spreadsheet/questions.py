"""What a file leaves open and nobody may guess: each is asked once, and until then its rows are refused."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be said: the order of day and month in the file's dates, or what a status of theirs is of ours.

    `column`: the header; `value`: a day as it stands, or the status; `row`: its first line; `rows`: how many it is in.
    """

    kind: Literal["date_order", "status"]
    column: str
    value: str
    row: int
    rows: int
