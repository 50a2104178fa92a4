"""XML that nobody is to trust."""

from collections.abc import Iterable
from typing import Any
from xml.parsers import expat

from core.ground.messages import InputError
from core.spreadsheet.packed import broken


def local(name: str) -> str:
    """Return the name of an element or attribute without its prefix."""
    return name.rpartition(":")[2]


def parse(pieces: Iterable[bytes], start: Any = None, end: Any = None, text: Any = None) -> None:
    """Read XML that nobody is to trust; raises InputError on "file" where it is none, or defines entities."""
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise broken()

    parser.EntityDeclHandler = refuse
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except InputError:
        raise
    except (expat.ExpatError, LookupError, ValueError):
        # No XML, in no known encoding, or no number where there is to be one.
        raise broken() from None
