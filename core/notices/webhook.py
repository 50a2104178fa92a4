"""By a webhook: JSON that Slack, Mattermost, Teams or a program of one's own reads, signed by HMAC.

`X-Desk-Signature: sha256=HMAC(secret, timestamp + "." + body)`, `X-Desk-Timestamp` in seconds since 1970;
`Idempotency-Key` is the same however often a message is sent.
"""

import hashlib
import hmac
import json
import re
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
from pydantic import SecretStr

from core.ground.messages import Message
from core.ground.settings import Settings
from core.notices.way import LOST, SENT, Outcome, Outgoing, said

TIMEOUT = 30.0
"""Seconds for each step of a post; with what is read of an answer it is over within LONGEST."""
LONGEST = 120.0
_ANSWER = 1_000
"""Octets read of an answer."""
_TEXT = 8_000
_LINES = 100
"""Letters and lines of a text: a card of Teams takes 28 KB, Mattermost 16,383 letters, Slack 40,000."""
_AGAIN = frozenset({408, 425, 429})
_MARKS = re.compile(r"([\\`*_~#>|\[\]])")


@dataclass(frozen=True)
class Webhook:
    """An address that notices are posted to; `kind`: "slack", "mattermost", "teams" or "plain"."""

    url: SecretStr
    kind: str
    secret: SecretStr | None = None
    timeout: float = TIMEOUT
    longest: float = LONGEST

    def send(self, message: Outgoing, hand_over: Callable[[], bool]) -> Outcome:
        """Post a message: no redirect is followed, as it would be sent to whoever that names."""
        body = json.dumps(SHAPES[self.kind](message), ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": message.id, **self._signed(body, message)}
        # What the machine's environment says of proxies and logins is not meant for this address.
        trusted = ssl.create_default_context()
        with httpx.Client(timeout=self.timeout, follow_redirects=False, trust_env=False, verify=trusted) as client:
            if not hand_over():
                return LOST
            try:
                with client.stream("POST", self.url.get_secret_value(), content=body, headers=headers) as response:
                    if response.is_success:
                        return SENT
                    return _refused(response.status_code, self._beginning(response))
            except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol) as error:
                return Outcome(Message("notice.trouble.lost", {"said": self._kept(error)}), unreachable=True)
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                why = Message("notice.trouble.lost", {"said": self._kept(error)})
                return Outcome(why, unsure=True, unreachable=True)

    def _signed(self, body: bytes, message: Outgoing) -> dict[str, str]:
        stamp = f"{int(message.at.timestamp())}"
        if self.secret is None:
            return {"X-Desk-Timestamp": stamp}
        return {"X-Desk-Timestamp": stamp, "X-Desk-Signature": signature(self.secret.get_secret_value(), stamp, body)}

    def _beginning(self, response: httpx.Response) -> bytes:
        found, over = b"", time.monotonic() + self.longest
        for part in response.iter_raw(_ANSWER):
            found += part
            if len(found) >= _ANSWER or time.monotonic() > over:
                break
        return found[:_ANSWER]

    def _kept(self, error: Exception) -> str:
        """Return what went wrong without the address, which lets whoever has it post."""
        return said(str(error).replace(self.url.get_secret_value(), "…") or type(error).__name__)


def of_settings(settings: Settings) -> Webhook | None:
    """Return the webhook of the settings; None where none is set."""
    if settings.webhook_url is None:
        return None
    return Webhook(settings.webhook_url, settings.webhook_kind, settings.webhook_secret)


def signature(secret: str, stamp: str, body: bytes) -> str:
    """Return what a post is signed with.

    >>> signature("abc", "1795000000", b"{}")[:15]
    'sha256=99b35cfa'
    """
    return "sha256=" + hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()


def _refused(status: int, answer: bytes) -> Outcome:
    why = Message("notice.trouble.http", {"code": str(status), "said": said(answer)})
    return Outcome(why, final=400 <= status < 500 and status not in _AGAIN)


def _whole(message: Outgoing) -> str:
    text = f"{message.subject}\n\n{message.body}"
    lines = text[:_TEXT].split("\n")[:_LINES]
    return text if (whole := "\n".join(lines)) == text else f"{whole}\n…"


def _plain(message: Outgoing) -> dict[str, Any]:
    return {"id": message.id, "subject": message.subject, "text": _whole(message)}


def _slack(message: Outgoing) -> dict[str, Any]:
    # Slack's own escapes; without them <!channel> would ring everybody.
    text = _whole(message).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return {"text": text, "mrkdwn": False}


def _mattermost(message: Outgoing) -> dict[str, Any]:
    def line(text: str) -> str:
        # A link stays one; a name of a server is no mark, and @all rings nobody.
        return (text if "://" in text else _MARKS.sub(r"\\\1", text)).replace("@", "@\u200b")

    return {"text": "\n".join(map(line, _whole(message).split("\n")))}


def _teams(message: Outgoing) -> dict[str, Any]:
    def line(text: str) -> dict[str, Any]:
        if "://" in text:
            return {"type": "TextBlock", "text": text, "wrap": True}
        # Runs are shown as they are, other blocks read Markdown.
        return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text}]}

    title, _, rest = _whole(message).partition("\n\n")
    bold = {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": title, "weight": "bolder"}]}
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [bold, *(line(text) for text in rest.split("\n") if text)],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


SHAPES: dict[str, Callable[[Outgoing], dict[str, Any]]] = {
    "slack": _slack,
    "mattermost": _mattermost,
    "teams": _teams,
    "plain": _plain,
}
"""What is posted, by who reads it: incoming webhooks of Slack and Mattermost, a workflow of Teams, anybody else."""
