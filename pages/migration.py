"""One migration: what is known of it, where its domains stand, what its stage waits for, and all that happened."""

import pandas as pd
import streamlit as st

from core import clock
from core.messages import InputError
from core.pipeline import worded
from core.pipeline.clocks import running
from core.pipeline.fee import fee_of
from core.pipeline.listing import gate
from core.pipeline.migration import Migration
from pages.parts import shell
from pages.parts.words import plain

shell.guard()
language = shell.language()
t = language.text
process, team, store = shell.process(), shell.team(), shell.store()
ref = st.query_params.get("ref", "")
m = store.by_ref(ref) if ref else None

if m is None:
    st.title(t("page.migration.title"))
    if ref:
        st.error(plain(t("card.unknown", ref=ref[:80])), icon=":material/search_off:")
    else:
        st.info(plain(t("card.none")), icon=":material/info:")
    st.page_link("pages/board.py", label=t("card.back"), icon=shell.PAGES["board"])
    st.stop()


def label(name: str) -> str:
    return language.value(worded.column(name))


def said(name: str, value: object) -> str:
    """Return a value of the migration as the reader writes it."""
    return language.value(worded.value(name, value, process, team))


def why(reason: str) -> str:
    """Return a reason as somebody gave it; where the import had none to give, that it was the import."""
    return t("card.by_import") if reason == "import" else reason


def at(moment) -> str:
    return language.value(worded.moment(moment)) if moment else ""


def some(names: list[str]) -> str:
    """Return names, all but the first few as their number."""
    few = ", ".join(names[:3])
    return few if len(names) <= 3 else t("board.domains", first=few, more=len(names) - 3)


def fields(m: Migration) -> dict[str, str]:
    """Return what is filled in, by its label; blanks left out."""
    names = (
        *("package", "source_host", "target_host", "owner", "deputy", "contact_name", "contact_phone"),
        *("nonstandard", "planned_at"),
    )
    found = {label(name): said(name, getattr(m, name)) for name in names}
    if m.open:
        found[label("waiting_on")] = said("waiting_on", m.waiting_on)
    tariff = shell.prices()
    fee = fee_of(m, tariff, clock.today()) if tariff else None
    found[label("fee_applies")] = t("card.fee_net", fee=fee) if fee is not None else said("fee_applies", m.fee_applies)
    return found


def grid(values: dict[str, str], columns: int = 3) -> None:
    cells = [(label, text) for label, text in values.items() if text]
    for start in range(0, len(cells), columns):
        for column, (label, text) in zip(st.columns(columns), cells[start : start + columns], strict=False):
            column.markdown(f":small[{plain(label)}]  \n{plain(text)}")


def head(m: Migration) -> None:
    st.page_link("pages/board.py", label=t("card.back"), icon=":material/arrow_back:")
    st.title(plain(f"{m.ref} · {m.client}"))
    if m.sample:
        st.caption(f":material/science: {plain(t('card.sample'))}")
    with st.container(border=True):
        st.markdown(f"**{plain(language.value(worded.stage(m.stage, process)))}**")
        if m.cancelled is not None:
            since = worded.value("planned_at", m.cancelled["since"], process, team)
            st.warning(
                plain(t("card.cancelled", since=since or t("card.day_unknown"), reason=why(m.cancelled["reason"]))),
                icon=":material/cancel:",
            )
        if m.hold is not None and m.open:
            st.warning(
                plain(t("card.held", hold=worded.hold(m), reason=why(m.hold["reason"]))), icon=":material/pause_circle:"
            )
        for message, how, names in worded.clocks(running(m, process, clock.now()), m, process):
            line = language.value(message)
            if names and len(m.active) > 1:
                line = t("clock.of", what=some(names), clock=line)
            if how == "late":
                st.error(plain(line), icon=":material/alarm:")
            elif how != "paused":
                st.markdown(f":material/schedule: {plain(line)}")
        grid(fields(m))


def checks(m: Migration) -> None:
    lines: dict[str, list[str]] = {}
    for waited in gate(m, process, clock.now()):
        check, count = waited.check, len(waited.domains)
        icon = ":material/check_circle:" if waited.done else ":material/radio_button_unchecked:"
        line = f"{icon} {plain(language.value(check.label))}"
        if not check.required:
            line += f" {plain(t('card.optional'))}"
        if count > 1:
            line += f" · {count - len(waited.missing)}/{count}"
        subject = waited.domains[0] if waited.domains else m
        if waited.missing and count > len(waited.missing):
            line += f" :small[{plain(t('card.missing', domains=some([d.display for d in waited.missing])))}]"
        elif count <= 1 and (how := subject.checks.get(check.id)):
            parts = [at(how.at) or t("card.day_unknown"), worded.person(how.actor, team)]
            if way := worded.way(check.id, how.choice, how.detail, process):
                parts.append(language.value(way))
            line += f" :small[{plain(' · '.join(parts))}]"
        names = some([d.display for d in waited.domains])
        head = f"{plain(language.value(worded.stage(waited.stage, process)))} · {plain(names)}" if names else ""
        lines.setdefault(head, []).append(line)
    if not lines:
        st.caption(plain(t("card.no_checks")))
    st.markdown("\n\n".join("  \n".join([f"**{head}**", *found] if head else found) for head, found in lines.items()))


def domains(m: Migration) -> None:
    rows = []
    for d in m.domains.values():
        tested = t("card.test_unrecorded") if d.test_unrecorded else at(d.tested_at)
        rows.append(
            {
                language.field("domain"): d.display if d.display == d.name else f"{d.display} ({d.name})",
                language.field("step"): language.value(worded.stage("withdrawn" if d.withdrawn else d.step, process)),
                language.field("mailboxes"): said("mailboxes", d.mailboxes),
                language.field("websites"): said("websites", d.websites),
                language.field("tested_at"): tested,
                language.field("dns_switched_at"): at(d.dns_switched_at),
                language.field("visible_at"): at(d.visible_at),
                **{
                    language.field(name): getattr(d, name)
                    for name in ("old_ns", "new_ns", "old_addresses", "new_addresses")
                },
            }
        )
    table = pd.DataFrame(rows)
    # Columns that nobody has filled in only push the others off the screen.
    st.dataframe(
        table.loc[:, (table != "").any()], hide_index=True, height=min(38 + 35 * len(rows), 460), key="card_domains"
    )
    if kept := [(d.display, name, text) for d in m.domains.values() for name, text in d.extra.items()]:
        st.markdown(plain(t("card.extra")))
        labels = [language.field("domain"), t("import.column"), t("import.value")]
        st.dataframe(
            pd.DataFrame(kept, columns=labels), hide_index=True, height=min(38 + 35 * len(kept), 300), key="card_extra"
        )


def notes(m: Migration) -> None:
    for note in reversed(m.notes):
        with st.container(border=True):
            st.caption(plain(f"{at(note.at) or t('card.day_unknown')} · {worded.person(note.actor, team)}"))
            st.markdown("  \n".join(plain(line) for line in note.text.splitlines()))


def history(m: Migration) -> None:
    several = len(m.domains) > 1
    rows = []
    for event in reversed(store.events(m.id)):
        told = worded.event(event, process, team)
        given = [f"{language.value(name)}: {language.value(value)}" for name, value in told.given]
        domain = m.domains[event.domain].display if event.domain in m.domains else (event.domain or "")
        rows.append(
            {
                t("card.occurred"): at(event.occurred_at) or t("card.day_unknown"),
                t("card.what"): t(told.what),
                **({language.field("domain"): domain} if several else {}),
                t("card.old"): language.value(told.old),
                t("card.new"): "; ".join(filter(None, [language.value(told.new), *given])),
                t("card.why"): (f"{t('card.forced')}: " if event.forced else "") + why(event.reason),
                t("card.who"): worded.person(event.actor, team),
                t("card.recorded"): at(event.recorded_at),
                t("card.source"): t("card.batch", number=str(event.batch)) if event.batch else "",
            }
        )
    table = pd.DataFrame(rows)
    st.dataframe(
        table.loc[:, (table != "").any()],
        hide_index=True,
        height=min(38 + 35 * len(rows), 640),
        column_config={
            t("card.occurred"): st.column_config.TextColumn(width=125),
            t("card.what"): st.column_config.TextColumn(width=240),
            language.field("domain"): st.column_config.TextColumn(width=150),
            t("card.old"): st.column_config.TextColumn(width=130),
            t("card.new"): st.column_config.TextColumn(width=200),
        },
        key="card_history",
    )


def erasing(m: Migration) -> None:
    """Let a manager erase the migration: everything of it goes, but that somebody did and why."""
    st.markdown(plain(t("card.erase.what")))
    if refused := shell.refusal("erase"):
        st.caption(plain(refused))
        return
    reason = st.text_input(t("card.erase.reason"), key="card_reason", placeholder=t("card.erase.example"))
    sure = st.checkbox(t("card.erase.sure"), key="card_sure")
    doing = shell.act()
    # A reason typed just before the click comes along with it: an empty one is told, not waited for.
    if st.button(t("card.erase"), key="card_erase", icon=":material/delete:", disabled=not sure) and doing:
        try:
            store.erase([m.id], doing, reason)
        except InputError as error:
            for mistake in error.errors:
                st.error(plain(language.mistake(mistake)), icon=":material/error:")
        else:
            shell.tell(t("card.erased", ref=m.ref))
            st.switch_page("pages/board.py")


head(m)
left, right = st.columns([3, 2], gap="medium")
with left:
    st.subheader(t("card.checks"), anchor=False)
    checks(m)
with right:
    st.subheader(t("card.notes"), anchor=False)
    if m.notes:
        notes(m)
    else:
        st.caption(plain(t("card.no_notes")))
st.subheader(t("card.domains", count=len(m.active)), anchor=False)
domains(m)
st.subheader(t("card.history"), anchor=False)
history(m)
with st.expander(t("card.erase.title"), icon=":material/delete:"):
    erasing(m)
