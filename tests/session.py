"""A session of the dashboard without a browser: the websocket that a browser opens, and its uploads."""

import contextlib
import uuid
from http.client import HTTPConnection
from urllib.parse import SplitResult

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import connect


class Session:
    """A session that has asked for a page once; closed, the server forgets it after a while."""

    def __init__(self, desk: SplitResult, page: str = "") -> None:
        self.desk = desk
        self.cookie, self.token = _xsrf(desk)
        self._open = contextlib.ExitStack()
        self.socket = self._open.enter_context(
            connect(
                f"ws://{desk.netloc}/_stcore/stream",
                origin=f"http://{desk.netloc}",
                subprotocols=["streamlit", self.token],
                additional_headers={"Cookie": self.cookie},
                max_size=None,
                open_timeout=60,
            )
        )
        self.page, self.widgets, self.texts, self.broken = page, {}, [], False
        self.run()

    def run(self, page: str = "", **states: WidgetState) -> None:
        """Ask for a page and wait until its script has run; `states`: what widgets are set to, by their keys.

        `widgets` has the ids of those that the page has drawn, by their keys, and `texts` what it says.
        """
        self.page = page or self.page
        self.start(states)
        while not self.look(300):
            pass

    def start(self, states: dict[str, WidgetState]) -> None:
        """Ask for the page without waiting."""
        asked = BackMsg()
        asked.rerun_script.page_name = self.page
        for key, state in states.items():
            state.id = self.widgets[key]
            asked.rerun_script.widget_states.widgets.append(state)
        self.socket.send(asked.SerializeToString())
        self.widgets, self.texts, self.broken = {}, [], False

    def look(self, seconds: float = 0.1) -> bool:
        """Take in what the server says next, in so many seconds; return whether it was that the page is done."""
        try:
            message = ForwardMsg.FromString(self.socket.recv(timeout=seconds))
        except TimeoutError:
            return False
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.id = message.new_session.initialize.session_id
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._note(message.delta.new_element)
        return kind == "script_finished" and not message.script_finished

    def _note(self, element: Element) -> None:
        self.broken |= element.WhichOneof("type") == "exception"
        drawn = getattr(element, element.WhichOneof("type"))
        if id := getattr(drawn, "id", ""):
            # "$$ID-<hash>-<key>"
            self.widgets[id.split("-", 2)[-1]] = id
        if body := getattr(drawn, "body", ""):
            self.texts.append(body)

    def bring(self, key: str, name: str, data: bytes) -> None:
        """Upload a file through the uploader of a key, and wait until the page has dealt with it."""
        self.run(**self.brought(key, name, data))

    def brought(self, key: str, name: str, data: bytes) -> dict[str, WidgetState]:
        """Upload a file, and return the state of the uploader of a key that has it."""
        file = str(uuid.uuid4())
        status, text = self.upload(data, file=file)
        assert status == 204, text
        state = WidgetState()
        info = state.file_uploader_state_value.uploaded_file_info.add()
        info.file_id, info.name, info.size = file, name, len(data)
        return {key: state}

    def click(self, key: str) -> None:
        """Click a button, and wait until the page has dealt with it."""
        self.run(**{key: WidgetState(trigger_value=True)})

    def upload(self, data: bytes, *, session: str | None = None, file: str | None = None, **headers: str):
        """Send a file to the upload endpoint as a browser does; return the status and the text of the answer."""
        head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="x.csv"\r\nContent-Type: text/csv\r\n\r\n'
        return self.send("PUT", head + data + b"\r\n--b--\r\n", session=session, file=file, **headers)

    def send(self, method: str, body=None, *, session: str | None = None, file: str | None = None, **headers: str):
        """Send anything to the upload endpoint; `body` may be an iterable, which is sent in chunks."""
        connection = HTTPConnection(self.desk.hostname, self.desk.port, timeout=120)
        path = f"/_stcore/upload_file/{session or self.id}/{file or uuid.uuid4()}"
        kept = {"X-Xsrftoken": self.token, "Cookie": self.cookie, "Content-Type": "multipart/form-data; boundary=b"}
        with contextlib.closing(connection):
            # A refusal comes before the body is read: the rest of it then finds nobody.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.request(method, path, body, {"Host": self.desk.netloc, **kept, **headers})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    def close(self) -> None:
        self._open.close()


def _xsrf(desk: SplitResult) -> tuple[str, str]:
    connection = HTTPConnection(desk.hostname, desk.port, timeout=60)
    with contextlib.closing(connection):
        connection.request("GET", "/_stcore/health", headers={"Host": desk.netloc})
        cookie = connection.getresponse().getheader("Set-Cookie", "").partition(";")[0]
    return cookie, cookie.partition("=")[2].strip('"')
