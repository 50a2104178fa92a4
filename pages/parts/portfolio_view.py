"""What the scenarios come to: side by side, and room by room for the one that is edited."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pandas as pd
import streamlit as st

from core.language import Language
from core.messages import Grosze
from core.pricing import calendar
from core.pricing.tariff import Tariff
from core.simulation import figures
from core.simulation.figures import NOW, SPANS, Compared, Totals
from core.simulation.files import as_csv, as_xlsx, as_zip
from core.simulation.link import call_query, quote_query
from core.simulation.scenario import Scenario
from core.simulation.simulate import Simulated, simulate, unchanged
from core.simulation.subscriptions import Subscriptions
from core.simulation.tables import Table, call_list, columns, customers, problem, refused_list
from pages.parts import portfolio_charts
from pages.parts.file_button import file_button
from pages.parts.scenario_words import title
from pages.parts.words import plain

SHOWN = 200
"""Rows drawn of a list; its length is said, and its file has all of them."""
XLSX_ROWS = 50_000
"""Rows up to which a workbook is offered: more take minutes, and a spreadsheet hardly opens them."""
ZIP_ROWS = 200_000
"""Rows from which on a CSV is packed."""
_WHOLE = 12
"""Rows up to which a table is drawn without a scrollbar of its own."""
EVERY_DAY = 10_000
"""Situations up to which every day of a year is tried; of more, every week."""
_YEAR = 365

_RESULTS = "_portfolio_results"
_ROOM = "_portfolio_room"
_ZIP = "application/zip"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class _Side:
    """A scenario that stands beside others."""

    name: str
    found: Simulated
    totals: Totals


def draw(
    base: Subscriptions,
    scenarios: Mapping[str, Scenario],
    edited: str,
    tariff: Tariff,
    today: date,
    language: Language,
) -> None:
    """Draw everything about some scenarios over a base; the rooms show the one that is edited."""
    sides = {
        slot: _side(title(slot, scenario, tariff, language), base, scenario, tariff, today)
        for slot, scenario in scenarios.items()
    }
    nobody = unchanged(scenarios[edited], today)
    going_on = _side(language.text("portfolio.nobody"), base, nobody, tariff, today)
    _Rooms(sides, going_on, edited, language).draw()


def _side(name: str, base: Subscriptions, scenario: Scenario, tariff: Tariff, today: date) -> _Side:
    """Return a scenario played, remembered for the session: only the edited one changes from run to run."""
    kept: list[tuple[object, Simulated, Totals]] = st.session_state.setdefault(_RESULTS, [])
    asked = (scenario, tariff.version, today)
    # What was worked out over another base would keep that in memory.
    kept[:] = [side for side in kept if side[1].base is base]
    for number, (key, found, totals) in enumerate(kept):
        if key == asked:
            kept.append(kept.pop(number))
            return _Side(name, found, totals)
    found = simulate(base, scenario, tariff, today)
    kept.append((asked, found, figures.totals(found)))
    # Four scenarios, nobody changing, and as many that somebody has just gone away from.
    del kept[:-8]
    return _Side(name, found, kept[-1][2])


class _Rooms:
    """The rooms of a page, of which only the open one is worked out."""

    def __init__(self, sides: Mapping[str, _Side], going_on: _Side, edited: str, language: Language) -> None:
        self.sides = sides
        self.going_on = going_on
        self.edited = edited
        self.side = sides[edited]
        self.found = self.side.found
        self.language = language
        self.t = language.text

    def draw(self) -> None:
        """Draw the answer in short, and the open room."""
        self._short()
        rooms: dict[str, Callable[[], None]] = {
            "side_by_side": self._side_by_side,
            "differences": self._differences,
            "cash": self._cash,
            "boundaries": self._boundaries,
            "readings": self._readings,
            "refused": self._refused,
            "days": self._days,
            "rows": self._rows,
        }
        names = {room: self.t(f"portfolio.room.{room}") for room in rooms}
        key = f"portfolio_rooms_{self.language.code}"
        st.session_state.setdefault(key, names[st.session_state.get(_ROOM, next(iter(rooms)))])
        tabs = st.tabs(list(names.values()), key=key, on_change="rerun")
        for tab, (room, draw) in zip(tabs, rooms.items(), strict=True):
            if tab.open:
                st.session_state[_ROOM] = room
                with tab:
                    draw()

    # -- in short

    def _short(self) -> None:
        t, language, came = self.t, self.language, self.side.totals
        difference = figures.compare(self.found, self.going_on.found, 12)
        st.subheader(plain(self.side.name), anchor=False)
        with st.container(horizontal=True):
            self._metric("now", language.money(came.cash[NOW]), t("portfolio.short.carried", count=came.carried))
            more = language.difference(came.cash[12] - self.going_on.totals.cash[12])
            self._metric("cash", language.money(came.cash[12]), t("portfolio.short.than_nobody", difference=more))
            for name, side in (("more", difference.more), ("less", difference.less)):
                self._metric(name, language.value(side.count), language.difference(side.total))
        parts = {"carried": came.carried, "refused": came.refused, "same": came.same, "goes_on": came.goes_on}
        said = [t("portfolio.short.rows", count=came.rows)]
        said += [t(f"portfolio.short.{name}", count=number) for name, number in parts.items() if number]
        said += [
            t("portfolio.short.unpriced", count=number, reason=problem(reason, language))
            for reason, number in came.unpriced.items()
        ]
        st.caption(plain(" · ".join(said)))
        if came.ended:
            st.warning(plain(t("portfolio.short.ended", count=came.ended)), icon=":material/warning:")

    def _metric(self, name: str, value: str, below: str) -> None:
        st.metric(
            self.t(f"portfolio.metric.{name}"),
            value,
            below,
            delta_color="off",
            delta_arrow="off",
            border=True,
            width="stretch",
            help=self.t(f"portfolio.metric.{name}.help"),
        )

    # -- rooms

    def _side_by_side(self) -> None:
        t, language = self.t, self.language
        beside = [self.going_on, *self.sides.values()]
        compared = [{span: figures.compare(s.found, self.going_on.found, span) for span in SPANS} for s in beside]
        lines: dict[str, list[str]] = {}
        for name in ("carried", "refused", "same", "goes_on"):
            lines[t(f"portfolio.line.{name}")] = [language.value(getattr(s.totals, name)) for s in beside]
        lines[t("portfolio.line.unpriced")] = [language.value(sum(s.totals.unpriced.values())) for s in beside]
        lines[t("portfolio.span.now")] = [language.money(s.totals.cash[NOW]) for s in beside]
        for months in figures.HORIZONS:
            lines[t("portfolio.span.months", count=months)] = [language.money(s.totals.cash[months]) for s in beside]
            more = [language.difference(s.totals.cash[months] - self.going_on.totals.cash[months]) for s in beside]
            lines[t("portfolio.line.difference", count=months)] = more
        for name in ("more", "less"):
            sums = [getattr(found[12], name) for found in compared]
            lines[t(f"portfolio.line.{name}")] = [
                f"{language.value(side.count)} · {language.difference(side.total)}" for side in sums
            ]
        names = [s.name for s in beside]
        frame = pd.DataFrame(lines.values(), columns=pd.Index(names))
        frame.insert(0, " ", list(lines))
        right = {name: st.column_config.TextColumn(alignment="right", width=170) for name in names}
        st.dataframe(
            frame,
            hide_index=True,
            key=f"portfolio_sides_{language.code}",
            height="content",
            alt=t("portfolio.room.side_by_side"),
            column_config={" ": st.column_config.TextColumn(pinned=True, width=200), **right},
        )
        st.caption(plain(t("portfolio.how")))

    def _differences(self) -> None:
        t, language = self.t, self.language
        compared, reference = self._compared()
        with st.container(horizontal=True):
            for name, side in (("more", compared.more), ("less", compared.less)):
                largest = t("portfolio.largest", amount=Grosze(abs(side.largest)))
                self._metric(name, f"{language.value(side.count)} · {language.difference(side.total)}", largest)
            self._metric("unchanged", language.value(compared.unchanged), "")
        if not compared.more.count + compared.less.count:
            st.info(plain(t("portfolio.differences.none", reference=reference)), icon=":material/balance:")
            return
        portfolio_charts.distribution(compared.steps, language)
        for name, order in (("more", np.argsort(-compared.delta, kind="stable")), ("less", np.argsort(compared.delta))):
            rows = order[: min(10, getattr(compared, name).count)]
            if len(rows):
                st.markdown(f"**{plain(t(f'portfolio.top.{name}', count=len(rows)))}**")
                self._table(
                    customers(self.found, compared.delta, rows, language),
                    f"top_{name}",
                    [quote_query(self.found, int(row)) for row in rows],
                )

    def _compared(self) -> tuple[Compared, str]:
        """Let the reader choose a span and what to compare with, and return the comparison."""
        t = self.t
        spans = {span: t("portfolio.span.months", count=span) if span else t("portfolio.span.now") for span in SPANS}
        others = {slot: side for slot, side in self.sides.items() if slot != self.edited}
        choices = {"": self.going_on, **others}
        with st.container(horizontal=True, vertical_alignment="bottom"):
            span = self._choice("span", t("portfolio.span"), list(spans), spans.get, 12)
            against = ""
            if others:
                against = self._choice(
                    "against", t("portfolio.against"), list(choices), lambda slot: choices[slot].name, ""
                )
        reference = choices[against]
        return figures.compare(self.found, reference.found, span), reference.name

    def _choice(
        self, name: str, label: str, options: list[Any], words: Callable[[Any], str | None], first: object
    ) -> Any:
        """Draw a choice that stays what it was in every room and after a switch of language."""
        kept = st.session_state.get(f"_portfolio_{name}", first)
        chosen = st.selectbox(
            label,
            options,
            index=options.index(kept) if kept in options else 0,
            format_func=words,
            key=f"portfolio_{name}_{self.language.code}",
            width=280,
        )
        st.session_state[f"_portfolio_{name}"] = chosen
        return chosen

    def _cash(self) -> None:
        t, language = self.t, self.language
        beside = {side.name: side.found.months for side in (self.going_on, *self.sides.values())}
        portfolio_charts.months(beside, language)
        st.caption(plain(t("portfolio.cash.note", today=self.found.today)))
        first = next(iter(beside.values()))
        rows = [(month, *(Grosze(months[month]) for months in beside.values())) for month in first]
        table = Table((*columns("month"), *beside), rows)
        with st.expander(t("portfolio.cash.table")):
            self._table(table, "cash")
        self._files(lambda: table, len(rows), "cash")

    def _boundaries(self) -> None:
        t = self.t
        if self._nobody():
            return
        found = figures.calls(self.found)
        if not len(found.row):
            st.success(plain(t("portfolio.calls.none", count=figures.AHEAD)), icon=":material/check_circle:")
            return
        dearer = found.rise > 0
        values = {"dearer": int(dearer.sum()), "sum": Grosze(found.rise[dearer].sum()), "days": figures.AHEAD}
        st.markdown(plain(t("portfolio.calls.said", **values, count=len(np.unique(found.row)))))
        self._listing(
            lambda: call_list(self.found, found),
            len(found.row),
            "calls",
            [
                call_query(self.found, int(row), int(day))
                for row, day in zip(found.row[:SHOWN], found.last, strict=False)
            ],
        )
        st.caption(plain(t("portfolio.calls.note")))

    def _readings(self) -> None:
        t = self.t
        if self._nobody():
            return
        costs = [cost for cost in figures.reading_costs(self.found) if cost.differs]
        if not costs:
            st.success(plain(t("portfolio.readings.none")), icon=":material/check_circle:")
            return
        st.markdown(plain(t("portfolio.readings.said")))
        costs.sort(key=lambda cost: -abs(cost.total))
        rows = [
            (
                cost.question,
                Grosze(cost.total),
                cost.differs,
                t(f"reading.{cost.question}.{cost.choice}"),
                t(f"question.{cost.question}"),
                cost.compared,
            )
            for cost in costs
        ]
        table = Table(columns("code", "total", "differs", "reading", "question", "compared"), rows)
        self._table(table, "readings")
        self._files(lambda: table, len(rows), "readings")

    def _refused(self) -> None:
        t = self.t
        if self._nobody():
            return
        found = figures.refused(self.found)
        if not len(found.row):
            st.success(plain(t("portfolio.refused.none")), icon=":material/check_circle:")
            return
        fits = int(found.fits.sum())
        st.markdown(plain(t("portfolio.refused.said", fits=fits, large=len(found.row) - fits, count=len(found.row))))
        self._listing(
            lambda: refused_list(self.found, found),
            len(found.row),
            "refused",
            [quote_query(self.found, int(row)) for row in found.row[:SHOWN]],
        )

    def _days(self) -> None:
        t, language = self.t, self.language
        if self._nobody():
            return
        step = 1 if len(self.found.count) <= EVERY_DAY else 7
        first = calendar.number(self.found.today)
        totals = figures.by_day(self.found, range(first, first + _YEAR + 1, step))
        portfolio_charts.days(totals, self.found.scenario.change_on, language)
        st.caption(plain(t("portfolio.days.note" if step == 1 else "portfolio.days.note_weeks")))
        rows = [(calendar.date(total.day), total.changed, Grosze(total.net)) for total in totals]
        self._files(lambda: Table(columns("day", "changed", "net"), rows), len(rows), "days")

    def _rows(self) -> None:
        t = self.t
        compared, reference = self._compared()
        order = np.argsort(-np.abs(compared.delta), kind="stable")
        st.markdown(plain(t("portfolio.rows.said", reference=reference)))
        self._listing(
            lambda: customers(self.found, compared.delta, order, self.language),
            len(order),
            "rows",
            [quote_query(self.found, int(row)) for row in order[:SHOWN]],
            customers(self.found, compared.delta, order[:SHOWN], self.language),
        )

    # -- what rooms share

    def _nobody(self) -> bool:
        """Say that nobody changes, where that is so: then there is nothing to tell here."""
        if self.found.scenario.target is not None and self.found.carried.any() | self.found.changing.any():
            return False
        st.info(plain(self.t("portfolio.nobody_changes")), icon=":material/person_off:")
        return True

    def _listing(
        self,
        make: Callable[[], Table],
        length: int,
        name: str,
        queries: list[dict[str, str]],
        shown: Table | None = None,
    ) -> None:
        """Draw the first rows of a list, say how many there are, and offer it as a file."""
        self._table(shown or make(), name, queries)
        if length > SHOWN:
            st.caption(plain(self.t("portfolio.shown", shown=SHOWN, count=length)))
        self._files(make, length, name)

    def _table(self, table: Table, name: str, queries: list[dict[str, str]] | None = None) -> None:
        """Draw the first rows of a list; `queries` are what opens each row's quote in the calculator."""
        language = self.language
        names = table.header(language)
        rows = list(islice(table.rows, SHOWN))
        cells = [["" if cell is None else language.value(cell) for cell in row] for row in rows]
        frame = pd.DataFrame(cells, columns=pd.Index(names))
        config: dict[str, Any] = {
            name: st.column_config.TextColumn(alignment="right" if _is_number(rows, place) else "left")
            for place, name in enumerate(names)
        }
        if queries is not None:
            quote = self.t("portfolio.column.quote")
            frame.insert(0, quote, [f"quote?{urlencode(query)}" for query in queries])
            config[quote] = st.column_config.LinkColumn(display_text=self.t("portfolio.open"), pinned=True, width=80)
        st.dataframe(
            frame,
            hide_index=True,
            key=f"portfolio_{name}_{language.code}",
            height="content" if len(rows) <= _WHOLE else 520,
            alt=self.t("portfolio.list"),
            column_config=config,
        )

    def _files(self, make: Callable[[], Table], length: int, name: str) -> None:
        t, language, found = self.t, self.language, self.found
        file = f"{t('portfolio.file')}-{t(f'portfolio.file.{name}')}-{found.today.isoformat()}"
        packed = length > ZIP_ROWS
        csv, xlsx = (lambda: as_csv(found, make(), language)), (lambda: as_xlsx(found, make(), language))
        buttons = (
            (t("portfolio.csv"), "csv", "text/csv", csv, not packed),
            (t("portfolio.zip"), "zip", _ZIP, lambda: as_zip(found, make(), language, f"{file}.csv"), packed),
            (t("portfolio.xlsx"), "xlsx", _XLSX, xlsx, length <= XLSX_ROWS),
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            for label, kind, mime, content, offered in buttons:
                if offered:
                    with st.container(width="content"):
                        key = f"portfolio_{kind}_{name}"
                        file_button(label, self._patiently(content), name=f"{file}.{kind}", mime=mime, key=key)
            if length > XLSX_ROWS:
                st.caption(plain(t("portfolio.no_xlsx", count=XLSX_ROWS)))

    def _patiently(self, content: Callable[[], bytes]) -> Callable[[], bytes]:
        """Return what makes a file and says meanwhile that it does."""

        def make() -> bytes:
            with st.spinner(self.t("portfolio.making")):
                return content()

        return make


def _is_number(rows: list[Any], place: int) -> bool:
    return any(isinstance(row[place], int) and not isinstance(row[place], bool) for row in rows)
