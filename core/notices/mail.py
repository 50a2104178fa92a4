"""By mail: a message to one address, as plain text, over a connection that is encrypted unless a setting says not.

The dialogue is RFC 5321, spoken step by step: between RCPT and DATA the outbox is told, since from then on nobody can
take the message back.
"""

import contextlib
import email.policy
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from pydantic import SecretStr

from core.ground.messages import Message
from core.ground.settings import Settings
from core.ground.validation import one_line
from core.notices.way import LOST, SENT, Outcome, Outgoing, said

TIMEOUT = 30.0
"""Seconds that the server has for each of its answers."""
LONGEST = 120.0
"""Seconds that a message takes at most, so that its claim outlasts it."""
_SUBJECT = 200


@dataclass(frozen=True)
class Mail:
    """A mail server that takes our messages; `tls`: "starttls", "tls" or "off"."""

    host: str
    port: int
    tls: str
    sender: str
    user: str = ""
    password: SecretStr | None = None
    timeout: float = TIMEOUT
    longest: float = LONGEST

    def send(self, message: Outgoing, hand_over: Callable[[], bool]) -> Outcome:
        """Send a message; what the server answered is told as its own words, of a bounded length."""
        handed = False
        try:
            with self._opened() as server:
                _accepted(server.mail(self.sender))
                code, answer = server.rcpt(message.to)
                if not _is_yes(code):
                    why = Message("notice.trouble.recipient", {"code": str(code), "said": said(answer)})
                    return Outcome(why, final=code >= 500)
                if not hand_over():
                    return LOST
                handed = True
                code, answer = server.data(written(message, self.sender))
                return SENT if _is_yes(code) else _refused(code, answer)
        except smtplib.SMTPDataError as error:
            return _refused(error.smtp_code, error.smtp_error)
        except smtplib.SMTPNotSupportedError as error:
            # What it does not offer is STARTTLS, or signing in.
            return Outcome(Message("notice.trouble.no_tls", {"said": said(error)}), unreachable=True)
        except smtplib.SMTPResponseException as error:
            values = {"code": str(error.smtp_code), "said": said(error.smtp_error)}
            return Outcome(Message("notice.trouble.server", values), unreachable=True)
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            return Outcome(Message("notice.trouble.lost", {"said": said(error)}), unsure=handed, unreachable=True)

    @contextlib.contextmanager
    def _opened(self) -> Iterator[smtplib.SMTP]:
        domain = self.sender.partition("@")[2]
        made: dict[str, Any] = {"timeout": self.timeout, "local_hostname": domain}
        trusted = None if self.tls == "off" else ssl.create_default_context()
        server = smtplib.SMTP_SSL(context=trusted, **made) if self.tls == "tls" else smtplib.SMTP(**made)
        # Whom the certificate must name; only the constructor, which would connect before it can be stopped, sets it.
        server._host = self.host  # type: ignore[attr-defined]
        stopping = threading.Timer(self.longest, _stop, [server])
        stopping.daemon = True
        stopping.start()
        try:
            code, answer = server.connect(self.host, self.port)
            if code != 220:
                raise smtplib.SMTPConnectError(code, answer)
            server.ehlo_or_helo_if_needed()
            if self.tls == "starttls":
                server.starttls(context=trusted)
                server.ehlo_or_helo_if_needed()
            if self.user and self.password:
                server.login(self.user, self.password.get_secret_value())
            yield server
            # It has answered for the message: what it says to a farewell changes nothing.
            with contextlib.suppress(OSError, smtplib.SMTPException):
                server.quit()
        finally:
            stopping.cancel()
            server.close()


def of_settings(settings: Settings) -> Mail | None:
    """Return the mail server of the settings; None where none is set."""
    if not settings.smtp_host:
        return None
    return Mail(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_tls,
        settings.smtp_sender,
        settings.smtp_user,
        settings.smtp_password,
    )


def written(message: Outgoing, sender: str) -> bytes:
    """Return a message as it goes over the wire; nothing in its subject can become a header of its own."""
    made = EmailMessage(policy=email.policy.SMTP)
    made["From"], made["To"] = sender, message.to
    made["Subject"] = one_line(message.subject)[:_SUBJECT]
    made["Date"] = format_datetime(message.at)
    made["Message-ID"] = f"<{message.id}@{sender.partition('@')[2]}>"
    # RFC 3834: nobody's holiday is answered to a program.
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(message.body, cte="quoted-printable")
    return made.as_bytes()


def _accepted(answer: tuple[int, bytes]) -> None:
    code, text = answer
    if not _is_yes(code):
        raise smtplib.SMTPResponseException(code, text)


def _is_yes(code: int) -> bool:
    # What is no answer at all smtplib tells as -1.
    return 200 <= code < 300


def _refused(code: int, answer: bytes | str) -> Outcome:
    return Outcome(Message("notice.trouble.refused", {"code": str(code), "said": said(answer)}), final=code >= 500)


def _stop(server: smtplib.SMTP) -> None:
    """End a dialogue from another thread: whoever waits for an answer is told that there is none."""
    if server.sock is not None:
        with contextlib.suppress(OSError):
            socket.socket.shutdown(server.sock, socket.SHUT_RDWR)
