"""A session of the dashboard without a browser: the websocket that a browser opens, and its uploads."""

import contextlib
import uuid
from http.client import HTTPConnection
from urllib.parse import SplitResult

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
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
        self.run(page)

    def run(self, page: str = "") -> None:
        """Ask for a page and wait until its script has run."""
        asked = BackMsg()
        asked.rerun_script.page_name = page
        self.socket.send(asked.SerializeToString())
        while True:
            message = ForwardMsg.FromString(self.socket.recv(timeout=120))
            if message.WhichOneof("type") == "new_session":
                self.id = message.new_session.initialize.session_id
            if message.WhichOneof("type") == "script_finished":
                return

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
