"""All that a run has drawn reaches the browser.

Streamlit (1.67) draws in a thread and sends in a loop. Where a fragment is asked for when the thread has ended and the
loop has not caught up, the session takes a new thread and ignores what the old one still had to say. After a run of the
whole page nothing is missed. But pages here ask for a fragment every two seconds: on a busy machine the end of a form
then stays as it was, its button shut, until somebody changes a field; or a dialog never opens.
"""

from typing import Any
from weakref import WeakKeyDictionary

from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import RerunData, ScriptRunner, ScriptRunnerEvent

CREATE, HANDLE = "_create_scriptrunner", "_handle_scriptrunner_event_on_event_loop"
"""What of Streamlit's is replaced: how a session takes a new thread, and hears what one has to say."""
created, handled = AppSession._create_scriptrunner, AppSession._handle_scriptrunner_event_on_event_loop

_ended: WeakKeyDictionary[AppSession, list[ScriptRunner]] = WeakKeyDictionary()
"""Those that ended by themselves and are not heard to the end, by session."""


def install() -> None:
    """Let the sessions of this process hear every run to its end; once is enough, more does no harm."""
    setattr(AppSession, CREATE, _create)
    setattr(AppSession, HANDLE, _handle)


def _create(session: AppSession, data: RerunData) -> None:
    if session._scriptrunner is None:
        # Stopped for a run of the whole page, which draws all of it anew.
        _ended.pop(session, None)
    else:
        _ended.setdefault(session, []).append(session._scriptrunner)
    created(session, data)


def _handle(session: AppSession, sender: ScriptRunner | None, event: ScriptRunnerEvent, *more: Any) -> None:
    """Hear an event; one of a run that has ended as if it came from the thread that is there now."""
    if sender is session._scriptrunner:
        # Whatever had ended before it began has been heard by now: events come in order.
        _ended.pop(session, None)
    elif sender in _ended.get(session, ()) and event is not ScriptRunnerEvent.SHUTDOWN:
        sender = session._scriptrunner
    handled(session, sender, event, *more)
