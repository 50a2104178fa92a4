"""Cennik i zasady: prices by date, fees, every rule in plain language with its source, the open questions."""

import streamlit as st

from core.ground import clock
from core.offer import wording
from core.pricing import calendar
from core.pricing.readings import CHOICES, QUESTIONS
from core.pricing.rules import DECISION_TABLE
from core.pricing.tariff import FeeTier
from pages.parts.shared import frame, shell
from pages.parts.shared.words import plain

frame.guard()
language = shell.language()
t = language.text
tariff = shell.tariff()
in_force = tariff.shown_on(calendar.number(clock.today()))

st.title(t("page.tariff.title"))
if tariff.file.samples:
    st.info(t("tariff.samples"), icon=":material/science:")

st.header(t("tariff.prices"), anchor="prices")
lists = {prices.valid_from.isoformat(): prices for prices in reversed(tariff.price_lists)}
chosen = st.selectbox(
    t("tariff.list"),
    list(lists),
    index=list(lists).index(in_force.price_list.valid_from.isoformat()),
    format_func=lambda start: t(
        "tariff.list_from" if lists[start] != in_force.price_list else "tariff.list_today", date=lists[start].valid_from
    ),
    # After a switch of language the browser sends the old label: a key a language keeps them apart.
    key=f"list_{language.code}",
)
prices = lists[chosen]
periods = sorted({months for by_period in prices.prices_net.values() for months in by_period})


def months_text(months: int) -> str:
    return t("quote.months", count=months)


def limit(value) -> str:
    return t("tariff.no_limit") if value is None else language.value(value)


columns = {
    "package": t("tariff.package"),
    "mailboxes": t("field.mailboxes"),
    "domains": t("field.domains"),
    "disk_gb": t("field.disk_gb"),
}
rows = [
    {
        columns["package"]: f"{package.name} · {t(f'group.{package.group}')}",
        **{
            months_text(months): language.money(by_period[months]) if months in by_period else "—" for months in periods
        },
        **{columns[name]: limit(getattr(package, name)) for name in ("mailboxes", "domains", "disk_gb")},
    }
    for package in tariff.packages
    if (by_period := prices.prices_net.get(package.id))
]
right = {name: st.column_config.TextColumn(alignment="right") for name in rows[0] if name != columns["package"]}
st.dataframe(rows, hide_index=True, column_config=right, height="content", key="prices")
st.caption(plain(t("tariff.net_note", percent=in_force.vat.percent)))

st.header(t("tariff.fees"), anchor="fees")


def domains(tier: FeeTier) -> str:
    if tier.last is None:
        return t("tariff.tier_from", first=tier.first)
    if tier.first == tier.last:
        return t("tariff.tier_exactly", count=tier.first)
    return t("tariff.tier", first=tier.first, last=tier.last)


fees = [{t("field.domains"): domains(tier), t("tariff.fee"): language.money(tier.net)} for tier in in_force.tiers]
st.dataframe(
    fees,
    hide_index=True,
    column_config={t("tariff.fee"): st.column_config.TextColumn(alignment="right")},
    width="content",
    height="content",
    key="fees",
)
st.caption(plain(t("tariff.fees_note")))

st.header(t("tariff.rules"), anchor="rules")
st.markdown(t("tariff.rules_note"))
terms = {
    "upgrade_months": months_text(in_force.terms.upgrade_months),
    "vps_months": months_text(in_force.terms.vps_months),
    "window_days": in_force.terms.window_days,
}
for rule in DECISION_TABLE:
    with st.container(border=True):
        st.subheader(f"{rule.id} · {t(f'rule.{rule.id}.title', **terms)}", anchor=rule.id.lower())
        st.markdown(plain(t(f"rule.{rule.id}.text", **terms)))
        st.caption(f":material/gavel: {plain(wording.source(rule, language))}")

st.header(t("tariff.questions"), anchor="questions")
st.markdown(t("tariff.questions_note"))
for question in QUESTIONS:
    with st.container(border=True):
        st.subheader(f"{question} · {t(f'question.{question}')}", anchor=question.lower())
        if question in CHOICES:
            taken = in_force.reading_of(question)
            st.markdown(f"**{t('tariff.taken')}** {plain(t(f'reading.{question}.{taken}'))}")
            for choice in CHOICES[question]:
                if choice != taken:
                    st.markdown(f"{t('tariff.alternative')} {plain(t(f'reading.{question}.{choice}'))}")
        else:
            values = {"grace_days": in_force.terms.grace_days, "date": in_force.price_list.valid_from}
            st.markdown(f"**{t('tariff.assumed')}** {plain(t(f'assumption.{question}', **values))}")
