"""The way to the look that a domain needs before its name servers are changed."""

from collections.abc import Iterable, Sequence

import streamlit as st

from core.ground import clock
from core.ground.messages import FieldError
from core.migration.cutover_looks import before_switch
from core.migration.dns_check import cutover_form
from core.migration.migration import Domain, Migration
from pages.parts.shared import shell

_MOST = 5


def link(m: Migration, d: Domain, *, named: bool = False) -> None:
    """Draw the link to the page that looks at a domain; `named`: where several stand below one another."""
    t = shell.language().text
    st.page_link(
        "pages/cutover.py",
        label=t("card.look_at", domain=d.display) if named else t("card.before_switch"),
        icon=shell.PAGES["cutover"],
        query_params=cutover_form(m, d, clock.now()),
    )


def links(m: Migration, mistakes: Iterable[FieldError]) -> None:
    """Draw the links of the first domains that mistakes say lack a look."""
    for d in _told(m, mistakes)[:_MOST]:
        link(m, d, named=True)


def looked_since(m: Migration, mistakes: Sequence[FieldError]) -> bool:
    """Tell whether mistakes say nothing but that domains lack a look, and none of these lacks one any more."""
    act = shell.act()
    told = all(mistake.field == "look" for mistake in mistakes)
    return act is not None and told and not any(before_switch(d, act) for d in _told(m, mistakes))


def _told(m: Migration, mistakes: Iterable[FieldError]) -> list[Domain]:
    lack = {mistake.value for mistake in mistakes if mistake.field == "look"}
    return [d for d in m.active if d.display in lack]
