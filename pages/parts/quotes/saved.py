"""What the page of one saved quote shows: how far it has come, its own amounts, today's beside them, what happened."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from core.ground import clock, moments
from core.ground.clock import WARSAW
from core.ground.messages import InputError
from core.language import LANGUAGES
from core.migration import worded
from core.offer import nip
from core.offer.bill import Bill, bill
from core.offer.company import Company
from core.offer.offer import Offer, make_offer, way
from core.pricing.quote import Quote
from core.pricing.rules import OptionKind
from core.pricing.tariff import Tariff
from core.quotes import quote_words
from core.quotes.calculator_link import renewal
from core.quotes.saved import Amount, Saved, State, possible, state_on
from core.quotes.store import QuoteConflictError
from core.quotes.todays_price import anew, difference
from pages.parts.quote import bill as bill_view
from pages.parts.quote import offer as offer_view
from pages.parts.quote import offer_files
from pages.parts.quote import view as quote_view
from pages.parts.quotes import deeds
from pages.parts.shared import mistakes, person_choice, shell
from pages.parts.shared.words import plain


@dataclass(frozen=True, slots=True)
class Then:
    """A quote as it was: priced from the tariff of that time, with the bill of each way that was offered."""

    quote: Quote
    tariff: Tariff
    bills: Mapping[OptionKind, Bill]


def then(saved: Saved) -> Then:
    """Return the quote as it was, the ways that were offered only."""
    quote, tariff = shell.quotes().priced(saved)
    options = {option.kind: option for option in quote.options if option.kind in saved.offered}
    found = replace(quote, options=tuple(options[kind] for kind in saved.offered))
    return Then(found, tariff, {kind: bill(quote, options[kind], saved.extras, tariff) for kind in saved.offered})


# -- the head


def head(saved: Saved, then: Then) -> None:
    """Draw whose quote it is, how far it has come, what it comes to, and what can be done with it."""
    language, today = shell.language(), clock.today()
    t = language.text
    st.page_link("pages/quotes.py", label=t("quotes.back"), icon=":material/arrow_back:")
    st.title(plain(f"{saved.number} · {saved.customer.name}"), anchor=False)
    with st.container(border=True):
        until = quote_words.until(saved, today)
        parts = [f"**{plain(t(quote_words.state(saved, today)))}**"]
        parts += [
            plain(text) for text in (saved.chosen and t(quote_words.way(saved.chosen)), until and t(until)) if text
        ]
        st.markdown(" · ".join(parts))
        if saved.replaced_by:
            st.warning(plain(t("quotes.is_replaced", number=saved.replaced_by)), icon=":material/update:")
            _to_quote(saved.replaced_by)
        elif state_on(saved, today) == State.EXPIRED:
            st.warning(plain(t("quotes.is_expired", day=saved.valid_until)), icon=":material/timer_off:")
        _amounts(saved)
        # As they were called then: one that is sold no more has no other name.
        left, target = quote_words.packages(saved, {package.id: package.name for package in then.tariff.packages})
        st.markdown(plain(t("quotes.about", left=left, target=target, day=quote_words.changed_on(saved))))
        _deeds(saved)


def _amounts(saved: Saved) -> None:
    language = shell.language()
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        for amount in _ordered(saved):
            name = language.text("quote.gross")
            if len(saved.offered) > 1:
                name = language.text("quotes.way_gross", way=language.text(quote_words.way(amount.kind)))
            with st.container(width="content", gap=None):
                st.metric(plain(name), language.money(amount.gross))
                st.caption(plain(language.text("quotes.net", net=amount.net)))


def _ordered(saved: Saved) -> list[Amount]:
    """Return the amounts of the ways that were offered, the one that was accepted first."""
    by_kind = {amount.kind: amount for amount in saved.amounts}
    return sorted((by_kind[kind] for kind in saved.offered), key=lambda amount: amount.kind != saved.chosen)


_ICONS = {"send": "outgoing_mail", "accept": "check_circle", "refuse": "cancel", "take_back": "undo"}


def _deeds(saved: Saved) -> None:
    t, code = shell.language().text, shell.language().code
    refused = shell.refusal("work")
    # On a phone the sidebar is behind the page.
    person_choice.ask(f"quote_person_{code}")
    with st.container(horizontal=True):
        for kind in possible(saved, clock.today()):
            st.button(
                t(f"quotes.do.{kind}"),
                key=f"quote_{kind}_{code}",
                icon=f":material/{_ICONS[kind]}:",
                type="primary" if kind == "accept" else "secondary",
                disabled=refused is not None,
                help=plain(refused) if refused else None,
                on_click=deeds.send if kind == "send" else deeds.begin,
                args=() if kind == "send" else (kind,),
            )
        if not saved.replaced_by:
            st.page_link(
                "pages/quote.py",
                label=t("quotes.do.again" if saved.state == State.ACCEPTED else "quotes.do.renew"),
                icon=":material/edit_document:",
                query_params=renewal(saved),
            )


def _to_quote(number: str) -> None:
    label = shell.language().text("quotes.open", number=number)
    st.page_link("pages/saved.py", label=label, icon=":material/arrow_forward:", query_params={"number": number})


# -- what it was, and what it would be


def amounts(saved: Saved, then: Then) -> None:
    """Draw the lines of the quote as it was saved, by the tariff of that day."""
    language = shell.language()
    st.caption(plain(language.text("quotes.as_saved", day=saved.saved_at, version=saved.tariff_version)))
    if saved.extras:
        st.caption(plain(language.text("bill.bar_without")))
    quote_view.details(then.quote, language)
    if not saved.extras:
        return
    for kind, found in then.bills.items():
        told = language.text("quotes.bill_of", way=quote_words.way(kind))
        with st.expander(plain(told), expanded=kind == quote_words.shown(saved).kind, icon=":material/receipt_long:"):
            bill_view.whole(found, then.quote.holds_on, saved.extras, language)


def today(saved: Saved) -> None:
    """Draw what the same change costs by the tariff that is in force now, where that is another one."""
    language, tariff = shell.language(), shell.prices()
    t = language.text
    if tariff is None or tariff.version == saved.tariff_version:
        return
    with st.container(border=True):
        st.markdown(f":material/history: **{plain(t('quotes.other_tariff', now=tariff.version))}**")
        try:
            now = anew(saved, tariff)
        except InputError as error:
            mistakes.draw(error.errors, language)
            return
        kept = _ordered(saved)
        if all(one.kind in now and now[one.kind].gross == one.gross for one in kept):
            st.markdown(plain(t("quotes.now_the_same")))
            return
        for amount in kept:
            name, other = t(quote_words.way(amount.kind)), now.get(amount.kind)
            if other is None:
                st.markdown(f"- {plain(t('quotes.now_none', way=name))}")
            else:
                values = {"then": amount.gross, "now": other.gross, "difference": difference(amount, other)}
                st.markdown(f"- {plain(t('quotes.now_other', way=name, **values))}")
        st.caption(plain(t("quotes.own_amounts_hold")))


# -- what is known


def facts(saved: Saved) -> None:
    """Draw for whom it is, by whom, what it belongs to, and what replaced what."""
    language, team = shell.language(), shell.team()
    t = language.text
    customer = saved.customer
    lines = (
        (language.field("customer_name"), customer.name),
        (language.field("customer_nip"), nip.written(customer.nip) if customer.nip else ""),
        (language.field("customer_address"), ", ".join(customer.address)),
        (t("quotes.fact.author"), f"{worded.person(saved.author, team)}, {language.value(saved.saved_at)}"),
        (language.field("offer_contact"), saved.contact),
        (t("quotes.fact.until"), language.value(saved.valid_until)),
        (t("quotes.fact.subscription"), saved.subscription),
    )
    for label, text in lines:
        if text:
            st.markdown(f":small[{plain(label)}]  \n{plain(text)}")
    if saved.replaces:
        _to_quote(saved.replaces)
    if saved.migration_ref:
        st.page_link(
            "pages/migration.py",
            label=t("quotes.migration", ref=saved.migration_ref),
            icon=shell.PAGES["migration"],
            query_params={"ref": saved.migration_ref},
        )
    else:
        refused = shell.refusal("work")
        st.button(
            t("quotes.do.attach"),
            key=f"quote_attach_{language.code}",
            icon=":material/link:",
            type="tertiary",
            disabled=refused is not None,
            help=plain(refused) if refused else None,
            on_click=deeds.begin,
            args=("attach",),
        )


def history(saved: Saved) -> None:
    """Draw all that happened, the last first."""
    language, team = shell.language(), shell.team()
    t = language.text
    rows = [
        {
            t("card.occurred"): language.value(moments.moment(event.recorded_at)),
            t("card.what"): t(quote_words.event(event)),
            t("card.who"): worded.person(event.actor, team) if event.actor else "",
            t("card.why"): event.reason,
        }
        for event in reversed(shell.quotes().events(saved.number, clock.today()))
    ]
    table = pd.DataFrame(rows)
    st.dataframe(table.loc[:, (table != "").any()], hide_index=True, key="quote_history")


# -- what leaves the house, and what goes


def offer(saved: Saved, then: Then) -> None:
    """Draw the files of the offer that was made from the quote: with its number, its amounts and its tariff."""
    language = shell.language()
    company = offer_view.our_company(language)
    if company is None:
        return
    try:
        offer_files.draw(_offer(saved, then, company), then.tariff, LANGUAGES[saved.language], language)
    except InputError as error:
        mistakes.draw(error.errors, language)


def _offer(saved: Saved, then: Then, company: Company) -> Offer:
    """Return the offer as it was made on the day on which the quote was saved."""
    agreed, work = quote_words.agreed_on(saved), shell.lead_time()
    ways = [way(then.quote, one, agreed, then.tariff, work, then.bills[one.kind]) for one in then.quote.options]
    contact, issued = company.contact(saved.contact), saved.saved_at.astimezone(WARSAW).date()
    return make_offer(then.quote, ways, saved.customer, company, contact, issued, saved.valid_until, saved.number)


def erasing(saved: Saved) -> None:
    """Let a manager erase the quote: everything of it goes, its number does not come back."""
    language = shell.language()
    t = language.text
    st.markdown(plain(t("quotes.erase.what")))
    if refused := shell.refusal("erase"):
        st.caption(plain(refused))
        return
    query = {"number": saved.number}
    st.page_link("pages/forget.py", label=t("forget.link"), icon=shell.PAGES["forget"], query_params=query)
    # A click on what stood here before a restore is none on what stands here now.
    this = f"{saved.number}_{saved.epoch}_{language.code}"
    reason = st.text_input(t("card.erase.reason"), key=f"quote_reason_{this}", placeholder=t("card.erase.example"))
    sure = st.checkbox(t("card.erase.sure"), key=f"quote_sure_{this}")
    doing = shell.act()
    if st.button(t("card.erase"), key=f"quote_erase_{this}", icon=":material/delete:", disabled=not sure) and doing:
        try:
            shell.quotes().erase(saved, doing, reason)
        except QuoteConflictError as error:
            st.error(plain(t(error.message)), icon=":material/sync_problem:")
        except InputError as error:
            mistakes.draw(error.errors, language)
        else:
            shell.tell(t("quotes.erased", number=saved.number))
            st.switch_page("pages/quotes.py")
