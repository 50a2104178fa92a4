"""Cells of a table that leaves the house: no spreadsheet may take somebody's text for a formula."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def neutral(text: str) -> str:
    """Return the text with an apostrophe before it where a spreadsheet would run it.

    >>> neutral("=HYPERLINK(1)"), neutral("Sklep")
    ("'=HYPERLINK(1)", 'Sklep')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text
