"""Notices of tests: a team, quiet hours, a watch to be told of; real mail and web servers on loopback."""

import contextlib
import datetime as dt
import email
import email.policy
import http.server
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any, NamedTuple

import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from core.database.tables import notice as table
from core.database.tables import watch
from core.database.transactions import reading, writing
from core.migration.people import Team, parse_team
from core.notices import outbox
from core.notices.mail import Mail
from core.notices.notice import Notice
from core.notices.recipients import Recipients
from core.notices.sender import send_due
from core.notices.way import Way

NOON = dt.datetime(2026, 11, 21, 11, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)
SENDER = "desk@example.pl"


class Quiet(NamedTuple):
    begins: dt.time
    ends: dt.time


NIGHT = Quiet(dt.time(20), dt.time(7, 30))
NEVER = Quiet(dt.time(0), dt.time(0))

TEAM = """
email = "team@example.pl"
[[people]]
id = "anna"
name = "Anna Bobrowska"
role = "support"
email = "anna@example.pl"
[[people]]
id = "jan"
name = "Jan Wilk"
role = "manager"
email = "jan@example.pl"
language = "en"
[[people]]
id = "ola"
name = "Ola Sarna"
role = "support"
"""


def team() -> Team:
    return parse_team(TEAM)


def watched(engine: sa.Engine, name: str = "alfa.example") -> int:
    """Begin a watch, so that there is something to be told of; return its id."""
    row = {"name": name, "display": name, "begun_by": "anna", "begun_at": NOON, "form": {}, "phase": "planned"}
    row |= {"phase_since": NOON, "rounds": 0, "marks": {}, "end": "", "version": 0}
    with writing(engine) as connection:
        return connection.execute(sa.insert(watch).values(row).returning(watch.c.id)).scalar_one()


def told(name: str = "alfa.example", **more: Any) -> dict[str, Any]:
    return {"name": name, "ref": "P-61", "at": "2026-11-21T10:58:00+00:00", **more}


def write(engine: sa.Engine, *to: str, watch_id: int | None = None, key: str = "published.1", **how: Any) -> int:
    """Write a notice to each of `to`, about a domain of its own; return the watch."""
    watch_id = watched(engine) if watch_id is None else watch_id
    given = {"urgent": True, "now": NOON, "quiet": NIGHT, "told": told(f"w{watch_id}.example")} | how
    with writing(engine) as connection:
        outbox.write(connection, watch_id, key, recipients=Recipients(to or ("anna",)), **given)
    return watch_id


def rows(engine: sa.Engine) -> list[Notice]:
    """Return all notices, the oldest first."""
    with reading(engine) as connection:
        return sorted(outbox.load(connection), key=lambda notice: notice.id)


def states(engine: sa.Engine) -> list[str]:
    return [notice.state for notice in rows(engine)]


def why(notice: Notice) -> str:
    return notice.trouble["id"] if notice.trouble else ""


def send(engine: sa.Engine, ways: dict[str, Way], now: dt.datetime = NOON, **more: Any) -> int:
    return send_due(engine, "here", now, ways, team(), more.pop("quiet", NIGHT), **more)


def of_another_life(engine: sa.Engine) -> None:
    """Let all notices be of a life of the database before this one."""
    with writing(engine) as connection:
        connection.execute(sa.update(table).values(epoch="another"))


# -- a mail server


@dataclass
class Mailbox:
    """A mail server: what came, and what it says instead of yes, by address ("DATA" for any message)."""

    port: int = 0
    came: list[EmailMessage] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    waits: threading.Event | None = None

    def mail(self, tls: str = "off", **more: Any) -> Mail:
        return Mail("127.0.0.1", self.port, tls, SENDER, **more)

    @property
    def to(self) -> list[str]:
        return [message["To"] for message in self.came]

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.waits is not None:
            import asyncio

            await asyncio.get_running_loop().run_in_executor(None, self.waits.wait)
        if said := self.refuses.get("DATA"):
            return said
        self.came.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 taken"


def _knows(accounts: dict[str, str]) -> Callable[..., AuthResult]:
    def authenticator(server: Any, session: Any, envelope: Any, mechanism: str, given: LoginPassword) -> AuthResult:
        known = accounts.get(given.login.decode())
        return AuthResult(success=known is not None and known == given.password.decode(), handled=False)

    return authenticator


@contextlib.contextmanager
def mailbox(
    port: int = 0, tls: ssl.SSLContext | None = None, *, at_once: bool = False, accounts: dict[str, str] | None = None
) -> Iterator[Mailbox]:
    """Run a mail server in a thread of its own.

    `tls`: what it proves itself by, as it then offers STARTTLS, or speaks TLS `at_once`; `accounts`: passwords of those
    who alone may send.
    """
    box = Mailbox()

    class OfAnyPort(Controller):
        def _trigger_server(self) -> None:
            # Asks the port that was given, which is none.
            self.port = self.server.sockets[0].getsockname()[1]
            super()._trigger_server()

    how: dict[str, Any] = {"ssl_context": tls} if at_once else {"tls_context": tls}
    if accounts:
        how |= {"authenticator": _knows(accounts), "auth_required": True}
    server = OfAnyPort(box, hostname="127.0.0.1", port=port, ready_timeout=60, **how)
    server.start()
    box.port = server.port
    try:
        yield box
    finally:
        if box.waits is not None:
            box.waits.set()
        server.stop()


# -- a web server


@dataclass
class Post:
    path: str
    headers: Any
    body: bytes

    @property
    def said(self) -> Any:
        return json.loads(self.body)


@dataclass
class Posted:
    """A web server: what came, and what it answers: a status, headers and a body."""

    port: int = 0
    came: list[Post] = field(default_factory=list)
    answer: Callable[[], tuple[int, dict[str, str], bytes]] = lambda: (200, {}, b"ok")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks/token"


@contextlib.contextmanager
def posted() -> Iterator[Posted]:
    """Run a web server in a thread of its own."""
    found = Posted()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.came.append(Post(self.path, self.headers, body))
            status, headers, answer = found.answer()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(answer)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
