"""The part of a page's address that keeps a form: what it brings, and what is written into it."""

import time
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

_LATE = 0.5
"""Seconds in which a browser may still send an address that the page has just replaced."""


class Address:
    """The address of a page, as far as it is of one form.

    `saved` is the form's memory in the session; `mine` tells which parameters are the form's.
    """

    def __init__(self, saved: dict[str, Any], mine: Callable[[str], bool]) -> None:
        self._saved = saved
        self._mine = mine

    def given(self) -> dict[str, str]:
        """Return what the address has of the form."""
        return {name: text for name, text in st.query_params.to_dict().items() if self._mine(name)}

    def is_known(self, address: Mapping[str, str]) -> bool:
        """Whether the address brings nothing that is not in the form already."""
        return not address or address == self._saved.get("address")

    def moved(self, typed: bool) -> dict[str, str] | None:
        """Return the address where somebody went to it ("back", a link) since the last run, else None.

        Somebody who `typed` is ahead of the address, which follows a moment later; "back" moves the address alone.
        """
        address = self.given()
        return None if typed or self.is_known(address) or self._just_left(address) else address

    def _just_left(self, address: Mapping[str, str]) -> bool:
        """Whether the address was replaced so lately that a click may bring it without anybody having gone back."""
        since = time.monotonic() - _LATE
        self._saved["left"] = [(at, left) for at, left in self._saved.get("left", ()) if at > since]
        return any(left == address for _, left in self._saved["left"])

    def write(self, address: dict[str, str]) -> None:
        """Put the form into the address."""
        for gone in self.given().keys() - address.keys():
            del st.query_params[gone]
        st.query_params.update(address)
        if (before := self._saved.get("address")) not in (None, address):
            self._saved["left"] = [*self._saved.get("left", ()), (time.monotonic(), before)]
        self._saved["address"] = address
