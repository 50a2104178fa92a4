"""What the edited scenario alone asks for: whom to call, which readings and which day matter, who is refused."""

import streamlit as st

from core.ground.messages import Difference, Grosze
from core.language import Language
from core.pricing import calendar
from core.simulation import figures
from core.simulation.figures import Reason
from core.simulation.link import call_query, quote_query
from core.simulation.simulate import Simulated
from core.simulation.tables import Table, call_list, columns, refused_list
from pages.parts.portfolio import charts, lists
from pages.parts.portfolio.played import Played
from pages.parts.shared.words import plain

_AT_ONCE = 600_000
"""Quotes that a curve over the days of a year may take: of many situations, not every day is tried."""
_YEAR = 365


def draw_boundaries(played: Played, language: Language) -> None:
    """List whom to call because their price rises soon."""
    t = language.text
    if _nobody(played.found, language):
        return
    found = figures.calls(played.found)
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
    shown = found.rows(slice(lists.SHOWN))
    queries = [
        call_query(played.found, row, day) for row, day in zip(shown.row.tolist(), shown.last.tolist(), strict=True)
    ]
    lists.draw_table(call_list(played.found, shown, language), "calls", language, queries)
    everything = lambda: call_list(played.found, found, language)  # noqa: E731 - as the others
    lists.offer_whole(played, everything, len(found.row), "calls", language)
    st.caption(plain(t("portfolio.calls.note")))


def draw_readings(played: Played, language: Language) -> None:
    """List what every ambiguous sentence of the terms costs, read otherwise."""
    t = language.text
    if _nobody(played.found, language):
        return
    # One that bears on nobody is told, too: else nobody would know that it was asked.
    costs = figures.reading_costs(played.found)
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
    lists.draw_table(table, "readings", language)
    lists.offer(played, lambda: table, len(rows), "readings", language)


def draw_refused(played: Played, language: Language) -> None:
    """List who cannot change, and why."""
    t = language.text
    if _nobody(played.found, language):
        return
    found = figures.refused(played.found)
    if not len(found.row):
        st.success(plain(t("portfolio.refused.none")), icon=":material/check_circle:")
        return
    fits = int(found.fits.sum())
    st.markdown(plain(t("portfolio.refused.said", fits=fits, large=len(found.row) - fits, count=len(found.row))))
    shown = found.rows(slice(lists.SHOWN))
    queries = [quote_query(played.found, row) for row in shown.row.tolist()]
    lists.draw_table(refused_list(played.found, shown, language), "refused", language, queries)
    everything = lambda: refused_list(played.found, found, language)  # noqa: E731 - as the others
    lists.offer_whole(played, everything, len(found.row), "refused", language)


def draw_days(played: Played, language: Language) -> None:
    """Draw what would be due altogether, by the day of the change."""
    t, scenario = language.text, played.found.scenario
    if _nobody(played.found, language):
        return
    first, chosen = calendar.number(played.found.today), calendar.number(scenario.change_on)
    step = 1 + _YEAR * len(played.found.count) // _AT_ONCE
    totals = figures.by_day(played.found, sorted({*range(first, first + _YEAR + 1, step), chosen}))
    charts.days(totals, scenario.change_on, language)
    note = t("portfolio.days.note")
    st.caption(plain(note if step == 1 else f"{note} {t('portfolio.days.step', count=step)}"))
    rows = [(calendar.date(total.day), total.changed, Grosze(total.net)) for total in totals]
    lists.offer(played, lambda: Table(columns("day", "changed", "net"), rows), len(rows), "days", language)


def _nobody(found: Simulated, language: Language) -> bool:
    """Say that nobody changes, where that is so: then there is nothing to tell here."""
    if found.scenario.target is not None and found.carried.any() | found.changing.any():
        return False
    st.info(plain(language.text("portfolio.nobody_changes")), icon=":material/person_off:")
    return True
