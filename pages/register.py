"""Nowa migracja: a migration taken up by hand, with what the customer has said so far."""

import streamlit as st

from core.ground.messages import InputError
from core.migration import typed
from pages.parts.shared import frame, migration_fields, mistakes, shell
from pages.parts.shared.words import plain

frame.guard()
language, store = shell.language(), shell.store()
t = language.text
me = shell.person()

_TYPED, _WRONG, _OWNER = "_register_typed", "_register_wrong", "_register_owner"
BLANK = dict.fromkeys(typed.OF_NEW, "") | {"planned_day": None, "fee_applies": False}
EXAMPLES = {
    "domains": "example.pl, example.com",
    "ref": t("register.ref.example"),
    "nonstandard": t("register.nonstandard.example"),
    "note": t("card.note.example"),
}


def widget(name: str) -> object:
    """Draw a field with what was typed into it, in whatever language and before whatever visit elsewhere."""
    key = f"register_{name}_{language.code}"
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
    rows = (("client",), ("contact_name", "contact_phone"), ("owner", "deputy"), ("ref",))
    held = migration_fields.rows(rows, widget)
with right:
    st.subheader(t("register.moved"), anchor=False)
    rows = (("domains",), ("mailboxes", "websites"), ("package",), ("source_host", "target_host"), ("nonstandard",))
    held |= migration_fields.rows(rows, widget)
    st.caption(plain(t("register.counts")))
st.subheader(t("register.when"), anchor=False)
held |= migration_fields.rows((("planned_day", "planned_hour"), ("fee_applies",), ("note",)), widget)
st.session_state[_TYPED] = held

told = st.container()
refused, doing = shell.refusal("work"), shell.act()
if refused:
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
        new = typed.registration(held)
        m = store.register(doing, new.values, new.domains, new.note).migration
    except InputError as error:
        st.session_state[_WRONG] = error.errors
    else:
        for name in (_TYPED, _WRONG, _OWNER, *(key for key in st.session_state if str(key).startswith("register_"))):
            st.session_state.pop(name, None)
        shell.tell(t("register.saved", ref=m.ref, client=m.client))
        st.switch_page("pages/migration.py", query_params={"ref": m.ref})
with told:
    mistakes.draw(st.session_state.get(_WRONG, ()), language)
