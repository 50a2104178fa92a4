"""The start page: what is overdue, what was agreed for today, what is due soon, and the numbers, with ways to deal."""

import datetime as dt
from collections.abc import Mapping, Sequence

import streamlit as st

from core.flow import clock_words
from core.flow import duties as today
from core.flow.duties import Due, Duty, Totals
from core.ground import clock
from core.ground.messages import Grosze
from core.migration import worded
from core.migration.cell_values import dialled
from core.migration.dns_check import check_form
from core.migration.listing import MINE
from core.migration.migration import Migration
from core.migration.stages import SWITCH
from pages.parts.shared import client_message, empty_desk, line_table, person_choice, sample_migrations, shell
from pages.parts.shared.form_state import FormState
from pages.parts.shared.line_table import Cell, Part
from pages.parts.shared.words import plain

SHOWN = 15
"""Lines of a list: the most urgent; the board's table has the rest."""

_NAMED = 2
"""Domains named in a line; of more, the rest is counted."""

_WHOSE = ("all", "mine")
_MARKS = {"late": "▲", "due": "●", "running": ""}
_FREEZE = {"missing": "▲", "announced": "✓", "on": "■", "over": "□"}
"""What stands before a state: never told by a colour alone."""


def desk() -> None:
    """Draw what needs a person, and the numbers; of whoever looks, or of all."""
    line_table.go()
    t, store = shell.language().text, shell.store()
    now, mark = clock.now(), store.mark()
    with st.spinner(t("start.reading")):
        everything = store.snapshot()
    if samples := sum(m.sample for m in everything):
        sample_migrations.banner(samples)
    if not everything:
        empty_desk.draw()
    else:
        owner = _whose()
        migrations = [m for m in everything if not owner or m.owner == owner]
        with st.spinner(t("start.reading")):
            process = shell.process()
            overdue = today.overdue(migrations, process, now)
            agreed = today.agreed_today(migrations, now)
            soon = today.soon(migrations, process, now)
            totals = today.totals(migrations, shell.prices(), now)
        mine = {"owner": MINE} if owner else {}
        if not totals.open:
            _nothing_open(mine)
        else:
            _duties("overdue", overdue, now, mine)
            if unknown := today.unclocked(migrations, process, now):
                st.caption(f":material/help: {plain(t('start.unclocked', count=unknown))}")
            _agreed(agreed, mine)
            _duties("soon", soon, now, mine)
        _totals(totals, mine, owner)
    shell.follow((mark, _minute(now)), lambda: False, lambda: (shell.store().mark(), _minute(clock.now())))


def rooms() -> None:
    """Draw the ways to the pages of the desk."""
    t = shell.language().text
    st.subheader(t("start.rooms"), anchor=False)
    st.caption(t("start.what"))
    stems = [stem for stem in shell.PAGES if stem not in (shell.DEFAULT_PAGE, *shell.BY_LINK)]
    for start in range(0, len(stems), 3):
        for column, stem in zip(st.columns(3, gap="small"), stems[start : start + 3], strict=False):
            with column, st.container(border=True, height="stretch", gap=None):
                st.page_link(f"pages/{stem}.py", label=f"**{t(f'page.{stem}.title')}**", icon=shell.PAGES[stem])
                st.caption(t(f"start.{stem}"))


def _minute(now: dt.datetime) -> dt.datetime:
    return now.replace(second=0, microsecond=0)


def _whose() -> str:
    """Draw the choice between one's own migrations and all; return the owner to be shown, blank for all."""
    t, code = shell.language().text, shell.language().code

    def read(_field: str, text: str) -> object:
        return text if text in _WHOSE else _WHOSE[0]

    state = FormState("start", code, ("whose",), read)
    arrived = state.arrived()
    if arrived is not None:
        state.fill({"whose": "", **arrived})
    options = {"all": t("start.whose.all"), "mine": t("start.whose.mine")}
    state.draw(
        st.radio,
        "whose",
        t("start.whose"),
        options=_WHOSE,
        format_func=lambda id: options.get(id, id),
        horizontal=True,
        label_visibility="collapsed",
    )
    if state.keep({}, ())["whose"] == "all":
        return ""
    if (me := shell.person()) is None:
        st.info(plain(t("start.whose.nobody")), icon=":material/person:")
        person_choice.ask(f"start_person_{code}")
    return me.id if me else ""


def _nothing_open(mine: Mapping[str, str]) -> None:
    t = shell.language().text
    with st.container(border=True):
        st.markdown(plain(t("start.none_mine" if mine else "start.none_open")))
        with st.container(horizontal=True):
            st.page_link(
                "pages/board.py", label=t("start.board.open"), icon=shell.PAGES["board"], query_params={"state": "all"}
            )
            st.page_link("pages/register.py", label=t("page.register.title"), icon=shell.PAGES["register"])


# -- clocks


def _duties(kind: str, duties: Sequence[Duty], now: dt.datetime, mine: Mapping[str, str]) -> None:
    """Draw what is overdue or soon will be, a line each."""
    t, code = shell.language().text, shell.language().code
    # One migration may have several clocks; the board counts it once.
    refs = len({duty.migration.ref for duty in duties})
    number = t("start.of_migrations", number=len(duties), migrations=refs) if refs != len(duties) else len(duties)
    st.subheader(t(f"start.{kind}", number=number), anchor=False)
    if not duties:
        st.caption(f":material/check_circle: {plain(t(f'start.{kind}.none'))}")
        return
    names = (f"start.{kind}.by", "start.what_is", "start.migration", "start.domains", "start.owner")
    heads = dict(zip(map(t, names), (17, 20, 23, 26, 14), strict=True))
    rows = [(duty.state, _duty(duty, now)) for duty in duties[:SHOWN]]
    line_table.line_table(t(f"start.{kind}", number=number), heads, rows, key=f"start_{kind}_{code}")
    # The board's filter knows as overdue what is alarming; what has only taken longer than usual it counts as soon.
    rest = duties[SHOWN:]
    filter = "late" if kind == "overdue" and all(duty.state == "late" for duty in rest) else "soon"
    _more(len(rest), {"view": "table", "overdue": filter, **mine})


def _more(count: int, query: Mapping[str, str]) -> None:
    if count > 0:
        label = shell.language().text("start.more", count=count)
        st.page_link("pages/board.py", label=label, icon=":material/arrow_forward:", query_params=query)


def _duty(duty: Duty, now: dt.datetime) -> list[Cell]:
    language, process, m = shell.language(), shell.process(), duty.migration
    clock_of = Part(language.value(clock_words.what(duty, process)), "strong")
    elsewhere = duty.kind not in (m.stage, today.AGREED_DAY)
    stage = language.text("start.stage", stage=worded.stage(m.stage, process)) if elsewhere else ""
    return [
        [
            [Part(f"{_MARKS[duty.state]} {language.text(clock_words.how_long(duty, now))}".strip(), _kind(duty.state))],
            [Part(language.text(clock_words.moment(duty)), "small")],
        ],
        [[clock_of], [Part(stage, "small")] if stage else []],
        _of_migration(m),
        [_domains(m, duty)],
        [[Part(worded.person(m.owner, shell.team()) if m.owner else language.text("board.nobody"))]],
    ]


def _kind(state: str) -> line_table.Kind:
    return "late" if state == "late" else "due" if state == "due" else "strong"


def _of_migration(m: Migration) -> list[list[Part]]:
    return [[Part(f"{m.ref} · {m.client}", "strong", "migration", {"ref": m.ref})]]


def _domains(m: Migration, duty: Duty) -> list[Part]:
    """Return the domains a clock runs for, or all; those that the DNS is waited for lead to where it is looked up."""
    t = shell.language().text
    shown = [d for d in m.active if not duty.domains or d.display in duty.domains]
    parts: list[Part] = []
    for n, d in enumerate(shown[:_NAMED]):
        if n:
            parts.append(Part(", "))
        if duty.kind == SWITCH:
            label = t("start.check_dns", domain=d.display)
            parts.append(Part(d.display, "", "propagation", check_form(d), label=label))
        else:
            parts.append(Part(d.display))
    if len(shown) > _NAMED:
        parts.append(Part(t("start.and_more", more=len(shown) - _NAMED)))
    return parts


# -- today


def _agreed(agreed: Sequence[Due], mine: Mapping[str, str]) -> None:
    """Draw what was agreed for today: whom to call, what of the freeze, and what the client is to be told next."""
    language = shell.language()
    t, code = language.text, language.code
    st.subheader(t("start.agreed", number=len(agreed)), anchor=False)
    if not agreed:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f":material/event_available: {plain(t('start.agreed.none'))}", width="content")
            query = {"view": "calendar", **mine}
            st.page_link("pages/board.py", label=t("start.agreed.calendar"), query_params=query)
    names = ("start.hour", "start.migration", "start.contact", "start.freeze", "start.owner")
    heads = dict(zip(map(t, names), (12, 31, 21, 19, 17), strict=True))
    for due in agreed[:SHOWN]:
        m = due.agreed.migration
        with st.container(border=True, gap="small", key=f"start_due_{m.id}"):
            row = ("late" if due.agreed.late else "", _due(due))
            line_table.line_table(f"{m.ref} · {m.client}", heads, [row], key=f"start_agreed_{m.id}_{code}")
            label = t("start.tell", stage=worded.stage(due.tell, shell.process()))
            with st.expander(plain(label), icon=":material/mail:", key=f"start_tell_{m.id}_{due.tell}_{code}"):
                client_message.draw(m, due.tell, due.about, f"start_message_{m.id}_{due.tell}_{code}")
    _more(len(agreed) - SHOWN, {"view": "calendar", **mine})


def _due(due: Due) -> list[Cell]:
    language, team, m = shell.language(), shell.team(), due.agreed.migration
    t = language.text
    hour = Part(f"{due.agreed.hour:%H:%M}" if due.agreed.hour else t("start.no_hour"), "strong")
    notes = [Part(t("start.not_accepted"), "late")] if not due.agreed.accepted and not due.agreed.begun else []
    notes += [Part(language.value(worded.hold(m)), "due")] if m.hold is not None else []
    names = [d.display for d in m.active]
    more = t("start.and_more", more=len(names) - _NAMED) if len(names) > _NAMED else ""
    freeze = Part(f"{_FREEZE[due.freeze]} {t(f'start.freeze.{due.freeze}')}", "late" if due.freeze == "missing" else "")
    owner = worded.person(m.owner, team) if m.owner else t("board.nobody")
    deputy = t("start.deputy", deputy=worded.person(m.deputy, team)) if m.deputy else t("start.no_deputy")
    return [
        [[hour], *([note] for note in notes)],
        [*_of_migration(m), [Part(", ".join(names[:_NAMED]) + more)]],
        _contact(m),
        [[freeze], [Part(t("start.stage", stage=worded.stage(m.stage, shell.process())), "small")]],
        [[Part(owner)], [Part(deputy, "small")]],
    ]


def _contact(m: Migration) -> Cell:
    t = shell.language().text
    if not m.contact_name and not m.contact_phone:
        return [[Part(f"▲ {t('start.no_contact')}", "late")]]
    number = dialled(m.contact_phone)
    phone = Part(m.contact_phone, "strong", href=f"tel:{number}" if number else "")
    return [[Part(m.contact_name)], [phone if m.contact_phone else Part(f"▲ {t('start.no_phone')}", "late")]]


# -- the numbers


def _totals(totals: Totals, mine: Mapping[str, str], owner: str) -> None:
    t = shell.language().text
    st.subheader(t("start.totals"), anchor=False)
    table = {"view": "table", **mine}
    unpriced = shell.prices() is None
    figures = (
        ("open", totals.open, t("start.held", number=totals.held) if totals.held else None, mine),
        ("us", totals.us, None, table | {"waits": "us"}),
        ("client", totals.client, None, table | {"waits": "client"}),
        ("finished", totals.finished, t("start.unknown", number=totals.unknown) if totals.unknown else None,
         {"since": str(clock.today() - today.RECENT + dt.timedelta(days=1)), **({"owner": owner} if owner else {})}),
        ("fees", "—" if unpriced else Grosze(totals.fees),
         t("start.no_prices") if unpriced else t("start.with_fee", number=totals.with_fee, open=totals.open), table),
    )  # fmt: skip
    with st.container(horizontal=True, gap="small"):
        for name, value, besides, query in figures:
            with st.container(width="stretch" if name == "fees" else 145, gap=None):
                st.metric(
                    t(f"start.total.{name}"),
                    shell.language().value(value),
                    besides,
                    delta_color="off",
                    delta_arrow="off",
                    help=plain(t(f"start.total.{name}.help")),
                )
                page = "pages/flow.py" if name == "finished" else "pages/board.py"
                st.page_link(page, label=t(f"start.total.{name}.open"), query_params=query)
