"""Nowa migracja: a migration taken up by hand, with what the customer has said so far."""

import streamlit as st

from core.dns.names import split_names
from core.flow import agreeing
from core.ground.messages import InputError
from core.ground.text_limits import LINE
from core.migration import typed
from pages.parts.shared import agreed_fields, frame, migration_fields, mistakes, person_choice, shell
from pages.parts.shared.words import plain

frame.guard()
language, store = shell.language(), shell.store()
t = language.text
me = shell.person()

_TYPED, _WRONG, _OWNER = "_register_typed", "_register_wrong", "_register_owner"
BLANK = typed.blank(typed.OF_NEW)
EXAMPLES = {
    "domains": "example.pl, example.com",
    "ref": t("register.ref.example"),
    "nonstandard": t("register.nonstandard.example"),
    "note": t("card.note.example"),
}


reasons: dict[str, str] = {}


def key_of(name: str) -> str:
    """Return the key of a widget."""
    return f"register_{name}_{language.code}"


def widget(name: str) -> object:
    """Draw a field with what was typed into it, in whatever language and before whatever visit elsewhere."""
    key = key_of(name)
    if name == "package":
        st.session_state.setdefault(key, st.session_state.get(_TYPED, {}).get(name, ""))
        chosen, reasons[name] = agreed_fields.package(key_of, migration_fields.label(name), "")
        return chosen
    options = {"placeholder": EXAMPLES[name]} if name in EXAMPLES else {}
    return migration_fields.widget(name, key, st.session_state.get(_TYPED, {}).get(name, BLANK[name]), **options)


if me and st.session_state.get(_OWNER) != me.id:
    # Whoever takes it up is its owner, unless they say otherwise.
    held = st.session_state.setdefault(_TYPED, dict(BLANK))
    if held["owner"] in ("", st.session_state.get(_OWNER)):
        held["owner"] = st.session_state[f"register_owner_{language.code}"] = me.id
    st.session_state[_OWNER] = me.id

st.page_link("pages/board.py", label=t("card.back"), icon=":material/arrow_back:")
st.title(t("page.register.title"))
st.caption(plain(t("register.what")))
left, right = st.columns(2, gap="medium")
with left:
    st.subheader(t("register.who"), anchor=False)
    rows = (("client",), ("contact_name", "contact_phone"), ("no_phone",), ("owner", "deputy"), ("ref",))
    held = migration_fields.rows(rows, widget)
with right:
    st.subheader(t("register.moved"), anchor=False)
    rows = (("domains",), ("mailboxes", "websites"), ("package",), ("source_host", "target_host"), ("nonstandard",))
    held |= migration_fields.rows(rows, widget)
    st.caption(plain(t("register.counts")))
st.subheader(t("register.when"), anchor=False)
held |= migration_fields.rows((("planned_day", "planned_hour"),), widget)
new = max(len(split_names(str(held["domains"])[:LINE])), 1)
day, reasons["planned_at"] = agreed_fields.day(key_of, "planned_day", held["planned_day"], new=new)
held |= migration_fields.rows((("old_hosting_until", "fee_applies"), ("note",)), widget)
st.session_state[_TYPED] = held

told = st.container()
refused, doing = shell.refusal("work"), shell.act()
person_choice.ask(f"register_person_{language.code}")
if refused and me:
    st.caption(plain(refused))
if (
    st.button(
        t("register.save"),
        key=f"register_save_{language.code}",
        type="primary",
        icon=":material/add_circle:",
        disabled=refused is not None,
    )
    and doing
):
    try:
        taken = typed.registration(held)
        why = agreeing.reasons_for(taken.values, reasons, day, shell.prices())
        m = store.register(doing, taken.values, taken.domains, taken.note, why).migration
    except InputError as error:
        st.session_state[_WRONG] = error.errors
    else:
        for name in (_TYPED, _WRONG, _OWNER, *(key for key in st.session_state if str(key).startswith("register_"))):
            st.session_state.pop(name, None)
        shell.tell(t("register.saved", ref=m.ref, client=m.client))
        st.switch_page("pages/migration.py", query_params={"ref": m.ref})
with told:
    mistakes.draw(st.session_state.get(_WRONG, ()), language)
