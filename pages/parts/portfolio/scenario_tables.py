"""The two tables of a scenario that are edited in place: prices by package and period, and the tiers of the move."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.language import Language
from core.pricing import calendar
from core.pricing.money import parse_amount, to_decimal
from core.pricing.tariff import NOT_SOLD, Tariff
from core.simulation.scenario_texts import PRICE, first_day, is_period, join_tiers, listed, split_tiers
from pages.parts.portfolio import session_keys
from pages.parts.portfolio.scenario_state import ScenarioState
from pages.parts.shared.words import plain

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


def take_over(state: ScenarioState, tariff: Tariff, today: dt.date, language: Language) -> None:
    """Write down what was edited in the tables since the last time; before anything else that changes the texts."""
    for name, write in (("prices", _write_prices), ("tiers", _write_tiers)):
        table = st.session_state.get(session_keys.table(name))
        if table is None or not table.key.startswith(state.key(name)) or table.key not in st.session_state:
            continue
        before, table.seen = table.seen, edited(table.begun, st.session_state[table.key])
        if table.seen != before:
            write(state, before, table.seen, tariff, today, language)


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

    rows = [
        {_PACKAGE: package.name} | {str(m): typed[package.id, m] or shown((package.id, m)) for m in periods}
        for package in tariff.packages
    ]
    months = {str(m): t("quote.months", count=m) for m in periods}
    config = {_PACKAGE: st.column_config.TextColumn(t("tariff.package"), disabled=True, pinned=True)}
    config |= {m: st.column_config.TextColumn(label, alignment="right") for m, label in months.items()}
    # Another day or percent is another list below what was typed.
    basis = f"{first_day(state.texts, today)}_{state.texts.get('percent', '')}"
    _table(state, "prices", basis, rows, language, alt=t("scenario.prices.table"), column_config=config)
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


def _write_prices(
    state: ScenarioState, before: Rows, now: Rows, tariff: Tariff, today: dt.date, language: Language
) -> None:
    """Write down the changed cells; one that was cleared, or has what is on the list anyway, is as on the list."""
    start = listed(state.texts, tariff, today)
    texts = {}
    for package, old, new in zip(tariff.packages, before, now, strict=True):
        for months in (column for column in new if new[column] != old[column]):
            as_listed = not new[months] or _amount(new[months]) == start.get((package.id, int(months)), _UNLISTED)
            texts[f"{PRICE}{package.id}.{months}"] = "" if as_listed else new[months]
    state.set(**{"prices_from": first_day(state.texts, today), **texts})
    if any(not new[column] and old[column] for old, new in zip(before, now, strict=True) for column in new):
        state.redraw()


def _periods(state: ScenarioState, tariff: Tariff) -> list[int]:
    """All periods that something is or was sold for, or that a link gives a price for."""
    sold = {int(months) for months in (tariff.prices != NOT_SOLD).any((0, 1)).nonzero()[0]}
    texts = [field.rpartition(".")[2] for field in state.texts if field.startswith(PRICE)]
    given = {int(months) for months in texts if is_period(months)}
    return sorted(sold | given)


def _amount(text: str) -> int | None:
    try:
        return parse_amount(text)
    except ValueError:
        return None


def draw_tiers(state: ScenarioState, tariff: Tariff, today: dt.date, language: Language) -> None:
    """Draw the tiers of the migration fee; rows may be added and taken away."""
    t = language.text
    given = [(first, language.amount(net)) for first, net in split_tiers(state.texts.get("tiers", ""))]
    rows = [{_FROM: first, _NET: net} for first, net in given or _usual_tiers(tariff, today, language)]
    config = {
        _FROM: st.column_config.TextColumn(t("scenario.tiers.from"), alignment="right"),
        _NET: st.column_config.TextColumn(t("scenario.tiers.net"), alignment="right"),
    }
    _table(
        state, "tiers", "", rows, language, alt=t("scenario.tiers"), column_config=config, num_rows="dynamic", width=420
    )


def _write_tiers(
    state: ScenarioState, before: Rows, now: Rows, tariff: Tariff, today: dt.date, language: Language
) -> None:
    # The two marks part rows and cells in the link.
    cells = [tuple(row[c].replace(":", " ").replace(";", " ").strip() for c in (_FROM, _NET)) for row in now]
    written = [(first, net) for first, net in cells if first or net]
    same = [(first, language.amount(net)) for first, net in written] == _usual_tiers(tariff, today, language)
    state.set(tiers="" if same else join_tiers(written))
    if not written:
        state.redraw()


def _usual_tiers(tariff: Tariff, today: dt.date, language: Language) -> list[tuple[str, str]]:
    fees = tariff.shown_on(calendar.number(today)).fees
    return [(str(tier.first), language.amount(str(to_decimal(tier.net)))) for tier in fees.tiers]


@dataclass
class _Table:
    """A table as its editor began with it, on top of which it reports changes, and as it was written down last."""

    key: str
    begun: Rows
    seen: Rows


def _table(state: ScenarioState, name: str, basis: str, rows: Rows, language: Language, **options: Any) -> None:
    """Draw a table to be edited; `basis` is what the rows were made from: another one is another table.

    Nothing runs while somebody types from cell to cell: a run that ends meanwhile would throw away the open cell.
    What was typed comes along with the next run, whatever begins it.
    """
    key, place = state.key(f"{name}_{basis}"), session_keys.table(name)
    if key not in st.session_state or st.session_state[place].key != key:
        st.session_state[place] = _Table(key, rows, rows)
    st.data_editor(
        st.session_state[place].begun,
        key=key,
        hide_index=True,
        on_change="ignore",
        placeholder="",
        height="content",
        **options,
    )
    st.button(language.text("scenario.apply"), key=f"scenario_apply_{name}", icon=":material/check:")
