"""What a check comes to in words: the sentence on the page, the summary for a ticket, the message for the client."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from core.dns.asking.check import Check
from core.dns.judging.findings import Finding, Severities
from core.dns.judging.verdict import State, Verdict
from core.dns.showing.picture import Row, Tally, tally
from core.dns.wish import Wish
from core.ground.messages import Message
from core.ground.moments import moment
from core.ground.severity import Severity
from core.language import Language

_AGREED = ("consistent", "expired", "observed")

Tone = Literal["error", "warning", "info", "success"]
TONES: tuple[Tone, ...] = ("error", "warning", "info", "success")
"""How a verdict is said, the least green first."""

_OF_STATE: Mapping[State, Tone] = {
    "unknown": "warning",
    "unpublished": "warning",
    "published": "warning",
    "consistent": "info",
    "expired": "success",
    "observed": "success",
}
_OF_FINDING: Mapping[Severity, Tone] = {"error": "error", "warning": "warning", "notice": "success", "info": "success"}

_HOSTED = frozenset({"A", "AAAA", "MX"})
"""Types of record that lead to a hosting."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A verdict and what bears on how it is said.

    `changed`: whether a change was told or seen; else there is nothing new or old. `at_first_look`: the parent's
    servers referred to the new ones when they were looked at first, so it may have been earlier. `hosting`: the change
    may leave a hosting behind.
    """

    verdict: Verdict
    counted: Tally
    severities: Severities
    changed: bool = True
    at_first_look: bool = False
    hosting: bool = False

    @property
    def fault(self) -> Finding | None:
        """The first of the gravest faults."""
        return self._first("error")

    @property
    def doubt(self) -> Finding | None:
        """The first of what is worth a warning."""
        return self._first("warning")

    @property
    def unseen(self) -> bool:
        """Whether the time is over and no resolver could be looked at, so that it is arithmetic alone."""
        if any(finding.tag == "nobody_left" for finding in self.verdict.held_back):
            return self.verdict.held
        return self.changed and self.verdict.propagated and not self.counted.reached

    @property
    def tone(self) -> Tone:
        """How it is said: never greener than the state, nor than the gravest finding."""
        verdict = self.verdict
        own: Tone = "warning" if verdict.held or self.unseen else _OF_STATE[verdict.state]
        found = (_OF_FINDING[self.severities.of(finding)] for finding in verdict.findings)
        return min((own, *found), key=TONES.index)

    def _first(self, severity: Severity) -> Finding | None:
        return next((f for f in self.verdict.findings if self.severities.of(f) == severity), None)


def outcome_of(check: Check, verdict: Verdict, wish: Wish, resolvers: Iterable[Row], severities: Severities) -> Outcome:
    """Return how a verdict is to be said; `resolvers`: what each of them answered last, set aside or not."""
    first, switched = check.first_look, verdict.switched
    return Outcome(
        verdict,
        tally(row for row in resolvers if row.server.id not in {one.id for one in wish.aside}),
        severities,
        changed(wish, verdict),
        bool(wish.switched_at is None and switched and first and switched <= first),
        _leaves_hosting(wish, verdict),
    )


def _leaves_hosting(wish: Wish, verdict: Verdict) -> bool:
    """Tell whether a change was told or seen of records that lead to a hosting."""
    told = {wish.question_of_value.type} if wish.expected is not None or wish.was is not None else set()
    seen = {judged.observation.question.type for judged in verdict.judged if judged.status == "old"}
    return verdict.moves or bool(_HOSTED & (told | seen))


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
    if outcome.unseen:
        return Message("dns.title.unseen")
    if verdict.held:
        return Message("dns.title.held")
    if not outcome.changed and verdict.state in (*_AGREED, "published"):
        return Message("dns.title.agreed" if verdict.state in _AGREED else "dns.title.disagree")
    if verdict.state == "consistent" and verdict.eta.at is None:
        return Message("dns.title.agreed")
    if verdict.propagated and outcome.doubt:
        return Message("dns.title.but")
    return Message(f"dns.title.{verdict.state}")


def sentences(outcome: Outcome) -> list[Message]:
    """Return the verdict in sentences: what is published, until when caches may hold the old, who sees the new."""
    return [*_verdict(outcome), *_counted(outcome), *_not_counted(outcome)]


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
    if verdict.propagated and not outcome.fault and outcome.doubt:
        yield outcome.doubt.message


def _counted(outcome: Outcome) -> Iterator[Message]:
    counted = outcome.counted
    # Until the new data is known nobody can have it.
    if counted.judged and outcome.verdict.state != "unpublished":
        values = {"new": counted.new}
        said = "dns.said.counted" if outcome.changed else "dns.said.same"
        yield Message(said, values, counted.reached)
    if counted.silent:
        yield Message("dns.said.silent", {}, counted.silent)


def _not_counted(outcome: Outcome) -> Iterator[Message]:
    """Yield who was set aside, by name and reason, and whether that leaves nobody."""
    said = outcome.verdict.message
    found = [finding for finding in outcome.verdict.findings if finding.tag in ("set_aside", "nobody_left")]
    yield from (finding.message for finding in found if finding.message != said)
    if outcome.unseen and outcome.verdict.propagated:
        yield Message("dns.said.unseen")


def endings(outcome: Outcome) -> list[Message]:
    """Return from when on the old name servers, and the old hosting, may go; where that is not yet, until when not."""
    verdict = outcome.verdict
    if not outcome.changed or verdict.state == "unknown":
        return []
    by_tag = {finding.tag: finding for finding in verdict.findings}
    found: list[Message] = []
    if verdict.moves:
        # The verdict's own words, as it alone compares them with the time.
        over = by_tag.get("old_servers_over")
        if over and not outcome.unseen:
            found.append(Message("dns.end.servers_now", over.values))
        elif needed := by_tag.get("old_servers_needed"):
            found.append(Message("dns.end.servers", needed.values))
        elif verdict.expired and by_tag.keys() & {"old_servers_feed", "old_servers_feed_on"}:
            found.append(Message("dns.end.servers_fed"))
        elif verdict.serving != "dead":
            found.append(Message("dns.end.servers_unknown"))
    if outcome.hosting:
        if verdict.propagated and verdict.expired and not outcome.unseen and not outcome.fault:
            found.append(Message("dns.end.hosting_now"))
        elif verdict.eta.at is not None and not verdict.expired:
            found.append(Message("dns.end.hosting", {"at": moment(verdict.eta.at)}))
        else:
            found.append(Message("dns.end.hosting_unknown"))
    return found


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
            # Who was set aside stands in the line above.
            if severity != "info" and finding.tag not in ("set_aside", "nobody_left")
        ),
        *map(t, endings(outcome)),
        t("dns.ticket.working", working="; ".join(map(t, verdict.eta.working))) if verdict.eta.at else "",
    ]
    return "\n".join(filter(None, [*lines, link]))


def client_text(name: str, outcome: Outcome, language: Language) -> str:
    """Return what the client is told: without the terms of the trade, and without a promise that nobody can keep."""
    t, verdict = language.text, outcome.verdict
    if verdict.held and not outcome.fault:
        return t(f"dns.client.{_held(outcome)}", name=name)
    everywhere = 0 < outcome.counted.new == outcome.counted.reached
    if outcome.fault or (not outcome.changed and verdict.state == "published"):
        return t("dns.client.fault", name=name)
    if outcome.unseen:
        return t("dns.client.unseen", name=name)
    if not everywhere and (verdict.propagated or (not outcome.changed and verdict.state in _AGREED)):
        return t("dns.client.partly", name=name)
    if not outcome.changed and verdict.state in _AGREED:
        return t("dns.client.unchanged", name=name)
    if verdict.state == "consistent" and verdict.eta.at is not None:
        return t("dns.client.until", name=name, at=moment(verdict.eta.at))
    if verdict.state == "published" and not verdict.moves:
        return t("dns.client.edited", name=name)
    return t(f"dns.client.{verdict.state}", name=name)


def _held(outcome: Outcome) -> str:
    """Return which sentence a client understands of it: as found, not as guessed."""
    tags = {finding.tag for finding in outcome.verdict.findings}
    if outcome.unseen:
        return "unseen"
    if "resolver_still_old" in tags and "old_servers_feed" in tags:
        return "held"
    return "kept" if tags & {"resolver_still_old", "resolver_keeps_old"} else "partly"
