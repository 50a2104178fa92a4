"""What the buttons of the lines do: the dialog of a gate, the check of the DNS, an owner, a tick; at once, on Start."""

from collections.abc import Mapping
from functools import partial

import sqlalchemy as sa
import streamlit as st

from core.flow.duties import Action, Line
from core.ground.messages import InputError
from core.migration import moves
from core.migration.act import Act
from core.migration.dns_check import check_form
from core.migration.event import Event
from core.migration.migration import Migration
from core.store.conflicts import ConflictError
from pages.parts.shared import deed, last_deed, line_table, migration_words, move_dialog, shell
from pages.parts.shared.deed import Deed, Dialogs
from pages.parts.shared.words import plain

_TROUBLE = "_start_trouble"
_ASK = "start_ask"


def row(line: Line) -> str:
    """Return what the buttons of a line know it by."""
    return f"{line.migration.id}-{line.migration.token}"


def act(lines: Mapping[str, Line], id: str, nth: str) -> None:
    """Do what a button of a line asks for: a callback. `lines` are those that were drawn, by their rows."""
    line = lines.get(id)
    actions = {str(n): action for n, action in enumerate(line.actions)} if line else {}
    st.session_state.pop(_TROUBLE, None)
    if line is None or nth not in actions:
        return
    action, m = actions[nth], line.migration
    match action.deed:
        case "check":
            line_table.leads("propagation", check_form((action.domains or tuple(m.active))[0]))
        case "open":
            line_table.leads("migration", {"ref": m.ref})
        case "move":
            _go_on(m, action)
        case "take" | "tick":
            if shell.refusal("work"):
                # Asked for there and then who sits here; on a phone the sidebar is out of sight.
                deed.begin(_ASK, m, action=action)
            else:
                _at_once(m, action)


def trouble() -> None:
    """Draw why the last button did nothing."""
    error = st.session_state.get(_TROUBLE)
    if error is not None:
        deed.refused(error)


def _go_on(m: Migration, action: Action) -> None:
    about = {} if action.step is None else {"step": action.step, "domains": tuple(d.name for d in action.domains)}
    deed.begin(move_dialog.KIND, m, **about)


def _at_once(m: Migration, action: Action) -> None:
    """Write it as it was seen on the screen; nothing, where somebody else was quicker."""
    doing = shell.act()
    assert doing is not None
    assert m.id is not None
    try:
        written = shell.store().change(
            m.id, partial(_events, act=doing, action=action), seen=m.version, origin=m.origin
        )
    except (InputError, ConflictError) as error:
        st.session_state[_TROUBLE] = error
    except sa.exc.DBAPIError as error:
        st.session_state[_TROUBLE] = shell.database_error(error)
    except LookupError:
        shell.tell(shell.language().text("deed.gone"))
    else:
        said = _done(m, action)
        last_deed.remember(written, said)
        shell.tell(said)


def _events(m: Migration, act: Act, action: Action) -> tuple[Event, ...]:
    if action.deed == "take":
        return moves.change(m, act, {"owner": act.person.id})
    return moves.check(m, act, action.item, choice=action.way)


def _done(m: Migration, action: Action) -> str:
    t = shell.language().text
    if action.deed == "take":
        return t("start.taken", ref=m.ref)
    check = shell.process().checks[action.item]
    way = next((way.label for way in check.choices or () if way.id == action.way), "")
    return t("start.ticked", ref=m.ref, check=check.label, way=way)


# -- who sits here, where that has to be asked


def _title(d: Deed) -> str:
    return plain(f"{d.seen.ref} · {d.seen.client}")


def _ask(d: Deed) -> None:
    action: Action = d.about["action"]
    t, blocked = shell.language().text, deed.meanwhile(d)
    refused = shell.refusal("work")
    if refused and shell.person():
        st.info(plain(refused), icon=":material/person:")
    label = t(f"verb.{action.verb}")
    st.markdown(plain(migration_words.some([one.display for one in d.seen.active])))
    if st.button(label, key=d.key("go"), type="primary", disabled=bool(refused or blocked)):
        deed.attempt(d, lambda m, act: _events(m, act, action), _done(d.seen, action))


DIALOGS: Dialogs = {**move_dialog.DIALOGS, _ASK: (_title, _ask)}
