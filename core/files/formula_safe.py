"""Cells of a table that leaves the house: no spreadsheet may take somebody's text for a formula."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def neutral(text: str) -> str:
    """Return the text with an apostrophe before it where a spreadsheet would run it.

    >>> neutral("=HYPERLINK(1)"), neutral("Sklep")
    ("'=HYPERLINK(1)", 'Sklep')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text


def taken_back(text: str) -> str:
    """Return a cell as it was before `neutral`; what came from elsewhere stays as it is.

    >>> taken_back("'+48 600"), taken_back("'ndrangheta")
    ('+48 600', "'ndrangheta")
    """
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text
