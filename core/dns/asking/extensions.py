"""Whom EDNS or an option of it upsets is asked once more without, whoever asks and for what (RFC 6891 s. 7)."""

from collections.abc import Callable, Iterable, Sequence

from core.dns.asking.job import Ask
from core.dns.observation import Extension, Observation, Question, Server

_UPSET = ("FORMERR", "NOTIMP", "BADVERS")
"""What servers say to an extension that they do not know, and should not (RFC 6891 s. 6.1.1 and 7)."""
_LESS: tuple[Extension, ...] = ("edns", "none")


def plainly(asks: Sequence[Ask], ask: Callable[[Sequence[Ask]], Iterable[Observation]]) -> tuple[Observation, ...]:
    """Ask, and return what was answered; what an upset server said gives way to what it answers without.

    `ask`: puts questions and returns the answers. An answer's `extension` tells with what it was got in the end.
    """
    found = tuple(ask(asks))
    for extension in _LESS:
        upset = {(o.server, o.question) for o in found if o.rcode in _UPSET}
        if not upset:
            break
        # Without EDNS there is no DO, so nothing follows from an answer without signatures.
        again = [
            one._replace(extension=extension, dnssec=one.dnssec and extension != "none")
            for one in asks
            if (one.server, one.question) in upset
        ]
        better = {_asked(o): o._replace(extension=extension) for o in ask(again) if o.failure is None}
        found = tuple(better.get(_asked(o), o) if o.rcode in _UPSET else o for o in found)
    return found


def _asked(o: Observation) -> tuple[Server, Question, bool]:
    return o.server, o.question, o.transport == "tcp"
