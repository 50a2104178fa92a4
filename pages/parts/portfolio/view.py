"""What the scenarios come to: side by side, and room by room for the one that is edited."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pandas as pd
import streamlit as st

from core.ground.messages import Difference, Grosze
from core.language import Language
from core.pricing import calendar
from core.pricing.tariff import Tariff
from core.simulation import figures
from core.simulation.figures import NOW, SPANS, Compared, Reason, Totals
from core.simulation.files import About, as_csv, as_xlsx, as_zip
from core.simulation.link import call_query, quote_query
from core.simulation.scenario import Scenario
from core.simulation.simulate import Simulated, simulate, unchanged
from core.simulation.subscriptions import Subscriptions
from core.simulation.tables import Table, call_list, columns, customers, problem, refused_list
from pages.parts.portfolio import charts
from pages.parts.portfolio.scenario_words import title
from pages.parts.shared import rooms
from pages.parts.shared.file_button import file_button
from pages.parts.shared.words import plain

SHOWN = 200
"""Rows drawn of a list; its length is said, and its file has all of them."""
XLSX_ROWS = 50_000
"""Rows up to which a workbook is offered: more take minutes, and a spreadsheet hardly opens them."""
ZIP_ROWS = 200_000
"""Rows from which on a CSV is packed."""
_WHOLE = 12
"""Rows up to which a table is drawn without a scrollbar of its own."""
AT_ONCE = 600_000
"""Quotes that a curve over the days of a year may take: of many situations, not every day is tried."""
_YEAR = 365

_RESULTS = "_portfolio_results"
_GREY = """<style>
.st-key-portfolio_figures_of_another_base :is(
  [data-testid="stMetric"], [data-testid="stDataFrame"], [data-testid="stPlotlyChart"], [data-testid="stTable"],
  [data-testid="stCaptionContainer"]
) { opacity: 0.4; filter: grayscale(1); }
</style>"""
_ZIP = "application/zip"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class _Side:
    """A scenario that stands beside others."""

    name: str
    found: Simulated
    totals: Totals


@contextmanager
def greyed(another: bool, language: Language) -> Iterator[None]:
    """Draw figures grey where they are of another base than the link's: nobody should take them for the link's."""
    with st.container(key=f"portfolio_figures{'_of_another_base' if another else ''}"):
        if another:
            st.html(_GREY)
            st.warning(plain(language.text("portfolio.of_another_base")), icon=":material/file_copy_off:")
        yield


def draw(
    base: Subscriptions,
    of_base: str,
    scenarios: Mapping[str, Scenario],
    edited: str,
    tariff: Tariff,
    today: date,
    language: Language,
) -> None:
    """Draw everything about some scenarios over a base; the rooms show the one that is edited.

    `of_base` says in words which subscriptions these are, for files.
    """
    sides = {
        slot: _side(title(slot, scenario, tariff, language), base, scenario, tariff, today)
        for slot, scenario in scenarios.items()
    }
    nobody = unchanged(scenarios[edited], today)
    going_on = _side(language.text("portfolio.nobody"), base, nobody, tariff, today)
    _Rooms(sides, going_on, edited, tariff, of_base, language).draw()


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

    def __init__(
        self,
        sides: Mapping[str, _Side],
        going_on: _Side,
        edited: str,
        tariff: Tariff,
        of_base: str,
        language: Language,
    ) -> None:
        self.sides = sides
        self.going_on = going_on
        self.edited = edited
        self.tariff = tariff
        self.of_base = of_base
        self.side = sides[edited]
        self.found = self.side.found
        self.language = language
        self.t = language.text

    def draw(self) -> None:
        """Draw the answer in short, and the open room."""
        self._short()
        of = {
            "portfolio.room.side_by_side": self._side_by_side,
            "portfolio.room.differences": self._differences,
            "portfolio.room.cash": self._cash,
            "portfolio.room.boundaries": self._boundaries,
            "portfolio.room.readings": self._readings,
            "portfolio.room.refused": self._refused,
            "portfolio.room.days": self._days,
            "portfolio.room.rows": self._rows,
        }
        rooms.draw("portfolio", of, self.language)

    # -- in short

    def _short(self) -> None:
        t, language, came = self.t, self.language, self.side.totals
        difference = figures.compare(self.found, self.going_on.found, 12)
        st.subheader(plain(self.side.name), anchor=False)
        if not came.meant:
            st.warning(plain(t("portfolio.short.nobody")), icon=":material/person_off:")
        with st.container(horizontal=True):
            if self.found.scenario.target is not None:
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
        if came.overdue:
            st.caption(plain(t("portfolio.short.overdue", count=came.overdue)))
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
        t = self.t
        beside = [self.going_on, *self.sides.values()]
        compared = [figures.compare(side.found, self.going_on.found, 12) for side in beside]
        rows: list[tuple[object, ...]] = [
            (t(f"portfolio.line.{name}"), *(getattr(side.totals, name) for side in beside))
            for name in ("carried", "refused", "same", "goes_on")
        ]
        rows.append((t("portfolio.line.unpriced"), *(sum(side.totals.unpriced.values()) for side in beside)))
        rows.append((t("portfolio.span.now"), *(side.totals.cash[NOW] for side in beside)))
        for months in figures.HORIZONS:
            cash = [side.totals.cash[months] for side in beside]
            rows.append((t("portfolio.span.months", count=months), *cash))
            rows.append((t("portfolio.line.difference", count=months), *(Difference(net - cash[0]) for net in cash)))
        for name in ("more", "less", "one_sided"):
            found = [getattr(one, name) for one in compared]
            if name != "one_sided" or any(side.count for side in found):
                rows.append((t(f"portfolio.line.{name}"), *(side.count for side in found)))
                rows.append((t("portfolio.line.together"), *(Difference(side.total) for side in found)))
        names = (*columns("figure"), *(side.name for side in beside))
        self._table(Table(names, [row for row in rows if any(row[1:])]), "sides", numbers=True)
        self._files(lambda: Table(names, rows), len(rows), "side_by_side", self._everybody())
        st.caption(plain(t("portfolio.how")))

    def _everybody(self) -> dict[str, Scenario]:
        """All scenarios by name, for a file that has figures of each."""
        return {side.name: side.found.scenario for side in self.sides.values()}

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
        if compared.one_sided.count:
            side = compared.one_sided
            said = t("portfolio.one_sided", sum=language.difference(side.total), count=side.count)
            st.caption(plain(said))
        charts.distribution(compared.steps, language)
        steps = Table(columns("low", "high", "rows"), [(step.low, step.high, step.count) for step in compared.steps])
        self._files(lambda: steps, len(compared.steps), "differences", compared=reference)
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
        compared = figures.compare(self.found, reference.found, span)
        return compared, t("portfolio.compared", reference=reference.name, span=spans[span])

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
        charts.months(beside, language)
        st.caption(plain(t("portfolio.cash.note", today=self.found.today)))
        first = next(iter(beside.values()))
        rows = [(month, *(Grosze(months[month]) for months in beside.values())) for month in first]
        table = Table((*columns("month"), *beside), rows)
        with st.expander(t("portfolio.cash.table")):
            self._table(Table(table.columns, [row for row in rows if any(row[1:])]), "cash")
        self._files(lambda: table, len(rows), "cash", self._everybody())

    def _boundaries(self) -> None:
        t = self.t
        if self._nobody():
            return
        found = figures.calls(self.found)
        if not len(found.row):
            st.success(plain(t("portfolio.calls.none", count=figures.AHEAD)), icon=":material/check_circle:")
            return
        by_reason = {reason: found.reason == reason for reason in Reason}
        sums = {reason: (int(which.sum()), Grosze(abs(found.rise[which].sum()))) for reason, which in by_reason.items()}
        said = [
            t(f"portfolio.calls.{reason.name.lower()}", sum=total, count=count)
            for reason, (count, total) in sums.items()
            if count
        ]
        st.markdown(plain(t("portfolio.calls.said", days=figures.AHEAD, said="; ".join(said))))
        shown = found.rows(slice(SHOWN))
        queries = [
            call_query(self.found, row, day) for row, day in zip(shown.row.tolist(), shown.last.tolist(), strict=True)
        ]
        self._table(call_list(self.found, shown, self.language), "calls", queries)
        self._listed(lambda: call_list(self.found, found, self.language), len(found.row), "calls")
        st.caption(plain(t("portfolio.calls.note")))

    def _readings(self) -> None:
        t = self.t
        if self._nobody():
            return
        # One that bears on nobody is told, too: else nobody would know that it was asked.
        costs = figures.reading_costs(self.found)
        st.markdown(plain(t("portfolio.readings.said")))
        costs.sort(key=lambda cost: (-abs(cost.total), -cost.differs))
        if idle := sorted({cost.question for cost in costs} - {cost.question for cost in costs if cost.differs}):
            st.caption(plain(t("portfolio.readings.idle", questions=", ".join(idle))))
        rows = [
            (
                cost.question,
                Difference(cost.total),
                cost.differs,
                t(f"reading.{cost.question}.{cost.choice}"),
                t(f"question.{cost.question}"),
                cost.compared,
            )
            for cost in costs
            if cost.differs
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
        shown = found.rows(slice(SHOWN))
        queries = [quote_query(self.found, row) for row in shown.row.tolist()]
        self._table(refused_list(self.found, shown, self.language), "refused", queries)
        self._listed(lambda: refused_list(self.found, found, self.language), len(found.row), "refused")

    def _days(self) -> None:
        t, language = self.t, self.language
        if self._nobody():
            return
        first, chosen = calendar.number(self.found.today), calendar.number(self.found.scenario.change_on)
        step = 1 + _YEAR * len(self.found.count) // AT_ONCE
        totals = figures.by_day(self.found, sorted({*range(first, first + _YEAR + 1, step), chosen}))
        charts.days(totals, self.found.scenario.change_on, language)
        note = t("portfolio.days.note")
        st.caption(plain(note if step == 1 else f"{note} {t('portfolio.days.step', count=step)}"))
        rows = [(calendar.date(total.day), total.changed, Grosze(total.net)) for total in totals]
        self._files(lambda: Table(columns("day", "changed", "net"), rows), len(rows), "days")

    def _rows(self) -> None:
        t = self.t
        compared, reference = self._compared()
        order = np.argsort(-np.abs(compared.delta), kind="stable")
        st.markdown(plain(t("portfolio.rows.said", reference=reference)))
        shown = order[:SHOWN]
        queries = [quote_query(self.found, row) for row in shown.tolist()]
        self._table(customers(self.found, compared.delta, shown, self.language), "rows", queries)
        everything = lambda: customers(self.found, compared.delta, order, self.language)  # noqa: E731 - as the others
        self._listed(everything, len(order), "rows", reference)

    # -- what rooms share

    def _nobody(self) -> bool:
        """Say that nobody changes, where that is so: then there is nothing to tell here."""
        if self.found.scenario.target is not None and self.found.carried.any() | self.found.changing.any():
            return False
        st.info(plain(self.t("portfolio.nobody_changes")), icon=":material/person_off:")
        return True

    def _listed(self, make: Callable[[], Table], length: int, name: str, compared: str = "") -> None:
        """Say how many rows a list has, and offer it as a file."""
        if length > SHOWN:
            st.caption(plain(self.t("portfolio.shown", shown=SHOWN, count=length)))
        self._files(make, length, name, compared=compared)

    def _table(
        self, table: Table, name: str, queries: list[dict[str, str]] | None = None, numbers: bool = False
    ) -> None:
        """Draw the first rows of a list; `queries` are what opens each row's quote in the calculator.

        `numbers`: whether there are figures in all columns but the first.
        """
        language = self.language
        names = table.header(language)
        rows = list(islice(table.rows, SHOWN))
        cells = [["" if cell is None else language.value(cell) for cell in row] for row in rows]
        frame = pd.DataFrame(cells, columns=pd.Index(names))
        config: dict[str, Any] = {
            name: st.column_config.TextColumn(
                alignment="right" if (numbers and place) or _is_number(rows, place) else "left"
            )
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
            height="content" if numbers or len(rows) <= _WHOLE else 520,
            alt=self.t("portfolio.list"),
            column_config=config,
        )

    def _files(
        self,
        make: Callable[[], Table],
        length: int,
        name: str,
        scenarios: Mapping[str, Scenario] | None = None,
        compared: str = "",
    ) -> None:
        """Offer a list as files, which say of which scenarios they are (the edited one where none are given)."""
        t, language = self.t, self.language
        names = {package.id: package.name for package in self.tariff.packages}
        of = scenarios or {self.side.name: self.found.scenario}
        about = About(self.tariff.version, of, names, compared, self.of_base)
        letter = "" if scenarios else f"-{self.edited.upper()}"
        file = f"{t('portfolio.file')}{letter}-{t(f'portfolio.file.{name}')}-{self.found.today.isoformat()}"
        packed = length > ZIP_ROWS
        csv, xlsx = (lambda: as_csv(about, make(), language)), (lambda: as_xlsx(about, make(), language))
        buttons = (
            (t("portfolio.csv"), "csv", "text/csv", csv, not packed),
            (t("portfolio.zip"), "zip", _ZIP, lambda: as_zip(about, make(), language, f"{file}.csv"), packed),
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
