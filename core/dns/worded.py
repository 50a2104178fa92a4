"""What a check comes to in words: the sentence on the page, the summary for a ticket, the message for the client."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from core.dns.check import Check, Wish
from core.dns.findings import Finding, Severities
from core.dns.picture import Row, Tally, tally
from core.dns.verdict import Verdict
from core.language import Language
from core.messages import Message
from core.pipeline.worded import moment

_AGREED = ("consistent", "expired", "observed")


@dataclass(frozen=True, slots=True)
class Outcome:
    """A verdict and what bears on how it is said.

    `changed`: whether a change was told or seen; else there is nothing new or old. `at_first_look`: the parent's
    servers referred to the new ones when they were looked at first, so it may have been earlier.
    """

    verdict: Verdict
    counted: Tally
    severities: Severities
    changed: bool = True
    at_first_look: bool = False

    @property
    def fault(self) -> Finding | None:
        """The first of the gravest faults, where there is still something to wait for."""
        faults = (f for f in self.verdict.findings if self.severities.of(f) == "error")
        return None if self.verdict.propagated else next(faults, None)


def outcome_of(check: Check, verdict: Verdict, wish: Wish, resolvers: Iterable[Row], severities: Severities) -> Outcome:
    """Return how a verdict is to be said; `resolvers`: what each of them answered last."""
    first, switched = check.first_look, verdict.switched
    return Outcome(
        verdict,
        tally(resolvers),
        severities,
        changed(wish, verdict),
        bool(wish.switched_at is None and switched and first and switched <= first),
    )


def changed(wish: Wish, verdict: Verdict) -> bool:
    """Tell whether a change was told or seen; else every answer is as good as another."""
    return wish.tells or verdict.moves or any(judged.status == "old" for judged in verdict.judged)


def change_known(wish: Wish, verdict: Verdict) -> bool:
    """Tell whether it is known what changes, by what was told or seen: a TTL alone says nothing of a change."""
    told = wish.expected, wish.was, wish.switched_at
    seen = verdict.moves or any(judged.status == "old" for judged in verdict.judged)
    return seen or bool(wish.old_servers or wish.new_servers) or any(one is not None for one in told)


def over(wish: Wish, verdict: Verdict) -> bool:
    """Tell whether a change is seen by everybody who answers, so that there is nothing left to ask."""
    return verdict.state == "observed" and changed(wish, verdict)


def title(outcome: Outcome) -> Message:
    """Return the verdict in a few words."""
    verdict = outcome.verdict
    if outcome.fault and verdict.state != "unknown":
        return Message("dns.title.fault")
    if verdict.held:
        return Message("dns.title.held")
    if not outcome.changed and verdict.state in (*_AGREED, "published"):
        return Message("dns.title.agreed" if verdict.state in _AGREED else "dns.title.disagree")
    if verdict.state == "consistent" and verdict.eta.at is None:
        return Message("dns.title.agreed")
    return Message(f"dns.title.{verdict.state}")


def sentences(outcome: Outcome) -> list[Message]:
    """Return the verdict in sentences: what is published, until when caches may hold the old, who sees the new."""
    return [*_verdict(outcome), *_counted(outcome)]


def _verdict(outcome: Outcome) -> Iterator[Message]:
    verdict = outcome.verdict
    if verdict.switched and verdict.moves:
        at = moment(verdict.switched)
        yield Message("dns.said.published_before" if outcome.at_first_look else "dns.said.published", {"at": at})
    if outcome.fault:
        yield outcome.fault.message
    elif not outcome.changed and verdict.state in _AGREED:
        yield Message("dns.said.unchanged")
    elif verdict.state == "unpublished":
        yield Message("dns.said.unpublished")
    elif verdict.state != "consistent" or verdict.held:
        yield verdict.message
    elif verdict.eta.at is not None:
        yield Message("dns.said.until", {"at": moment(verdict.eta.at)})
    else:
        yield verdict.message
        yield Message("dns.said.no_ttl") if verdict.eta.reason == "ttl_unknown" else verdict.eta.message


def _counted(outcome: Outcome) -> Iterator[Message]:
    counted = outcome.counted
    # Until the new data is known nobody can have it.
    if counted.judged and outcome.verdict.state != "unpublished":
        values = {"new": counted.new}
        said = "dns.said.counted" if outcome.changed else "dns.said.same"
        yield Message(said, values, counted.reached)
    if counted.silent:
        yield Message("dns.said.silent", {}, counted.silent)


def ticket(name: str, outcome: Outcome, language: Language, asked_at: dt.datetime, link: str = "") -> str:
    """Return a summary to paste into a ticket, as plain lines; `asked_at` in UTC: when servers were asked last."""
    t, verdict = language.text, outcome.verdict
    told = [(outcome.severities.of(finding), finding) for finding in verdict.findings]
    lines = [
        t("dns.ticket.head", name=name, at=moment(asked_at)),
        " ".join(map(t, (title(outcome), *sentences(outcome)))),
        *(
            f"- {t(f'dns.severity.{severity}')} {t(finding.message)}"
            for severity, finding in told
            if severity != "info"
        ),
        t("dns.ticket.working", working="; ".join(map(t, verdict.eta.working))) if verdict.eta.at else "",
    ]
    return "\n".join(filter(None, [*lines, link]))


def client_text(name: str, outcome: Outcome, language: Language) -> str:
    """Return what the client is told: without the terms of the trade, and without a promise that nobody can keep."""
    t, verdict = language.text, outcome.verdict
    if verdict.held and not outcome.fault:
        return t("dns.client.held", name=name)
    everywhere = 0 < outcome.counted.new == outcome.counted.reached
    if outcome.fault or (not outcome.changed and verdict.state == "published"):
        return t("dns.client.fault", name=name)
    if not everywhere and (verdict.propagated or (not outcome.changed and verdict.state in _AGREED)):
        return t("dns.client.partly", name=name)
    if not outcome.changed and verdict.state in _AGREED:
        return t("dns.client.unchanged", name=name)
    if verdict.state == "consistent" and verdict.eta.at is not None:
        return t("dns.client.until", name=name, at=moment(verdict.eta.at))
    if verdict.state == "published" and not verdict.moves:
        return t("dns.client.edited", name=name)
    return t(f"dns.client.{verdict.state}", name=name)
