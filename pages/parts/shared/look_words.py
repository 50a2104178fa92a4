"""How a look before a switch is said in a word or two: how old it is, and the last one that a domain has."""

import datetime as dt

import streamlit as st

from core.ground import clock
from core.migration import worded
from core.migration.cutover_looks import outdated
from core.migration.migration import Domain
from pages.parts.shared import shell
from pages.parts.shared.words import plain

_LOOKS = {"ready": ":green[:material/check_circle:]", "blocked": ":red[:material/block:]"}
_TO_ACCEPT, _ACCEPTED, _OUTDATED = ":orange[:material/rule:]", ":green[:material/rule:]", ":material/history:"


def age(at: dt.datetime, now: dt.datetime) -> str:
    """Return how long ago something was (UTC), in minutes, from two hours on in those, from two days on in those."""
    t, minutes = shell.language().text, max(0, int((now - at).total_seconds() // 60))
    if minutes < 120:
        return t("cutover.page.minutes", count=minutes)
    hours = minutes // 60
    return t("cutover.page.hours", count=hours) if hours < 48 else t("cutover.page.days", count=hours // 24)


def accepted_by(d: Domain) -> str:
    """Return who accepted the last look of a domain; blank where nobody did."""
    who = d.cutover.accepted_by if d.cutover else ""
    return worded.person(who, shell.team()) if who else ""


def draw(d: Domain) -> None:
    """Draw the last look that a domain has, in a line; one that counts no more looks like no answer."""
    t, now, look = shell.language().text, clock.now(), d.cutover
    if look is None:
        st.caption(plain(t("card.look.none")))
        return
    verdict = t(f"event.cutover_verdict.{look.verdict}")
    parts = [t("card.look", verdict=verdict, age=age(look.at, now))]
    if who := accepted_by(d):
        parts.append(t("card.look.accepted", who=who))
    why, icon = outdated(d, now), _ACCEPTED if look.opens else _TO_ACCEPT
    if why:
        parts.append(t(f"card.look.{why}"))
    icon = _OUTDATED if why else _LOOKS.get(look.verdict, icon)
    st.markdown(f"{icon} :small[{plain(' · '.join(parts))}]")
