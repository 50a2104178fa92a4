"""The base that the desk keeps for quotes: since when, and a manager's buttons to keep one or to remove it."""

from collections.abc import Callable

import sqlalchemy as sa
import streamlit as st

from core.ground.clock import WARSAW
from core.ground.messages import InputError
from core.language import Language
from core.pricing.tariff import Tariff
from core.quotes import subscription_base
from core.quotes.subscription_base import Kept
from core.simulation.reading import Loaded
from pages.parts.portfolio import session_keys
from pages.parts.shared import mistakes, person_choice, shell
from pages.parts.shared.words import plain

_TOLD = 5
"""Subscriptions that stay out which are named."""


def draw(loaded: Loaded | None, file: tuple[str, str] | None, tariff: Tariff, language: Language) -> None:
    """Draw what is kept, and let a manager keep the file at hand: its name and fingerprint, None for the samples."""
    t = language.text
    store = shell.store_if_any()
    if store is None:
        return
    kept = subscription_base.kept(store.engine)
    refusal = shell.refusal("base")
    if kept is None and file is None:
        return
    with st.container(border=True, key="kept_base"):
        st.markdown(f":material/badge: {plain(_said(kept, language))}")
        with st.container(horizontal=True, vertical_alignment="center"):
            if loaded is not None and file is not None:
                name, sha256 = file
                st.button(
                    t("kept_base.keep", count=len(loaded.subscriptions)),
                    key="kept_base_keep",
                    icon=":material/save:",
                    disabled=bool(refusal),
                    on_click=_deed(lambda: _keep(loaded, name, sha256, tariff, language)),
                )
            if kept:
                st.button(
                    t("kept_base.forget"),
                    key="kept_base_forget",
                    icon=":material/delete:",
                    type="tertiary",
                    disabled=bool(refusal),
                    on_click=_deed(lambda: _forget(language)),
                )
            if refusal:
                st.caption(plain(refusal))
        person_choice.ask(f"kept_base_person_{language.code}")
        mistakes.draw(st.session_state.pop(session_keys.NOT_KEPT, ()), language)


def _said(kept: Kept | None, language: Language) -> str:
    if kept is None:
        return language.text("kept_base.none")
    at = kept.kept_at.astimezone(WARSAW).date()
    name = shell.team().name(kept.actor)
    return language.text("kept_base.said", name=kept.name, day=at, person=name, count=kept.rows)


def _deed(do: Callable[[], None]) -> Callable[[], None]:
    def done() -> None:
        try:
            do()
        except InputError as error:
            st.session_state[session_keys.NOT_KEPT] = error.errors
        except sa.exc.DBAPIError as error:
            st.session_state[session_keys.NOT_KEPT] = shell.database_error(error).errors

    return done


def _keep(loaded: Loaded, name: str, sha256: str, tariff: Tariff, language: Language) -> None:
    act = shell.act()
    assert act is not None
    kept = subscription_base.keep(shell.store().engine, loaded, tariff, name, sha256, act)
    told = language.text("kept_base.kept", count=kept.rows)
    if kept.left_out:
        named = ", ".join(kept.left_out[:_TOLD])
        told += " " + language.text("kept_base.left_out", numbers=named, count=len(kept.left_out))
    shell.tell(told)


def _forget(language: Language) -> None:
    act = shell.act()
    assert act is not None
    subscription_base.forget(shell.store().engine, act)
    shell.tell(language.text("kept_base.forgotten"))
