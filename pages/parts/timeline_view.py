"""When to change: the curve, the cliffs and the cheapest day, each with its working."""

import datetime as dt
from collections.abc import Callable, Iterable

import streamlit as st

from core import wording
from core.language import Language
from core.messages import Grosze
from core.pricing.alternatives import Alternative, alternative_on
from core.pricing.horizon import Horizon
from core.pricing.quote import Option, Quote
from core.pricing.rules import OptionKind
from core.pricing.tariff import Tariff
from core.pricing.timeline import Cliff, Day, Timeline, timeline
from pages.parts import timeline_chart
from pages.parts.words import plain

Adopt = Callable[..., None]
"""Sets fields of the form: adopt(change_on="2026-02-28")."""


def draw(quote: Quote, tariff: Tariff, today: dt.date, language: Language, adopt: Adopt) -> None:
    """Draw the curve of the option chosen, and what it tells."""
    t = language.text
    kind = choose_kind(quote, "curve", language)
    found = timeline(quote.request, tariff, today, kind)
    chosen = found.day(quote.holds_on)
    timeline_chart.draw(found, quote.holds_on, language, lambda day: adopt(change_on=day.isoformat()))
    st.caption(plain(t("timeline.click")))
    left, right = st.columns(2)
    with left:
        _day_box(t("timeline.chosen"), chosen, quote, tariff, found, language)
    with right:
        if (cheapest := found.cheapest) is None:
            with st.container(border=True, height="stretch"):
                st.markdown(plain(t("timeline.no_day")))
        else:
            _day_box(f"★ {t('timeline.cheapest')}", cheapest, quote, tariff, found, language, adopt)
    for cliff in found.cliffs_ahead:
        st.markdown(f":material/moving: {plain(cliff_sentence(cliff, found.horizon, language))}")
    st.caption(plain(t("timeline.horizon", count=found.horizon.months)))
    with st.expander(t("timeline.zones")):
        for zone in found.zones:
            title = wording_of_zone(zone.rule.id, zone.available, language)
            days = t("timeline.days", first=zone.first, last=zone.last)
            st.markdown(f"[{zone.rule.id}](tariff#{zone.rule.id.lower()}) {plain(f'{title}: {days}')}")


def warn(quote: Quote, tariff: Tariff, today: dt.date, language: Language) -> None:
    """Draw the next jump of the cash due, before the customer falls off it; or the last, while it can be avoided."""
    found = timeline(quote.request, tariff, today, quote.options[-1].kind)
    ahead = [cliff for cliff in found.cliffs if cliff.before.date >= quote.holds_on]
    missed = [c for c in found.cliffs if today <= c.before.date < quote.holds_on and c.rise > 0]
    for cliff in ahead[:1] or missed[-1:]:
        st.markdown(f":material/moving: {plain(cliff_sentence(cliff, found.horizon, language))}")


def wording_of_zone(rule: str, available: bool, language: Language) -> str:
    """Return the name of a zone."""
    title = language.text(f"rule.{rule}.title")
    return title if available else f"{title} ({language.text('timeline.blocked')})"


def cliff_sentence(cliff: Cliff, over: Horizon, language: Language) -> str:
    """Return what waiting past a cliff does to the cash, and, apart from it, to the cost over the months."""
    t = language.text
    before, after = cliff.before, cliff.after
    values = {"last": before.date, "first": after.date, "before": before.net, "after": after.net}
    id = "timeline.cliff_rises" if cliff.rise > 0 else "timeline.cliff_falls"
    sentence = t(id, **values, difference=Grosze(abs(cliff.rise)))
    if before.cost is None or after.cost is None:
        return sentence
    return f"{sentence} {t('timeline.cliff_cost', before=before.cost, after=after.cost, count=over.months)}"


def choose_kind(quote: Quote, name: str, language: Language) -> OptionKind:
    """Let the reader choose between the ways to carry the change out, where there are several."""
    kinds = [option.kind for option in quote.options]
    if len(kinds) == 1:
        return kinds[0]
    key = f"quote_{name}_kind_{language.code}"
    chosen = st.segmented_control(
        language.text("timeline.way"),
        kinds,
        default=kinds[-1],
        format_func=lambda kind: language.text(f"option.{kind}"),
        key=key,
        required=True,
    )
    return chosen or kinds[-1]


def figures(option: Option | None, cost: Grosze | None, months: int, language: Language) -> None:
    """Draw the two figures of a day: cash due, and cost over the months."""
    t = language.text
    net = language.money(option.net) if option is not None and option.available else "–"
    labels = (t("timeline.cash_short"), t("timeline.cost_short", count=months))
    with st.container(horizontal=True, gap="medium"):
        for label, amount in zip(labels, (net, "–" if cost is None else language.money(cost)), strict=True):
            st.markdown(f":small[{plain(label)}]  \n**{plain(amount)}**", width="content")


def working(found: Alternative, months: int, language: Language) -> None:
    """Draw a button that opens the working of both figures."""
    t = language.text
    with st.popover(t("timeline.working"), icon=":material/calculate:"):
        if found.option is not None and found.option.available:
            st.markdown(f"**{plain(t('timeline.cash_on', day=found.day))}**")
            _lines(((t(line.label), line.net, t(line.working)) for line in found.option.lines), language)
            st.markdown(plain(t("timeline.gross", gross=found.option.gross, percent=found.option.vat_percent)))
            assert found.quote is not None
            rule = found.quote.rule
            st.caption(f"[{rule.id}](tariff#{rule.id.lower()}) {plain('· ' + wording.source(rule, language))}")
        if found.cost_lines is not None:
            st.markdown(f"**{plain(t('timeline.cost_short', count=months))}**")
            _lines(((t(line.label), line.net, t(line.working)) for line in found.cost_lines), language)


def _lines(lines: Iterable[tuple[str, int, str]], language: Language) -> None:
    total = 0
    for label, net, how in lines:
        total += net
        st.markdown(f"{plain(label)}: **{plain(language.money(net))}**  \n{plain(how)}")
    st.markdown(f"= **{plain(language.money(total))}** {plain(language.text('timeline.net'))}")


def _day_box(
    title: str,
    day: Day,
    quote: Quote,
    tariff: Tariff,
    found: Timeline,
    language: Language,
    adopt: Adopt | None = None,
) -> None:
    t = language.text
    one = alternative_on(day.date, quote.request, tariff, found.horizon, found.kind)
    with st.container(border=True, height="stretch"):
        st.markdown(f"**{plain(title)}**  \n{plain(language.value(day.date))} · {day.rule}")
        figures(one.option, day.cost, found.horizon.months, language)
        with st.container(horizontal=True):
            working(one, found.horizon.months, language)
            if adopt is not None and day.date != quote.holds_on:
                st.button(
                    t("timeline.adopt"),
                    key=f"quote_adopt_cheapest_{language.code}",
                    on_click=adopt,
                    kwargs={"change_on": day.date.isoformat()},
                )
