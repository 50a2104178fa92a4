"""What is in progress, by stage and age: its chart, and whom to see to first."""

import datetime as dt
from collections.abc import Sequence

import streamlit as st

from core.flow.history import WORKED, Item
from core.flow.percentiles import TooFew
from core.flow.times import Aged, Pace, ageing, pace, to_chase
from core.ground.clock import WARSAW
from core.language import Language
from core.migration import worded
from core.migration.migration import Migration
from core.migration.people import Team
from core.migration.ranking import ranked
from core.migration.stages import Process
from pages.parts.flow import ageing_chart, figure_captions
from pages.parts.shared.words import plain

_CHASED = 5
"""Migrations in progress that are named, those to see to first."""


def draw(
    items: Sequence[Item],
    finished: Sequence[Item],
    migrations: Sequence[Migration],
    process: Process,
    team: Team,
    now: dt.datetime,
    language: Language,
) -> None:
    """Draw those of `items` that are in progress, over how fast the `finished` ones went."""
    today = now.astimezone(WARSAW).date()
    t = language.text
    figure_captions.head("ageing", language)
    bands = pace(finished)
    found = ageing(items, bands, today)
    shown = {aged.item.id for aged in found.items}
    desk = ranked((m for m in migrations if m.id in shown), process, now)
    for aged in to_chase(found.items, desk)[:_CHASED]:
        _chase(aged, bands, process, team, language)
    if not found.items:
        figure_captions.none(t("flow.nothing_in_progress"))
    else:
        standing = [sum(aged.item.stage == stage for aged in found.items) for stage in WORKED]
        ageing_chart.draw(found.items[: figure_captions.DRAWN], standing, bands, process, language)
    more = []
    if isinstance(bands, Pace):
        more.append(t("flow.bands", n=bands.n))
        if bands.left_out:
            more.append(t("flow.left_out", count=bands.left_out))
    else:
        more.append(t("flow.no_bands", why=bands.said))
    dots = figure_captions.dots("ageing", len(found.items), language)
    figure_captions.made_of(len(found.items), found.left_out, [*more, *dots], language)


def _chase(aged: Aged, bands: Pace | TooFew, process: Process, team: Team, language: Language) -> None:
    """Draw a migration to see to first, in words: whose, how old, and whom it waits for."""
    i, t = aged.item, language.text
    usual = bands.of[i.stage][85] if isinstance(bands, Pace) else aged.age
    said = t(
        "flow.chase",
        stage=worded.stage(i.stage, process),
        usual=usual,
        owner=worded.person(i.owner, team) if i.owner else t("board.nobody"),
        waits=t("flow.chase.held") if i.held else t(f"flow.chase.{i.waiting_on}"),
        count=aged.age,
    )
    # A link is cut where a phone ends; what is below it breaks into lines.
    with st.container(gap=None):
        st.page_link("pages/migration.py", label=plain(f"{i.ref} · {i.client}"), query_params={"ref": i.ref})
        st.caption(plain(said))
