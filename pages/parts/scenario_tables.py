"""The two tables of a scenario that are edited in place: prices by package and period, and the tiers of the move."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from core.language import Language
from core.pricing import calendar
from core.pricing.money import parse_amount, to_decimal
from core.pricing.tariff import NOT_SOLD, Tariff
from core.simulation.scenario import PRICE, first_day, join_tiers, listed, split_tiers
from pages.parts.scenario_state import ScenarioState
from pages.parts.words import plain

Rows = list[dict[str, str]]
_PACKAGE = "package"
_FROM, _NET = "from", "net"
_UNLISTED = -1


def edited(rows: Rows, delta: Mapping[str, Any]) -> Rows:
    """Return the rows of a table after what its editor reports was done to them; cleared cells are blank."""
    changed = [
        {column: _cell(text) for column, text in {**row, **delta["edited_rows"].get(i, {})}.items()}
        for i, row in enumerate(rows)
        if i not in delta["deleted_rows"]
    ]
    blank = dict.fromkeys(rows[0], "")
    added = [{**blank, **{c: _cell(text) for c, text in row.items() if c in blank}} for row in delta["added_rows"]]
    return changed + added


def _cell(value: object) -> str:
    return "" if value is None else str(value).strip()


def draw_prices(state: ScenarioState, tariff: Tariff, today: dt.date, language: Language) -> None:
    """Draw the new price list, and what of it was changed by hand."""
    t = language.text
    start = listed(state.texts, tariff, today)
    periods = _periods(state, tariff)
    typed = {
        (package.id, months): language.amount(state.texts.get(f"{PRICE}{package.id}.{months}", ""))
        for package in tariff.packages
        for months in periods
    }

    def shown(place: tuple[str, int]) -> str:
        return language.amount(str(to_decimal(start[place]))) if place in start else ""

    def rows() -> Rows:
        return [
            {_PACKAGE: package.name} | {str(m): typed[package.id, m] or shown((package.id, m)) for m in periods}
            for package in tariff.packages
        ]

    def take(changed: Rows) -> bool:
        cells = {
            (package.id, m): row[str(m)] for package, row in zip(tariff.packages, changed, strict=True) for m in periods
        }
        as_listed = {place for place, text in cells.items() if not text or _amount(text) == start.get(place, _UNLISTED)}
        texts = {f"{PRICE}{id}.{m}": "" if (id, m) in as_listed else text for (id, m), text in cells.items()}
        state.set(**{"prices_from": first_day(state.texts, today), **texts})
        return any(not text and place in start for place, text in cells.items())

    months = {str(m): t("quote.months", count=m) for m in periods}
    config = {_PACKAGE: st.column_config.TextColumn(t("tariff.package"), disabled=True, pinned=True)}
    config |= {m: st.column_config.TextColumn(label, alignment="right") for m, label in months.items()}
    # Another day or percent is another list below what was typed.
    basis = f"{first_day(state.texts, today)}_{state.texts.get('percent', '')}"
    _table(state, "prices", basis, rows, take, t("scenario.prices.table"), column_config=config)
    if changes := [place for place, text in typed.items() if _amount(text) is not None]:
        names = {package.id: package.name for package in tariff.packages}
        said = (
            t(
                "scenario.prices.one",
                package=names[id],
                months=t("quote.months", count=m),
                before=shown((id, m)) or t("scenario.prices.none"),
                after=typed[id, m],
            )
            for id, m in changes
        )
        st.caption(plain(t("scenario.prices.changed", prices="; ".join(said))))


def _periods(state: ScenarioState, tariff: Tariff) -> list[int]:
    """All periods that something is or was sold for, or that a link gives a price for."""
    sold = {int(months) for months in (tariff.prices != NOT_SOLD).any((0, 1)).nonzero()[0]}
    texts = [field.rpartition(".")[2] for field in state.texts if field.startswith(PRICE)]
    return sorted(sold | {int(m) for m in texts if m.isascii() and m.isdigit() and 0 < int(m[:4]) <= 36})


def _amount(text: str) -> int | None:
    try:
        return parse_amount(text)
    except ValueError:
        return None


def draw_tiers(state: ScenarioState, tariff: Tariff, today: dt.date, language: Language) -> None:
    """Draw the tiers of the migration fee; rows may be added and taken away."""
    t = language.text
    fees = tariff.shown_on(calendar.number(today)).fees
    usual = [(str(tier.first), language.amount(str(to_decimal(tier.net)))) for tier in fees.tiers]

    def rows() -> Rows:
        given = [(first, language.amount(net)) for first, net in split_tiers(state.texts.get("tiers", ""))]
        return [{_FROM: first, _NET: net} for first, net in given or usual]

    def take(changed: Rows) -> bool:
        # The two marks part rows and cells in the link.
        cells = [tuple(row[c].translate({58: " ", 59: " "}).strip() for c in (_FROM, _NET)) for row in changed]
        written = [(first, net) for first, net in cells if first or net]
        same = [(first, language.amount(net)) for first, net in written] == usual
        state.set(tiers="" if same else join_tiers(written))
        return not written

    config = {
        _FROM: st.column_config.TextColumn(t("scenario.tiers.from"), alignment="right"),
        _NET: st.column_config.TextColumn(t("scenario.tiers.net"), alignment="right"),
    }
    _table(state, "tiers", "", rows, take, t("scenario.tiers"), column_config=config, num_rows="dynamic", width=420)


def _table(
    state: ScenarioState,
    name: str,
    basis: str,
    rows: Callable[[], Rows],
    take: Callable[[Rows], bool],
    alt: str,
    **options: Any,
) -> None:
    """Draw a table that reports its changes on top of the rows it began with: they stay the same while it is drawn.

    `basis` is what the rows were made from: another one is another table. `take` gets the changed rows, and returns
    whether all is to begin anew.
    """
    key, place = state.key(f"{name}_{basis}"), f"_portfolio_rows_{name}"
    if key not in st.session_state or st.session_state[place][0] != key:
        st.session_state[place] = (key, rows())
    _, begun = st.session_state[place]

    def changed() -> None:
        if take(edited(begun, st.session_state[key])):
            state.redraw()

    st.data_editor(
        begun, key=key, hide_index=True, on_change=changed, alt=alt, placeholder="", height="content", **options
    )
