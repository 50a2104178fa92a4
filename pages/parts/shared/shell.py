"""What every page asks for: the reader's language, the files of the desk, its migrations and quotes, who sits here.

What cannot be had is told, and the page stops.
"""

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
from core.dns.asking.check_queue import Visitor
from core.dns.asking.running_checks import Checks
from core.dns.judging.findings import Severities
from core.dns.observation import Server
from core.flow.capacity import Capacity
from core.flow.kept import Kept
from core.ground import clock
from core.ground.messages import InputError
from core.ground.settings import settings
from core.language import LANGUAGES, Language
from core.migration.act import Act
from core.migration.people import Deed, Person, Team, require
from core.migration.stages import Process
from core.pricing.lead_time import LeadTime
from core.pricing.tariff import Tariff
from core.quotes.store import Quotes
from core.store.samples import loading as samples
from core.store.store import Store
from core.watch.asking_share import engine_of_desk
from core.watch.plan import Plan, plan_of_desk
from pages.parts.shared.once import Once

PAGES = {
    "start": ":material/home:",
    "board": ":material/view_list:",
    "flow": ":material/monitoring:",
    "migration": ":material/local_shipping:",
    "register": ":material/add_circle:",
    "imports": ":material/upload_file:",
    "cutover": ":material/fact_check:",
    "propagation": ":material/travel_explore:",
    "watches": ":material/visibility:",
    "quote": ":material/calculate:",
    "quotes": ":material/request_quote:",
    "saved": ":material/request_quote:",
    "portfolio": ":material/query_stats:",
    "tariff": ":material/menu_book:",
    "forget": ":material/person_remove:",
}
"""All pages, in the order of the menu, with icons. A page's file stem is its address and the key of its texts."""

DEFAULT_PAGE = next(iter(PAGES))

BY_LINK = ("migration", "register", "saved", "forget")
"""Pages about one thing, which are reached from a list and do not stand in the menu."""

_T = TypeVar("_T")

_LANGUAGE = "_language"
_PERSON = "_person"
_TOLD = "_told"
_PAGE = "_page"
_VISIT = "_visit"
_SESSION = "_session"


@contextmanager
def told() -> Iterator[None]:
    """Tell what the database complains of: it worked when it was opened, somebody moved its file or the server is gone.

    For pages, and for fragments, which run without their page.
    """
    try:
        yield
    except sa.exc.DBAPIError as error:
        unknown = isinstance(error, UnknownOutcomeError)
        said = language().text("store.unknown_outcome" if unknown else "store.broken")
        broken(said, database_error(error), language())


def database_error(error: sa.exc.DBAPIError) -> InputError:
    """Return what the database complains of, to be told where it happened."""
    return unusable(settings().database_url, error)


@st.fragment(run_every=2)
def follow(seen: object, busy: Callable[[], bool], now: Callable[[], object] = lambda: store().mark()) -> None:
    """Draw the page again when `now()` is not what was `seen`: somebody else has changed a migration, say.

    Not while somebody is `busy`.
    """
    with told():
        if not busy() and now() != seen:
            st.rerun()


def language() -> Language:
    """Return the reader's language."""
    return LANGUAGES[st.session_state[_LANGUAGE]]


def speak(chosen: Language) -> None:
    """Take a language for the reader's."""
    st.session_state[_LANGUAGE] = chosen.code


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


def watch_plan() -> Plan:
    """Return how watches are looked at, or say what is wrong with the file and stop the page."""
    return _of_file(plan_of_desk, language().text("watches.plan_broken"))


@Once
def checks() -> Checks:
    """Return the checks of this process: one engine, so that its limits hold over everybody, here and elsewhere."""
    return Checks(engine_of_desk(), settings().check_every)


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
    return next((person for person in team().people if person.id == said_person()), None)


def said_person() -> str | None:
    """Return the id that somebody said they are, of whoever that may be."""
    return st.session_state.get(_PERSON)


def sit_down(id: str) -> None:
    """Take somebody for who sits here."""
    st.session_state[_PERSON] = id


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


def come_to(page: str) -> bool:
    """Note which page is drawn; return whether somebody has come to it from another."""
    if st.session_state.get(_PAGE) == page:
        return False
    st.session_state[_PAGE] = page
    st.session_state[_VISIT] = visit() + 1
    return True


def link(page: str, query: Mapping[str, str]) -> str:
    """Return the whole address of a page, for whoever is not at the desk.

    Else the address as the browser sees it. Without one (no browser: a test) the link is one within the desk.
    """
    public = settings().public_url.rstrip("/")
    return f"{f'{public}/{page}' if public else st.context.url or page}?{urlencode(query, safe=',')}"


def tell(text: str) -> None:
    """Say that something was done, above the page that is drawn next."""
    st.session_state[_TOLD] = text


def take_told() -> str | None:
    """Return what is to be said, once."""
    return st.session_state.pop(_TOLD, None)


def _of_file(read: Callable[[], _T], said: str) -> _T:
    try:
        return read()
    except InputError as error:
        broken(said, error, language())
        st.stop()


def broken(said: str, error: InputError, reader: Language) -> None:
    """Say what cannot be had, and what is wrong with its file or its database, in the reader's language."""
    st.error(said, icon=":material/error:")
    for mistake in error.errors:
        st.text(reader.mistake(mistake))
