"""Core's messages on the screen: as text, never as markup."""

import re
import string

# CommonMark lets every ASCII punctuation mark be escaped; Streamlit's :directives: and $formulas$ begin with one too.
_ESCAPED = str.maketrans({mark: f"\\{mark}" for mark in string.punctuation})
# What looks like an address becomes a link even when escaped. An invisible word joiner behind these keeps it text.
_ADDRESS = re.compile(r"(https?:|www(?=\.)|@)", re.IGNORECASE)


def unlinked(text: str) -> str:
    """Return a text of ours of which no part becomes a link: for labels, which are read aloud as they stand."""
    return _ADDRESS.sub("\\1\u2060", text)


def plain(text: str) -> str:
    """Return markdown that shows `text` exactly as it is: for names, reasons and everything else from outside."""
    return _ADDRESS.sub("\\1\u2060", " ".join(text.split("\n"))).translate(_ESCAPED)
