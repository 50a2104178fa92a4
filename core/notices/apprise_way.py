"""By apprise, where it is installed: one of the addresses it knows a hundred kinds of."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from pydantic import SecretStr

from core.ground.messages import Message
from core.notices.way import LOST, SENT, Outcome, Outgoing


@dataclass(frozen=True)
class Apprise:
    """One address of APPRISE_URLS."""

    url: SecretStr

    def send(self, message: Outgoing, hand_over: Callable[[], bool]) -> Outcome:
        """Send a message; apprise says yes or no, never why, and neither where it had nobody to tell."""
        # It logs addresses, which have tokens in them.
        logging.getLogger("apprise").disabled = True
        try:
            # An extra, and half a second to load.
            from apprise import Apprise as Sender
            from apprise import NotifyFormat
        except ImportError:
            return Outcome(Message("notice.trouble.apprise_missing"), final=True)
        sender = Sender()
        if not sender.add(self.url.get_secret_value()):
            return Outcome(Message("notice.trouble.apprise_address"), final=True)
        if not hand_over():
            return LOST
        done = sender.notify(body=message.body, title=message.subject, body_format=NotifyFormat.TEXT)
        if done:
            return SENT
        # Up to apprise 1 it was True, False or None; since 2 it is what became of each that was told.
        if done is None or (hasattr(done, "results") and not done.results):
            return Outcome(Message("notice.trouble.apprise_nobody"), final=True)
        # An address may stand for several places, of which some were told.
        return Outcome(Message("notice.trouble.apprise"), unsure=True)
