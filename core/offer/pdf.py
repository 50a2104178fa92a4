"""The offer's document on paper: a PDF, or its pages as pictures.

The template (pdf.typ) gets the texts as JSON and places them as strings: nothing in them is ever markup. It reads no
other file and no package, and only the fonts that come with typst, so that an offer looks the same on every machine.
"""

import datetime as dt
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import typst

from core.ground.messages import FieldError, InputError, Message

_TEMPLATE = Path(__file__).with_suffix(".typ")

# For screen readers (PDF/UA) and for the archive (PDF/A). Both refuse a letter that no font can show, rather than
# print an empty box for it.
_STANDARDS: list[Literal["ua-1", "a-2a"]] = ["ua-1", "a-2a"]
_NO_LETTER = re.compile(r'the text `"(.+?)"` could not be displayed|disallowed codepoint `?"(.+?)"')


def pdf(document: Mapping[str, Any]) -> bytes:
    """Return a document as PDF; the same document gives the same bytes.

    Raises InputError where a text has a character that cannot be printed.
    """
    # Without the clock: the time of making is the day of the offer.
    made = dt.datetime.combine(dt.date.fromisoformat(document["issued_on"]), dt.time(), dt.UTC)
    try:
        made_pdf = typst.compile(
            _TEMPLATE,
            format="pdf",
            ignore_system_fonts=True,
            sys_inputs=_inputs(document),
            pdf_standards=list(_STANDARDS),
            timestamp=made,
        )
    except typst.TypstError as error:
        if letter := _NO_LETTER.search(error.message):
            raise InputError(
                FieldError("offer_letter", letter.group(1) or letter.group(2), Message("error.letter_not_printable"))
            ) from None
        raise
    return made_pdf


def pictures(document: Mapping[str, Any], dots_per_inch: int = 144) -> list[bytes]:
    """Return every page of a document as a PNG."""
    pages: bytes | list[bytes] = typst.compile(
        _TEMPLATE, format="png", ppi=dots_per_inch, ignore_system_fonts=True, sys_inputs=_inputs(document)
    )
    return [pages] if isinstance(pages, bytes) else pages


def _inputs(document: Mapping[str, Any]) -> dict[str, str]:
    return {"data": json.dumps(document, ensure_ascii=False)}
