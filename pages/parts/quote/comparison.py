"""A quote beside an earlier one: a pasted link, what changed since, and why."""

import datetime as dt
from collections.abc import Mapping, Sequence

import streamlit as st

from core.ground.messages import Grosze, InputError, Message
from core.language import Language
from core.pricing import comparison, earlier_link
from core.pricing.comparison import Comparison, Side
from core.pricing.quote import Option, Quote
from core.pricing.quote import quote as price
from core.pricing.tariff import Tariff
from pages.parts.quote.session_keys import EARLIER
from pages.parts.quote.timeline import Adopt
from pages.parts.shared.words import plain

_NOTHING = "–"


def draw(quote: Quote, link: Mapping[str, str], tariff: Tariff, language: Language) -> None:
    """Draw a field for the link of an earlier quote, and below it what differs from it and why.

    Where nothing is pasted, that is the link the page was opened with, if it says what its quote said.
    """
    t = language.text
    # A key a language, and the text kept beside the widget: it outlives a switch of language and a visit elsewhere.
    key = f"earlier_link_{language.code}"
    st.session_state.setdefault(key, st.session_state.get(EARLIER, ""))

    def changed() -> None:
        # Before the page is drawn: the click that leaves the field may close the room it is in.
        st.session_state[EARLIER] = st.session_state[key]

    pasted = st.text_input(
        t("field.earlier_link"),
        key=key,
        on_change=changed,
        help=t("compare.help"),
        placeholder=".../quote?package=...",
    )
    if not pasted.strip():
        if "net" not in link:
            st.caption(plain(t("compare.empty")))
            return
        st.caption(plain(t("compare.opened")))
    try:
        earlier = earlier_link.earlier(pasted, tariff) if pasted.strip() else earlier_link.opened(link, tariff)
        found = comparison.compare(earlier, quote, tariff)
        if len(quote.options) > 1:
            kinds = [option.kind for option in quote.options]
            kind = st.radio(
                t("compare.which"),
                kinds,
                index=kinds.index(found.now.kind) if found.now.kind else 0,
                format_func=lambda kind: t(f"option.{kind}"),
                key=f"compare_{language.code}_{'_'.join(kinds)}",
                horizontal=True,
            )
            found = comparison.compare(earlier, quote, tariff, kind)
    except InputError as error:
        for mistake in error.errors:
            told = language.mistake(mistake)
            if mistake.field != "earlier_link":
                told = t("compare.in_link", mistake=told)
            st.error(plain(told), icon=":material/error:")
        return
    _found(found, language)


def opened(
    link: Mapping[str, str], quote: Quote, tariff: Tariff, today: dt.date, language: Language, adopt: Adopt
) -> None:
    """Draw what the link that the page was opened with said, where the quote differs; a way to today's price.

    `link` are the parameters that the page was opened with.
    """
    if said := other_tariff(link, quote, language):
        st.warning(plain(said), icon=":material/history:")
    elif said := other_day(link, quote, language):
        st.info(plain(said), icon=":material/history:")
    if quote.holds_on < today:
        _past(quote, tariff, today, language, adopt)


def _past(quote: Quote, tariff: Tariff, today: dt.date, language: Language, adopt: Adopt) -> None:
    """Draw that the day of the change has passed, and a button for today's price, or why there is none."""
    t = language.text
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        told = t("quote.past_day", day=quote.holds_on)
        try:
            price(quote.request.model_copy(update={"change_on": today}), tariff)
        except InputError as error:
            told = " ".join([told, *(t("quote.not_today", mistake=language.mistake(one)) for one in error.errors)])
            st.markdown(f":material/history: {plain(told)}")
            return
        st.markdown(f":material/history: {plain(told)}", width="stretch")
        st.button(
            t("quote.today"),
            key=f"quote_today_{language.code}",
            on_click=adopt,
            kwargs={"change_on": today.isoformat()},
            type="primary",
        )


def other_day(link: Mapping[str, str], quote: Quote, language: Language) -> str | None:
    """Return what to say where `quote` is the link's for another day, with the amounts that it said; None elsewhere."""
    t = language.text
    then = earlier_link.on_another_day(link, quote)
    if then is None:
        return None
    versions = {"then": link.get("tariff", quote.tariff_version), "now": quote.tariff_version}
    said = [t("compare.other_tariff", **versions)] if versions["then"] != versions["now"] else []
    said.append(t("compare.other_day", then=then.day, now=quote.holds_on))
    said += [
        _amount_was(option, then.nets[option.kind], quote, language)
        for option in quote.options
        if option.kind in then.nets
    ]
    return " ".join([*said, t("compare.why_there")])


def _amount_was(option: Option, then: Grosze, quote: Quote, language: Language) -> str:
    t = language.text
    amounts = {"then": then, "now": option.net, "difference": language.difference(option.net - then)}
    if len(quote.options) == 1:
        return t("compare.amount_was", **amounts)
    return t("compare.option_was", option=t(f"option.{option.kind}"), **amounts)


def other_tariff(link: Mapping[str, str], quote: Quote, language: Language) -> str | None:
    """Return what to say where `quote` was opened from a link made under another tariff, with the amounts it carries.

    None where the link names no other tariff, or is for another day (see `other_day`).
    """
    t = language.text
    versions = {"then": link.get("tariff", quote.tariff_version), "now": quote.tariff_version}
    if versions["then"] == versions["now"] or earlier_link.on_another_day(link, quote) is not None:
        return None
    then = earlier_link.nets_then(link, quote)
    if then is None:
        return t("quote.other_tariff", **versions)
    changed = [
        _amount_was(option, then[option.kind], quote, language)
        for option in quote.options
        if option.available and then[option.kind] != option.net
    ]
    return " ".join([t("compare.other_tariff", **versions), *(changed or [t("compare.amounts_stay")])])


def _found(found: Comparison, language: Language) -> None:
    t = language.text
    st.markdown(f"**{plain(_sentence(found, language))}**")
    if not found.recorded:
        st.info(plain(t("compare.not_recorded")), icon=":material/info:")
    for mistake in found.refused:
        st.warning(plain(t("compare.refused", mistake=language.mistake(mistake))), icon=":material/warning:")
    if found.then.kind and found.now.kind and found.then.kind != found.now.kind:
        kinds = {"then": Message(f"option.{found.then.kind}"), "now": Message(f"option.{found.now.kind}")}
        st.caption(plain(t("compare.options", **kinds)))
    if found.same:
        if found.then.tariff not in (None, found.now.tariff):
            st.caption(plain(t("compare.other_version", then=found.then.tariff, now=found.now.tariff)))
        return
    if found.steps:
        st.subheader(t("compare.why"), anchor=False)
        _why(found, language)
    st.subheader(t("compare.changed"), anchor=False)
    head = (t("compare.what"), t("compare.then"), t("compare.now"))
    _table(head, [(plain(name), then, now) for name, then, now in _changes(found, language)])


def _sentence(found: Comparison, language: Language) -> str:
    t, then, now = language.text, found.then, found.now
    if then.net is None and now.net is None:
        if found.same:
            return t("compare.same_blocked", rule=now.rule)
        return t("compare.both_blocked", then=then.rule, now=now.rule)
    if then.net is None:
        return t("compare.then_blocked", rule=then.rule, now=now.net)
    if now.net is None:
        return t("compare.now_blocked", then=then.net, rule=now.rule)
    if found.same:
        return t("compare.same", net=now.net)
    if then.net == now.net:
        return t("compare.same_amount", net=now.net)
    return t("compare.amounts", then=then.net, now=now.net, difference=language.difference(now.net - then.net))


def _why(found: Comparison, language: Language) -> None:
    t, then, now = language.text, found.then, found.now
    rows = [(t("compare.then"), "", _money(then.net, language), _rule(then.rule))]
    for step in found.steps:
        reasons = ", ".join(t(f"compare.why.{reason}") for reason in step.reasons)
        rule = _rule(step.rule_after)
        rows.append(
            (
                plain(reasons if len(step.reasons) == 1 else t("compare.together", reasons=reasons)),
                plain(language.difference(step.delta)),
                _money(step.net, language),
                rule if step.rule_before == step.rule_after else f"{_rule(step.rule_before)} → {rule}",
            )
        )
    if then.net is not None and now.net is not None and len(found.steps) > 1:
        total = plain(language.difference(now.net - then.net))
        rows.append((f"**{plain(t('compare.in_all'))}**", f"**{total}**", f"**{_money(now.net, language)}**", ""))
    head = (t("compare.reason"), t("compare.delta"), t("compare.after"), t("compare.rule"))
    _table(head, rows)
    if len(found.steps) > 1:
        st.caption(plain(t("compare.order")))


def _changes(found: Comparison, language: Language) -> list[tuple[str, str, str]]:
    """Every value that is not what it was, named and worded: what was asked, then what came out."""
    t = language.text
    rows = [(language.field(d.name), _worded(d.then, language), _worded(d.now, language)) for d in found.inputs]
    results = zip(_results(found.then, language), _results(found.now, language), strict=True)
    rows += [(name, then, now) for (name, then), (_, now) in results if then != now]
    for d in found.readings:
        then, now = (plain(t(f"reading.{d.name}.{choice}")) for choice in (d.then, d.now))
        rows.append((f"{d.name}: {t(f'question.{d.name}')}", then, now))
    if found.then.tariff is not None and found.then.tariff != found.now.tariff:
        rows.append((t("field.tariff"), plain(found.then.tariff), plain(str(found.now.tariff))))
    return rows


def _results(side: Side, language: Language) -> list[tuple[str, str]]:
    t = language.text
    return [
        (t("compare.price"), _money(side.price, language)),
        (t("compare.rule"), _rule(side.rule)),
        (t("quote.net"), _money(side.net, language)),
        ("VAT", plain(t("compare.percent", percent=side.vat_percent))),
        (t("quote.gross"), _money(side.gross, language)),
    ]


def _worded(value: object, language: Language) -> str:
    return _NOTHING if value is None else plain(language.value(value))


def _money(net: int | None, language: Language) -> str:
    return _NOTHING if net is None else plain(language.money(net))


def _rule(rule: str) -> str:
    return f"[{rule}](tariff#{rule.lower()})"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Draw a table of ready markdown; on a narrow screen it scrolls in its own box."""
    st.table([dict(zip(head, row, strict=True)) for row in rows], hide_index=True, border="horizontal")
