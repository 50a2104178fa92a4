"""Whose subscription is quoted: found in the base that the desk keeps, by number, client or domain, and filled in.

    prefill.draw(fields, tariff, language)     # on top of the calculator, before its fields
    prefill.subscription()                     # "A-10003", "" where none was chosen: what a saved quote belongs to

A link may name one (`quote?subscription=A-10003`): what it says beside that stays as it says.
"""

from collections.abc import Mapping

import sqlalchemy as sa
import streamlit as st

from core.ground import clock
from core.ground.clock import WARSAW
from core.ground.messages import InputError
from core.language import Language
from core.pricing import form
from core.pricing.tariff import Tariff
from core.quotes import calculator_link, subscription_base
from core.quotes.subscription_base import Held, Kept
from pages.parts.quote import session_keys as keys
from pages.parts.quote.form import QuoteForm
from pages.parts.shared import mistakes, shell
from pages.parts.shared.words import plain

_OF_THE_CLIENT = ("adjust", "adjust_reason", "target_price_net", "agreed_on")
"""What was typed for one client and must not come to the next."""


def subscription() -> str:
    """Return the number of the subscription that the calculator was filled in from; "" for none."""
    return str(st.session_state.get(keys.SUBSCRIPTION, ""))


def of_link() -> dict[str, str]:
    """Return what a copied link says of it."""
    return {calculator_link.SUBSCRIPTION: subscription()} if subscription() else {}


def draw(fields: QuoteForm, tariff: Tariff, language: Language) -> None:
    """Draw whose subscription is filled in, or where to find it; before the form's fields are drawn."""
    store = shell.store_if_any()
    if store is None:
        return
    with shell.told():
        _draw(store.engine, fields, tariff, language)


def _draw(engine: sa.Engine, fields: QuoteForm, tariff: Tariff, language: Language) -> None:
    kept = subscription_base.kept(engine)
    _arrive(engine, fields, tariff, language)
    if subscription():
        _chosen(engine, kept, tariff, language)
    elif kept is None:
        st.caption(plain(language.text("prefill.no_base")))
    else:
        _search(engine, kept, fields, tariff, language)
    if subscription():
        st.query_params[calculator_link.SUBSCRIPTION] = subscription()
    elif calculator_link.SUBSCRIPTION in st.query_params:
        del st.query_params[calculator_link.SUBSCRIPTION]


def _arrive(engine: sa.Engine, fields: QuoteForm, tariff: Tariff, language: Language) -> None:
    """Take over the subscription that a link names, once; a link about somebody else's forgets the one before."""
    visit, opened = st.session_state.get(keys.SUBSCRIPTION_SEEN, (None, None))
    if visit == shell.visit() and opened is fields.opened_with:
        return
    st.session_state[keys.SUBSCRIPTION_SEEN] = (shell.visit(), fields.opened_with)
    given = {name: text for name, text in st.query_params.to_dict().items() if name in form.FIELDS}
    number = st.query_params.get(calculator_link.SUBSCRIPTION, "")
    if not number:
        if given:
            st.session_state[keys.SUBSCRIPTION] = ""
        return
    try:
        held = subscription_base.by_number(engine, number)
    except InputError as error:
        mistakes.draw(error.errors[:1], language)
        return
    st.session_state[keys.SUBSCRIPTION] = number
    # A whole quote stands as it was made, whatever the base says by now.
    if held and "package" not in given:
        _fill(held, given, fields, tariff)


def _fill(held: Held, given: Mapping[str, str], fields: QuoteForm, tariff: Tariff) -> None:
    """Fill the form in from a subscription, except what is given; the day of the change is today's again."""
    texts = {**dict.fromkeys(_OF_THE_CLIENT, ""), **held.texts(), "change_on": str(clock.today())}
    if held.package not in tariff.index:
        del texts["package"]
    fields.adopt(**{name: text for name, text in texts.items() if name not in given})
    if "package" not in texts:
        # What stands there is another client's.
        fields.doubt("package")
    if "target_period_months" not in given:
        # Two clients may have the same term: what was chosen for the one is not the other's.
        fields.follow()


def _chosen(engine: sa.Engine, kept: Kept | None, tariff: Tariff, language: Language) -> None:
    t, held = language.text, _held(engine, kept)
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="quote_subscription"):
        said = plain(f"{held.number} · {held.client}") if held else plain(subscription())
        about = [_of_base(kept, language)] if held and kept else [t("prefill.gone")]
        if held and held.package not in tariff.index:
            about.append(t("prefill.no_package", package=held.package))
        st.markdown(f":material/badge: **{said}** · {plain(' '.join(about))}", width="stretch")
        st.button(t("prefill.another"), key="quote_prefill_another", icon=":material/person_search:", on_click=_forget)


def _held(engine: sa.Engine, kept: Kept | None) -> Held | None:
    """Return what the base has of the subscription that is chosen, asked for again when there is another base."""
    asked = subscription(), kept
    if st.session_state.get(keys.SUBSCRIPTION_HELD, (None, None))[0] != asked:
        st.session_state[keys.SUBSCRIPTION_HELD] = asked, subscription_base.by_number(engine, subscription())
    return st.session_state[keys.SUBSCRIPTION_HELD][1]


def _forget() -> None:
    st.session_state[keys.SUBSCRIPTION] = ""


@st.fragment
def _search(engine: sa.Engine, kept: Kept, fields: QuoteForm, tariff: Tariff, language: Language) -> None:
    """Let somebody find a subscription while they type; a tap fills it in."""
    t = language.text
    if st.session_state.pop(keys.SUBSCRIPTION_PICKED, False):
        st.rerun()
    text = st.text_input(
        t("prefill.label"),
        key=f"quote_prefill_{language.code}",
        type="search",
        live=True,
        placeholder=t("prefill.example"),
        help=plain(_of_base(kept, language)),
    )
    if not text.strip():
        return
    with shell.told():
        try:
            found = subscription_base.find(engine, text)
        except InputError as error:
            mistakes.draw(error.errors[:1], language)
            return
    names = {package.id: package.name for package in tariff.packages}

    def pick(held: Held) -> None:
        st.session_state[keys.SUBSCRIPTION] = held.number
        st.session_state[keys.SUBSCRIPTION_PICKED] = True
        _fill(held, {}, fields, tariff)

    for held in found:
        said = t(
            "prefill.row",
            number=held.number,
            client=held.client,
            package=names.get(held.package, held.package),
            day=held.valid_until,
        )
        st.button(plain(said), key=f"quote_prefill_{held.number}", width="stretch", on_click=pick, args=(held,))
    if not found:
        st.caption(plain(t("prefill.nothing", base=_of_base(kept, language))))


def _of_base(kept: Kept, language: Language) -> str:
    return language.text("prefill.of_base", name=kept.name, day=kept.kept_at.astimezone(WARSAW).date())
