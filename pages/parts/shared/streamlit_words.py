"""Streamlit's own English words said in the reader's language, where a style sheet can: it takes no texts for them."""

import json

import streamlit as st

from core.ground.file_limits import MEGABYTE
from core.language import Language

_HINT = """
[data-testid="InputInstructions"] > span:first-child { font-size: 0; }
[data-testid="InputInstructions"] > span:first-child::after { font-size: 0.75rem; content: %(enter)s; }
[data-testid="stTextArea"] [data-testid="InputInstructions"] > span:first-child::after { content: %(ctrl_enter)s; }
/* Where Enter does nothing Streamlit says only how many letters there are. */
:is([data-testid="stForm"], [data-testid="stTextInput"]:has(input[type="search"]))
  [data-testid="InputInstructions"] { display: none; }
"""
_UPLOADER = """
%(at)s [data-testid="stFileUploaderDropzone"] button p { display: none; }
%(at)s [data-testid="stFileUploaderDropzone"] button [data-testid="stMarkdownContainer"]::after { content: %(choose)s; }
%(at)s [data-testid="stFileUploaderDropzoneInstructions"] span { display: none; }
%(at)s [data-testid="stFileUploaderDropzoneInstructions"] > div::after {
  font-size: 0.875rem; opacity: 0.75; content: %(drop)s;
}
"""


def hint(language: Language) -> None:
    """Say in the fields of a page what Enter does."""
    keys = {"enter": "input.enter", "ctrl_enter": "input.ctrl_enter"}
    _style(_HINT % {name: _quoted(language.text(id)) for name, id in keys.items()})


def uploader(key: str, most: int, language: Language) -> None:
    """Say on the uploader of a key how a file gets there, and how large (bytes) it may be."""
    drop = language.text("upload.drop", most=most // MEGABYTE)
    texts = {"at": f".st-key-{key}", "choose": _quoted(language.text("upload.choose")), "drop": _quoted(drop)}
    _style(_UPLOADER % texts)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _style(css: str) -> None:
    st.html(f"<style>{css}</style>")
