"""What is written of a look into a migration: at once, against the domain as it is drawn; why not is told there."""

from collections.abc import Callable, Sequence

import sqlalchemy as sa
import streamlit as st

from core.ground.messages import InputError
from core.migration.act import Act
from core.migration.dns_check import Checkable
from core.migration.event import Event
from core.migration.migration import Migration
from core.store.conflicts import ConflictError
from pages.parts.cutover.session_keys import WRONG
from pages.parts.shared import deed, last_deed, shell
from pages.parts.shared.words import plain

Decide = Callable[[Migration, Act], Sequence[Event]]


def write(of: Checkable, decide: Decide, said: str) -> bool:
    """Write what is decided for what stands; whether it was. A callback: `wrong` draws why it was not."""
    m, d, doing = of.migration, of.domain, shell.act()
    st.session_state.pop(WRONG, None)
    if doing is None or (store := shell.store_if_any()) is None:
        return False
    assert m.id is not None
    told = shell.language().text(said, ref=m.ref, domain=d.display)
    try:
        written = store.change(m.id, lambda now: decide(now, doing), domains={d.name: d.version}, origin=m.origin)
    except (InputError, ConflictError) as error:
        st.session_state[WRONG] = _of(of), error
    except sa.exc.DBAPIError as error:
        st.session_state[WRONG] = _of(of), shell.database_error(error)
    except LookupError:
        shell.tell(shell.language().text("deed.gone"))
    else:
        last_deed.remember(written, told)
        shell.tell(told)
        return True
    return False


def wrong(of: Checkable) -> None:
    """Draw why the last thing that somebody did here to this domain was not written."""
    what, error = st.session_state.get(WRONG, (None, None))
    if error is None or what != _of(of):
        return
    if isinstance(error, ConflictError) and error.now is not None:
        with st.container(border=True):
            st.markdown(f":material/sync_problem: **{plain(deed.why(error))}**")
            deed.events(error.since, error.now)
            st.caption(plain(shell.language().text("card.tick_again")))
    else:
        deed.refused(error)


def _of(of: Checkable) -> tuple[int | None, str]:
    return of.migration.id, of.domain.name
