"""What stands around every page: language, navigation, and the guard that no page runs without them."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar
from urllib.parse import urlencode

import sqlalchemy as sa
import streamlit as st

from core import datafiles
from core.database.transactions import UnknownOutcomeError
from core.database.upgrade import unusable
from core.desk.opening import open_store
from core.dns.asking.checks import Checks
from core.dns.asking.engine import Engine
from core.dns.asking.turns import Visitor
from core.dns.judging.findings import Severities
from core.dns.observation import Server
from core.flow.capacity import Capacity
from core.flow.kept import Kept
from core.ground import clock
from core.ground.messages import InputError
from core.ground.settings import settings
from core.language import LANGUAGES, Language, best
from core.migration.act import Act
from core.migration.listing import Wanted, listed
from core.migration.people import Deed, Person, Team, require
from core.migration.stages import Process
from core.pricing.lead_time import LeadTime
from core.pricing.tariff import Tariff
from core.quotes import store as store_of_quotes
from core.quotes.store import Quotes
from core.store.samples import loading as samples
from core.store.store import Mark, Store
from pages.parts.shared import file_button, malformed
from pages.parts.shared.once import Once
from pages.parts.shared.words import plain

PAGES = {
    "start": ":material/home:",
    "board": ":material/view_list:",
    "flow": ":material/monitoring:",
    "migration": ":material/local_shipping:",
    "register": ":material/add_circle:",
    "imports": ":material/upload_file:",
    "propagation": ":material/travel_explore:",
    "quote": ":material/calculate:",
    "quotes": ":material/request_quote:",
    "saved": ":material/request_quote:",
    "portfolio": ":material/query_stats:",
    "tariff": ":material/menu_book:",
}
"""All pages, in the order of the menu, with icons. A page's file stem is its address and the key of its texts."""

DEFAULT_PAGE = next(iter(PAGES))

BY_LINK = ("migration", "register", "saved")
"""Pages about one thing, which are reached from a list and do not stand in the menu."""

_FOUND = 7
"""Migrations that the search of the sidebar shows itself."""

_QUOTES = 3
"""Quotes that it shows below them."""

_T = TypeVar("_T")

malformed.install()

_RUNNING = "_page_runs_inside_the_shell"
_PERSON = "_person"
_ASKED = "_person_asked"
_TOLD = "_told"
_PAGE = "_page"
_VISIT = "_visit"
_SESSION = "_session"
_REMOVING = "_samples_removing"


def main() -> None:
    """Draw the shell and run the page that was asked for inside it."""
    st.set_page_config(page_icon="📦", layout="wide")
    language = _choose_language()
    pages = [
        st.Page(
            f"pages/{stem}.py",
            title=language.text(f"page.{stem}.title"),
            icon=icon,
            default=stem == DEFAULT_PAGE,
            visibility="hidden" if stem in BY_LINK else "visible",
        )
        for stem, icon in PAGES.items()
    ]
    page = st.navigation(pages)
    if st.session_state.get(_PAGE) != page.url_path:
        # A dialog belongs to the page that opened it.
        st.session_state[_PAGE] = page.url_path
        st.session_state[_VISIT] = visit() + 1
        st.session_state.pop("_deed", None)
    _choose_person()
    with st.sidebar:
        _search()
    if done := st.session_state.pop(_TOLD, None):
        # Seen wherever the page is scrolled to, and nothing moves for it.
        st.toast(plain(done), icon=":material/check_circle:", duration="long")
    st.session_state[_RUNNING] = True
    try:
        with told():
            page.run()
        file_button.forget()
    finally:
        del st.session_state[_RUNNING]


@contextmanager
def told() -> Iterator[None]:
    """Tell what the database complains of: it worked when it was opened, somebody moved its file or the server is gone.

    For pages, and for fragments, which run without their page.
    """
    try:
        yield
    except sa.exc.DBAPIError as error:
        unknown = isinstance(error, UnknownOutcomeError)
        _broken(language().text("store.unknown_outcome" if unknown else "store.broken"), database_error(error))


def database_error(error: sa.exc.DBAPIError) -> InputError:
    """Return what the database complains of, to be told where it happened."""
    return unusable(settings().database_url, error)


@st.fragment(run_every=2)
def follow(mark: Mark, busy: Callable[[], bool]) -> None:
    """Draw the page again when somebody else has changed a migration since `mark`; not while somebody is `busy`."""
    with told():
        if not busy() and store().mark() != mark:
            st.rerun()


def guard() -> None:
    """Stop a page that Streamlit runs on its own, and run it inside the shell instead.

    On the first visit after a start, a deep link makes Streamlit's own discovery of pages/ run the page's file
    without app.py. Every page calls this before anything else.
    """
    if _RUNNING not in st.session_state:
        main()
        st.stop()


def language() -> Language:
    """Return the reader's language."""
    return LANGUAGES[st.session_state["_language"]]


def tariff() -> Tariff:
    """Return the tariff, or say what is wrong with its file and stop the page."""
    return _of_file(datafiles.tariff, language().text("tariff.broken"))


def prices() -> Tariff | None:
    """Return the tariff for a page that only mentions an amount, and does without where the file is broken."""
    try:
        return datafiles.tariff()
    except InputError:
        return None


def package_names() -> dict[str, str]:
    """Return the names of the packages by id; none where the tariff's file is broken."""
    found = prices()
    return {package.id: package.name for package in found.packages} if found else {}


def lead_time() -> LeadTime:
    """Return how long the work takes, or say what is wrong with its file and stop the page."""
    return process().lead_time


def process() -> Process:
    """Return the stages of a migration, or say what is wrong with their file and stop the page."""
    return _of_file(datafiles.process, language().text("lead.broken"))


def team() -> Team:
    """Return who works here, or say what is wrong with the file and stop the page."""
    return _of_file(datafiles.team, language().text("team.broken"))


def store() -> Store:
    """Return the migrations, on the very first start with samples; or say what is wrong and stop the page."""
    # What is wrong with these is told as theirs.
    process(), team()
    return _of_file(lambda: _opened(settings().database_url), language().text("store.broken"))


def quotes() -> Quotes:
    """Return the quotes that were saved; or say what is wrong and stop the page."""
    return Quotes(store().engine)


def store_if_any() -> Store | None:
    """Return the store for a page that only looks something up in it, and does without where it cannot be opened."""
    try:
        datafiles.process(), datafiles.team()
        return _opened(settings().database_url)
    except InputError:
        return None


def capacity() -> Capacity:
    """Return how much can be moved on which day, or say what is wrong with the file and stop the page."""
    return _of_file(datafiles.capacity, language().text("flow.capacity_broken"))


def resolvers() -> tuple[Server, ...]:
    """Return the resolvers of the file, or say what is wrong with it and stop the page."""
    return _of_file(datafiles.resolvers, language().text("propagation.resolvers_broken"))


def root_servers() -> tuple[Server, ...]:
    """Return the root's servers, or say what is wrong with their file and stop the page."""
    return _of_file(datafiles.root_servers, language().text("propagation.hints_broken"))


def severities() -> Severities:
    """Return how grave findings are, or say what is wrong with the file and stop the page."""
    return _of_file(datafiles.dns_severities, language().text("propagation.severities_broken"))


@Once
def checks() -> Checks:
    """Return the checks of this process: one engine, so that its limits hold over everybody."""
    return Checks(Engine(), settings().check_every)


def kept() -> Kept:
    """Return what the histories say of this process's store: read once, then only what has changed."""
    return _kept(store())


_kept = Once(Kept)


@Once
def _opened(url: str) -> Store:
    opened = open_store()
    if settings().samples and opened.untouched():
        samples.begin_with_samples(opened, datafiles.process(), datafiles.team(), clock.now())
    return opened


def person() -> Person | None:
    """Return who sits here, as far as they said; None where they did not."""
    return next((person for person in team().people if person.id == st.session_state.get(_PERSON)), None)


def act() -> Act | None:
    """Return the act of whoever sits here, now; None where nobody said who."""
    somebody = person()
    return Act(process(), somebody, clock.now()) if somebody else None


def refusal(deed: Deed) -> str | None:
    """Return why whoever sits here may not do something; None where they may."""
    somebody = person()
    if somebody is None:
        return language().text("person.unknown")
    try:
        require(somebody, deed)
    except InputError as error:
        return language().mistake(error.errors[0])
    return None


def visitor() -> Visitor:
    """Return who looks, for what is shared out: whoever they said to be; all who said nothing are one person."""
    session = st.session_state.setdefault(_SESSION, f"~{secrets.token_hex(16)}")
    somebody = person()
    return Visitor(session, somebody.id if somebody else "")


def visit() -> int:
    """Return which visit of a page this session is at: another number after every change of page."""
    return st.session_state.get(_VISIT, 0)


def link(page: str, query: Mapping[str, str]) -> str:
    """Return the whole address of a page, for whoever is not at the desk.

    Else the address as the browser sees it. Without one (no browser: a test) the link is one within the desk.
    """
    public = settings().public_url.rstrip("/")
    return f"{f'{public}/{page}' if public else st.context.url or page}?{urlencode(query, safe=',')}"


def tell(text: str) -> None:
    """Say that something was done, above the page that is drawn next."""
    st.session_state[_TOLD] = text


def samples_banner(count: int) -> None:
    """Say that some migrations are invented; whoever may removes them, asked once more as nothing brings them back."""
    t = language().text
    with st.container(border=True):
        st.markdown(f":material/science: {plain(t('samples.said', count=count))}")
        if refusal("erase"):
            st.caption(plain(t("samples.remove_refused")))
        elif st.session_state.get(_REMOVING) != visit():
            st.button(t("samples.remove"), key="samples_remove", icon=":material/delete:", on_click=_ask_to_remove)
        else:
            st.warning(plain(t("samples.remove_sure", count=count)), icon=":material/warning:")
            with st.container(horizontal=True):
                sure = st.button(t("samples.remove_yes", count=count), key="samples_remove_yes", type="primary")
                st.button(t("samples.remove_no"), key="samples_remove_no", on_click=_remove_none)
            if sure:
                doing = act()
                assert doing is not None
                _remove_none()
                tell(t("samples.removed", count=store().erase_samples(doing)))
                kept().forget()
                st.rerun()


def _ask_to_remove() -> None:
    # Of this visit only: whoever comes back later is asked anew.
    st.session_state[_REMOVING] = visit()


def _remove_none() -> None:
    st.session_state.pop(_REMOVING, None)


def load_samples() -> None:
    """Put the samples into an empty desk, to look around, for whoever may (`refusal("samples")`)."""
    doing = act()
    assert doing is not None
    count = samples.load_samples(store(), team(), doing)
    tell(language().text("samples.loaded" if count else "samples.not_empty"))
    st.rerun()


def _of_file(read: Callable[[], _T], broken: str) -> _T:
    try:
        return read()
    except InputError as error:
        _broken(broken, error)
        st.stop()


def _broken(broken: str, error: InputError) -> None:
    st.error(broken, icon=":material/error:")
    for mistake in error.errors:
        st.text(language().mistake(mistake))


def _choose_language() -> Language:
    browser = best(st.context.locale)
    names = {language.name: language for language in LANGUAGES.values()}
    with st.sidebar:
        # The label is in both languages: whoever needs the switch cannot read the other one.
        chosen = st.radio(
            "Język · Language",
            list(names),
            index=list(names).index(browser.name),
            key="lang",
            bind="query-params",
            horizontal=True,
        )
        language = names.get(chosen, browser)
        st.session_state["_language"] = language.code
        st.caption(language.text("shell.today", date=clock.today()))
    return language


@st.fragment
def _search() -> None:
    """Let everybody find a migration or a quote from every page: by its client, its number, a domain, a telephone."""
    t = language().text
    text = st.text_input(
        t("search.label"),
        key=f"search_{language().code}",
        type="search",
        live=True,
        placeholder=t("board.search.example"),
    )
    if text.strip():
        with told():
            _found(text)


def _found(text: str) -> None:
    t = language().text
    try:
        found = listed(store().snapshot(), Wanted(text), process(), clock.now())
        offered = quotes().listed(store_of_quotes.Wanted(text.strip()), clock.today(), _QUOTES + 1)
    except InputError as error:
        st.caption(plain(language().mistake(error.errors[0])))
        return
    for item in found[:_FOUND]:
        m = item.migration
        st.page_link("pages/migration.py", label=plain(f"{m.ref} · {m.client}"), query_params={"ref": m.ref})
    if len(found) > _FOUND:
        label = t("search.more", count=len(found))
        st.page_link("pages/board.py", label=label, query_params={"view": "table", "q": text, "state": "all"})
    for saved in offered[:_QUOTES]:
        label = plain(f"{saved.number} · {saved.customer.name}")
        st.page_link("pages/saved.py", label=label, icon=PAGES["saved"], query_params={"number": saved.number})
    if len(offered) > _QUOTES:
        st.page_link("pages/quotes.py", label=t("search.more_quotes"), query_params={"q": text})
    if not found and not offered:
        st.caption(plain(t("search.nothing")))


def _choose_person() -> None:
    """Ask who sits here: an honour system until there is a sign-in."""
    with st.sidebar:
        if _person_box(_person_key()):
            st.caption(plain(language().text("person.honour")))


def ask_person(key: str) -> None:
    """Ask who sits here in a dialog, which covers the sidebar, where nobody has said so."""
    if person() is None:
        _person_box(key)


def _person_key() -> str:
    # After a switch of language the browser sends the old label: a key a language keeps them apart. And after a choice
    # made in a dialog it still sends the sidebar's own: there it is another widget then.
    return f"person_{language().code}{st.session_state.get(_ASKED, '')}"


def _person_box(key: str) -> bool:
    """Draw the choice of a person; return whether there is one."""
    try:
        people = {person.id: person for person in datafiles.team().people}
    except InputError:
        # The pages that need the team tell what is wrong with its file.
        return False
    t = language().text
    if key not in st.session_state and st.session_state.get(_PERSON) in people:
        st.session_state[key] = st.session_state[_PERSON]

    def chosen() -> None:
        st.session_state[_PERSON] = st.session_state[key]
        if key != _person_key():
            st.session_state[_ASKED] = f"_{key}"

    st.selectbox(
        t("person.who"),
        list(people),
        index=None,
        format_func=lambda id: f"{people[id].name} · {t(f'role.{people[id].role}')}" if id in people else id,
        key=key,
        placeholder=t("person.choose"),
        on_change=chosen,
    )
    return True
