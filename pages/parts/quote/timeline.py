"""When to change: the curve, the cliffs and the cheapest day, each with its working."""

import datetime as dt
from collections.abc import Callable, Sequence

import streamlit as st

from core.ground.messages import Grosze
from core.language import Language
from core.offer import wording
from core.pricing import calendar
from core.pricing.alternatives import Alternative, alternative_on
from core.pricing.lead_time import LeadTime, is_work, latest_order
from core.pricing.quote import Option, Quote
from core.pricing.rules import OptionKind
from core.pricing.tariff import Tariff
from core.pricing.timeline import Cliff, Day, Timeline, timeline
from pages.parts.quote import timeline_chart
from pages.parts.shared.words import plain

BESIDE = (5, 1)
"""Columns for a sentence over the whole page with a button beside it."""

_NOTHING = "–"

Adopt = Callable[..., None]
"""Sets fields of the form: adopt(change_on="2026-02-28")."""


def draw(quote: Quote, tariff: Tariff, lead_time: LeadTime, today: dt.date, language: Language, adopt: Adopt) -> None:
    """Draw the curve of the option chosen, and what it tells."""
    t = language.text
    if quote.request.package == quote.request.target:
        st.info(plain(t("timeline.same")), icon=":material/info:")
        return
    kind = _choose_kind(quote, language)
    found = timeline(quote.request, tariff, today, lead_time, kind)
    if found.horizon.past:
        st.info(plain(t("timeline.past")), icon=":material/history:")
    if all(day.net is None for day in found.days):
        st.info(plain(t("timeline.no_day")), icon=":material/block:")
        for message in (*quote.options[0].blockers, *quote.options[0].next):
            st.markdown(f"- {plain(t(message))}")
        return
    timeline_chart.draw(found, quote.holds_on, language, lambda day: adopt(change_on=day.isoformat()))
    st.caption(plain(t("timeline.click")))
    left, right = st.columns(2)
    with left:
        _day_box(t("timeline.chosen"), found.day(quote.holds_on), quote, tariff, lead_time, found, language)
    with right:
        if found.cheapest:
            _day_box(f"★ {t('timeline.cheapest')}", found.cheapest, quote, tariff, lead_time, found, language, adopt)
        elif not found.horizon.past:
            with st.container(border=True, height="stretch"):
                st.markdown(plain(t("timeline.cost_unknown", count=found.horizon.months)))
    for number, cliff in enumerate(found.cliffs_ahead):
        _cliff(cliff, number, quote, tariff, found, lead_time, language)
    st.caption(plain(t("timeline.horizon", count=found.horizon.months)))
    with st.expander(t("timeline.zones")):
        for zone in found.zones:
            title = t(f"rule.{zone.rule.id}.title")
            if not zone.available:
                title = f"{title} ({t('timeline.blocked')})"
            days = t("timeline.days", first=zone.first, last=zone.last)
            st.markdown(f"[{zone.rule.id}](tariff#{zone.rule.id.lower()}) {plain(f'{title}: {days}')}")


def warn(quote: Quote, tariff: Tariff, lead_time: LeadTime, today: dt.date, language: Language) -> None:
    """Draw what is wrong with the day, and the next jump of the cash due, before the customer falls off it.

    Or the last jump, while it can be avoided.
    """
    found = timeline(quote.request, tariff, today, lead_time, quote.options[0].kind)
    if (wrong := found.warning(quote.holds_on)) is not None:
        st.warning(plain(language.text(wrong)), icon=":material/warning:")
    if (cliff := found.cliff_to_mind(quote.holds_on)) is not None:
        _cliff(cliff, "answer", quote, tariff, found, lead_time, language)


def _cliff(
    cliff: Cliff,
    name: object,
    quote: Quote,
    tariff: Tariff,
    found: Timeline,
    lead_time: LeadTime,
    language: Language,
) -> None:
    """Draw a jump: one sentence, both days with what is due at once and over the months, and the working."""
    t = language.text
    st.markdown(f":material/moving: {plain(_cliff_sentence(cliff, quote, found, lead_time, language))}")
    head = ("", t("timeline.at_once"), t("timeline.over_months", count=found.horizon.months))
    rows = [
        (t(id, day=day.date), *(_NOTHING if net is None else language.money(net) for net in (day.net, day.cost)))
        for id, day in (("timeline.until", cliff.before), ("timeline.from", cliff.after))
    ]
    st.table([dict(zip(head, map(plain, row), strict=True)) for row in rows], hide_index=True, border="horizontal")
    days = [
        alternative_on(day.date, quote.request, tariff, found.horizon, lead_time, found.kind)
        for day in (cliff.before, cliff.after)
    ]
    working(days, found.horizon.months, f"cliff_{name}", language)


def _cliff_sentence(cliff: Cliff, quote: Quote, found: Timeline, lead_time: LeadTime, language: Language) -> str:
    """Return what waiting past a jump does to the cash due, and when to order so as not to."""
    t = language.text
    before = cliff.before
    id = "timeline.cliff_rises" if cliff.rise > 0 else "timeline.cliff_falls"
    sentences = [t(id, first=cliff.after.date, difference=Grosze(abs(cliff.rise)))]
    if cliff.rise > 0 and any(is_work(option) for option in quote.options if option.kind == found.kind):
        order = latest_order(before.date, lead_time)
        in_time = order >= calendar.date(found.horizon.first)
        sentences.append(t("timeline.latest_order" if in_time else "timeline.too_late", last=before.date, order=order))
    return " ".join(sentences)


def _choose_kind(quote: Quote, language: Language) -> OptionKind:
    """Let the reader choose between the ways to carry the change out, where there are several."""
    kinds = [option.kind for option in quote.options]
    if len(kinds) == 1:
        return kinds[0]
    chosen = st.segmented_control(
        language.text("timeline.way"),
        kinds,
        default=kinds[0],
        format_func=lambda kind: language.text(f"option.{kind}"),
        key=f"quote_curve_kind_{language.code}",
        required=True,
    )
    return chosen or kinds[0]


def figures(option: Option | None, cost: Grosze | None, months: int, language: Language) -> None:
    """Draw the two figures of a day: cash due, and cost over the months."""
    t = language.text
    cash_due = _NOTHING
    if option is not None and option.available:
        cash_due = f"{language.money(option.net)} ({t('timeline.gross_short', gross=option.gross)})"
    labels = (t("timeline.cash_short"), t("timeline.cost_short", count=months))
    with st.container(horizontal=True, gap="medium"):
        for label, amount in zip(labels, (cash_due, _NOTHING if cost is None else language.money(cost)), strict=True):
            st.markdown(f":small[{plain(label)}]  \n**{plain(amount)}**", width="content")


def working(found: Sequence[Alternative], months: int, name: str, language: Language) -> None:
    """Draw a button that opens the working of both figures, of one day or of several to compare."""
    t = language.text
    with st.popover(t("timeline.working"), icon=":material/calculate:", key=f"quote_working_{name}_{language.code}"):
        for one in found:
            if one.option is None or one.quote is None or not one.option.available:
                continue
            cash(one.quote, one.option, language)
            if one.cost_lines is not None:
                st.markdown(f"**{plain(t('timeline.cost_short', count=months))}**")
                _lines([(t(line.label), line.net, t(line.working)) for line in one.cost_lines], language)


def cash(quote: Quote, option: Option, language: Language) -> None:
    """Draw what is due on the day of a quote, line by line, with the clause."""
    t = language.text
    st.markdown(f"**{plain(t('timeline.cash_on', day=quote.holds_on))}**")
    _lines([(t(line.label), line.net, t(line.working)) for line in option.lines], language)
    st.markdown(plain(t("timeline.gross", gross=option.gross, percent=option.vat_percent)))
    rule = quote.rule
    st.caption(f"[{rule.id}](tariff#{rule.id.lower()}) {plain('· ' + wording.source(rule, language))}")


def _lines(lines: Sequence[tuple[str, int, str]], language: Language) -> None:
    for label, net, how in lines:
        st.markdown(f"{plain(label)}: **{plain(language.money(net))}**  \n{plain(how)}")
    if len(lines) > 1:
        total = language.money(sum(net for _, net, _ in lines))
        st.markdown(f"= **{plain(total)}** {plain(language.text('timeline.net'))}")


def _day_box(
    title: str,
    day: Day,
    quote: Quote,
    tariff: Tariff,
    lead_time: LeadTime,
    found: Timeline,
    language: Language,
    adopt: Adopt | None = None,
) -> None:
    t = language.text
    one = alternative_on(day.date, quote.request, tariff, found.horizon, lead_time, found.kind)
    with st.container(border=True, height="stretch"):
        st.markdown(f"**{plain(title)}**  \n{plain(language.value(day.date))} · {day.rule}")
        figures(one.option, day.cost, found.horizon.months, language)
        if one.warning is not None:
            st.markdown(f":material/warning: {plain(t(one.warning))}")
        with st.container(horizontal=True):
            working([one], found.horizon.months, "cheapest" if adopt else "chosen", language)
            if adopt is not None and day.date != quote.holds_on:
                st.button(
                    t("timeline.adopt"),
                    key=f"quote_adopt_cheapest_{language.code}",
                    on_click=adopt,
                    kwargs={"change_on": day.date.isoformat()},
                )
