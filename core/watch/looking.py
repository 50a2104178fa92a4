"""One look of a watch: a round asked as a check asks it, judged with all that was heard before, and packed to be kept.

Judging and packing cost more than anything else that a quiet watch does. Both are left out where they could only say
the same again:

- the round says the same as the one before it, from the same servers, and that one as the two before it: so many
  samples in a row are all that a verdict looks at;
- no moment of the verdict has passed: until then time alone makes it no other one. A zone with a DS has such moments
  in every signature, so it is always judged;
- no finding is one that goes away when the same is said often enough, or soon;
- nobody who gave old data after the bound could still come to be found guilty by giving it again;
- no TTL that was seen is running out behind a lower one: else how long caches may hold what stands becomes less with
  every look that shows the lower one (`core.dns.judging.recorded`);
- no resolver showed a later end of what the zone's servers do not give, or for longer than they give it: such an end
  may move the bound (and is kept). What they give for as long as they give it ends no later than the formula says.

What is left out is not written: whoever begins anew from the row has one round less that said the same, and comes to
the same verdict (tests/test_watch_looking.py).
"""

import datetime as dt
import logging
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import NamedTuple

from core import datafiles
from core.cutover.settings import Targets
from core.dns.asked import read_wish
from core.dns.asking.check import Check
from core.dns.asking.engine import Engine
from core.dns.change import Old
from core.dns.judging.check_so_far import Heard
from core.dns.judging.delegation import referral
from core.dns.judging.evidence import MOST_KEPT, SLACK
from core.dns.judging.findings import Severities
from core.dns.judging.history import alike, grouped
from core.dns.judging.recorded import recorded
from core.dns.judging.resolvers import IN_A_ROW
from core.dns.judging.told_or_seen import change_of, old_of
from core.dns.judging.verdict import Verdict, verdict
from core.dns.names import is_address
from core.dns.observation import Observation, Question, Server
from core.dns.showing.picture import KINDS, Kind
from core.dns.wish import Wish, asked_for
from core.ground.settings import settings
from core.watch import heard_text
from core.watch.after_look import NOTHING, after_look
from core.watch.heard_text import Kept
from core.watch.phases import pace_of
from core.watch.plan import Plan
from core.watch.sight import Sight, to_json
from core.watch.watch import Watch

MOST_WATCHES, MOST_OBSERVATIONS = 512, 100_000
"""Watches whose history a process has in memory, and observations of all of them: a kilobyte each, about."""
MOST_PACKED = 2 * 2**20
"""Octets of what is kept of a watch: of most it is ten thousand, of servers that say something else each time any."""
_JUDGED_AT_LEAST = dt.timedelta(days=1)
"""So often a watch is judged whatever its rounds say: a new desk may find what the old one did not."""
_FAR = dt.timedelta(days=10_000)
_PASSING = frozenset({"answers_change", "ds_cached"})
"""Findings that pass with rounds that say the same, or at a moment of their own."""

_log = logging.getLogger(__name__)


class Means(NamedTuple):
    """With what is looked: who asks, where the way down begins, whom else to ask, and who may be spoken to."""

    engine: Engine
    roots: Sequence[Server]
    resolvers: Sequence[Server]
    targets: Targets
    trust: str | None = None
    """A file of authorities (PEM) for the site's certificate, instead of those that browsers know."""


class Looked(NamedTuple):
    """What a look came to.

    `sight` None: nobody answered anything, and what was heard is as before. `packed` None: what is kept may stay as it
    is. `same`: it says the same as the look before in substance. `anew`: what was kept could not be read, so that the
    watch has only what it hears from now on.
    """

    sight: Sight | None
    packed: bytes | None
    same: bool
    heard: Heard
    anew: bool = False


def wish_of(watch: Watch, plan: Plan) -> Wish:
    """Return what a watch asks; raises InputError where what was told of it cannot be read."""
    form = {**watch.form, "name": watch.form.get("name") or watch.name}
    if not form.get("types"):
        form["types"] = ",".join(plan.types)
    # Whether a moment lay ahead was said when it was told.
    return read_wish(form, watch.begun_at + _FAR, private=settings().private_servers)


def resumed(heard: Heard, wish: Wish, engine: Engine, roots: Sequence[Server], resolvers: Sequence[Server]) -> Check:
    """Return a check of a wish that goes on from what was heard, of that wish or of an earlier one."""
    check = Check(wish, engine, roots, resolvers)
    for field in fields(Heard):
        if field.name != "wish":
            setattr(check, field.name, getattr(heard, field.name))
    return check


def look(watch: Watch, packed: bytes | None, plan: Plan, means: Means, now: Callable[[], dt.datetime]) -> Looked:
    """Ask a watch's servers once, and return what that came to; takes as long as the slowest of them may.

    `packed`: what its row has of what was heard. In the phase "after" the site and the mail host are spoken to as well.
    Raises InputError where its form cannot be read, and whatever the engine raises.
    """
    wish = wish_of(watch, plan)
    resolvers = tuple(means.resolvers) if pace_of(watch, plan, now()).resolvers else ()
    kept, anew = _kept(watch, packed, wish)
    check = resumed(kept.heard, wish, means.engine, means.roots, resolvers)
    check.round()
    if not any(o.failure is None for o in check.rounds[-1]):
        return Looked(None, None, False, kept.heard, anew)
    told = told_of(watch.sight, kept, check, now(), datafiles.dns_severities())
    after = NOTHING
    if watch.phase == "after":
        after = after_look(check, watch.sight.mail if watch.sight else "unasked", means.targets, trust=means.trust)
    sight = replace(told.sight, certificate_until=after.certificate_until, mail=after.mail)
    _MEMORY.put(watch.id, _Remembered(told.packed or packed, wish, Kept(check, told.quiet_until)))
    return Looked(sight, told.packed, _same(watch.sight, sight), check, anew)


class Told(NamedTuple):
    """What a round says: `packed` None where it says the same again, so that nothing was judged."""

    sight: Sight
    packed: bytes | None
    quiet_until: dt.datetime | None


def told_of(before: Sight | None, kept: Kept, heard: Heard, now: dt.datetime, severities: Severities) -> Told:
    """Return what the last round of what was `heard` says (now in UTC).

    `kept`: what had been heard before it, of which `before` was said.
    """
    # Those that were thinned away whole: hundreds of them, of a watch of weeks.
    heard.rounds = [said for said in heard.rounds if said]
    heard.ends = _worth_keeping(kept.heard, heard)
    if before is not None and _is_quiet(kept, heard, now):
        return Told(replace(before, at=now), None, kept.quiet_until)
    change = change_of(heard, heard.wish)
    found = verdict(change, old_of(heard, change, heard.wish), heard.observations, now)
    old = _standing(heard, heard.observations)
    quiet_until = _quiet_until(heard, found, old, now)
    sight = sight_of(heard, found, old, now, severities)
    return Told(sight, _packed(heard, quiet_until), quiet_until)


def _packed(heard: Heard, quiet_until: dt.datetime | None) -> bytes:
    """Return what was heard as it is kept; of rounds that all differ every other one goes, until there is room."""
    packed = heard_text.pack(heard, quiet_until)
    while len(packed) > MOST_PACKED and len(heard.rounds) > 1 + IN_A_ROW:
        heard.rounds = [heard.rounds[0], *heard.rounds[2:-IN_A_ROW:2], *heard.rounds[-IN_A_ROW:]]
        packed = heard_text.pack(heard, quiet_until)
    return packed


# -- what a round says


def sight_of(heard: Heard, found: Verdict, old: Old, at: dt.datetime, severities: Severities) -> Sight:
    """Return in short what a verdict says, and the last round on which it is; `old`: what stands now, with its TTLs."""
    last = heard.rounds[-1] if heard.rounds else []
    errors = [finding for finding in found.findings if severities.of(finding) == "error"]
    referrals = _referrals(heard.zone, last)
    servers = frozenset[str]().union(*referrals.values()) or heard.delegated_to
    faulty = {f.server.name for f in errors if f.server and f.server.role == "authoritative"}
    told = heard.wish.old_servers or heard.wish.new_servers
    began = _began(heard, referrals.values()) or bool(told and found.moves and found.published)
    # A move that was seen and taken back is to a verdict one to where it was before.
    published = found.published and began if found.moves else None
    said = _of_resolvers(last, found)
    said_old = sorted(id for id, kind in said.items() if kind == "old")
    counted = Counter(said.values())
    return Sight(
        at,
        found.state,
        moves=found.moves,
        began=began,
        published=published,
        consistent=found.consistent,
        # Without a change that was seen or told there is nothing that could have arrived.
        propagated=bool(published) and found.propagated and not errors,
        switched=found.switched if published else None,
        bound=found.eta.at,
        servers=tuple(sorted(servers)),
        wrong=tuple(sorted(faulty & servers)),
        old=tuple(said_old),
        new_count=counted["new"],
        old_count=counted["old"],
        other_count=counted["other"],
        silent_count=counted["unreachable"],
        resolvers_asked=any(o.server.role == "resolver" for o in last),
        longest_ttl=max(_longest(old), default=None),
        ds=_has_ds(last),
        errors=tuple(dict.fromkeys(finding.tag for finding in errors)),
    )


def _of_resolvers(last: Iterable[Observation], found: Verdict) -> dict[str, Kind]:
    """Return by id what each resolver gave in the last round: "new", "old", "unreachable", or "other"."""
    of_round = {id(o) for o in last if o.server.role == "resolver"}
    judged = [j for j in found.judged if id(j.observation) in of_round]
    held = {f.server.id for f in found.held_back if f.server and f.tag in ("resolver_still_old", "resolver_keeps_old")}
    if found.moves:
        held |= {server.id for server in found.waiting}
    said: dict[str, Kind] = {}
    for server, theirs in grouped(judged, lambda j: j.observation.server).items():
        kinds = {KINDS[j.status] for j in theirs}
        if "old" in kinds or server.id in held:
            said[server.id] = "old"
        elif kinds == {"unreachable"}:
            said[server.id] = "unreachable"
        else:
            said[server.id] = "new" if kinds <= {"new", "unreachable"} else "other"
    return said


def _referrals(zone: str, said: Iterable[Observation]) -> dict[Server, frozenset[str]]:
    """Return to which host names each of the parent's servers refers."""
    of_parent = (o for o in said if o.server.role == "parent" and o.question == Question(zone, "NS"))
    found = ((o.server, referral(zone, o)) for o in of_parent)
    return {server: hosts for server, hosts in found if hosts}


def _began(heard: Heard, referrals: Iterable[frozenset[str]]) -> bool:
    """Tell whether somebody is referred to other servers than at first, or to none of those told as the old ones."""
    at_first = next((first for said in heard.rounds if (first := _referrals(heard.zone, said))), {})
    # Where they differed at first, what most said; of equally many any, as the others differ from it.
    usual = min(Counter(at_first.values()).most_common(), key=lambda one: (-one[1], sorted(one[0])), default=None)
    told = {server for server in heard.wish.old_servers if not is_address(server)}
    return any((usual and hosts != usual[0]) or (told and told.isdisjoint(hosts)) for hosts in referrals)


def _has_ds(said: Iterable[Observation]) -> bool:
    return any(o.server.role == "parent" and o.question.type == "DS" and o.values for o in said)


def _standing(heard: Heard, observations: Iterable[Observation]) -> Old:
    """Return what stands by what servers of zones said: resolvers have no say in it."""
    spoke = {question: heard.spoke_below.get(asked_for(question), frozenset()) for question in heard.questions}
    of_zones = (o for o in observations if o.server.role != "resolver")
    return recorded(heard.zone, heard.questions, of_zones, spoke)


def _longest(old: Old) -> tuple[int, ...]:
    return (*old.delegation, *(rrset.ttl for rrset in old.rrsets if rrset.ttl is not None))


def _same(before: Sight | None, now: Sight) -> bool:
    """Tell whether two sights differ in no more than what always does.

    One resolver more or less that answers is no news, nor is a TTL that runs out.
    """
    aside = {"at", "new_count", "silent_count", "longest_ttl"}
    said = [{name: value for name, value in to_json(one).items() if name not in aside} for one in (before, now) if one]
    return len(said) == 2 and said[0] == said[1]


# -- what need not be said again


def _is_quiet(kept: Kept, heard: Heard, now: dt.datetime) -> bool:
    before = kept.heard
    if kept.quiet_until is None or now >= kept.quiet_until or _who(before) != _who(heard):
        return False
    return heard.ends == before.ends and alike(before.rounds[-1], heard.rounds[-1])


def _who(heard: Heard) -> tuple[object, ...]:
    """Return who was found to speak for what, in whatever order."""
    delegated = [
        (one.zone, frozenset(one.parent), frozenset(one.servers), frozenset(one.hosts))
        for one in (heard.delegated, heard.latest)
    ]
    servers = map(frozenset, (heard.told_servers, heard.awaited, heard.known, heard.otherwise))
    beyond = {question: frozenset(there) for question, there in heard.beyond.items()}
    questions = frozenset(heard.mail), frozenset(heard.beside), heard.below, heard.spoke_below
    return *delegated, *servers, *questions, beyond, heard.named, heard.powerdns, heard.move


def _worth_keeping(before: Heard, heard: Heard) -> dict[object, tuple[Observation, ...]]:
    """Return the ends that caches showed, without new ones that the TTLs of the zone's servers explain.

    Of a watch of days there would be thousands, as each cache that fetches anew shows a later one. By the formula what
    the servers give ends as late, or later.
    """
    given: dict[object, int] = {}
    for o in heard.rounds[-1]:
        if o.server.role != "resolver":
            for r in o.answer:
                record = r.name, r.type, r.values
                given[record] = max(r.longest, given.get(record, 0))
    found: dict[object, tuple[Observation, ...]] = {}
    for key, ends in heard.ends.items():
        known = before.ends.get(key, ())
        if kept := known if ends is known or _explained(ends[-1], given) else (*known, ends[-1])[-MOST_KEPT:]:
            found[key] = kept
    return found


def _explained(o: Observation, given: Mapping[object, int]) -> bool:
    return all(r.longest <= given.get((r.name, r.type, r.values), -1) for r in o.answer if r.type != "RRSIG")


def _quiet_until(heard: Heard, found: Verdict, old: Old, now: dt.datetime) -> dt.datetime | None:
    """Return until when a round that says the same again needs no judging; None where each does."""
    last = heard.rounds[-IN_A_ROW:]
    if len(last) < IN_A_ROW or not all(alike(one, last[-1]) for one in last[:-1]):
        return None
    over = found.eta.at is not None and now >= found.eta.at - SLACK
    passing = _has_ds(last[-1]) or any(finding.tag in _PASSING for finding in found.findings)
    if passing or (over and (found.waiting or found.held_back)) or not _is_settled(heard, old):
        return None
    ahead = (moment for moment in found.moments if moment is not None and moment > now)
    return min((now + _JUDGED_AT_LEAST, *ahead))


def _is_settled(heard: Heard, old: Old) -> bool:
    """Tell whether the TTLs of what stands stay as they are, however often the last round is heard again."""
    again = (o._replace(at=o.at + _FAR) for o in heard.rounds[-1])
    return _times(_standing(heard, [*heard.observations, *again])) == _times(old)


def _times(old: Old) -> tuple[object, ...]:
    return old.delegation, old.negative_ttl, [(rrset.ttl, rrset.links) for rrset in old.rrsets]


# -- what a process has in memory


class _Remembered(NamedTuple):
    """What was heard beyond what is kept; `packed`: what the row has since, and else it is somebody else's."""

    packed: bytes | None
    wish: Wish
    kept: Kept


class _Memory:
    """The histories of the watches looked at last, bounded: a steady one need not be unpacked each time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._there: OrderedDict[int, tuple[_Remembered, int]] = OrderedDict()
        self._size = 0

    def get(self, id: int) -> _Remembered | None:
        with self._lock:
            found = self._there.get(id)
            return found[0] if found else None

    def put(self, id: int, one: _Remembered) -> None:
        heard = one.kept.heard
        size = len(heard.observations) + (len(heard.move.before) if heard.move else 0)
        with self._lock:
            self._size += size - self._there.pop(id, (one, 0))[1]
            self._there[id] = one, size
            while len(self._there) > MOST_WATCHES or self._size > MOST_OBSERVATIONS:
                self._size -= self._there.popitem(last=False)[1][1]


_MEMORY = _Memory()


def _kept(watch: Watch, packed: bytes | None, wish: Wish) -> tuple[Kept, bool]:
    """Return what was heard of a watch, and whether it begins anew as that cannot be read."""
    there = _MEMORY.get(watch.id)
    # Not by the watch's version: a look whose row somebody else wrote first has heard what nobody will know of.
    if there and packed is not None and there.packed == packed:
        return (there.kept if there.wish == wish else there.kept._replace(quiet_until=None)), False
    if packed is None:
        return Kept(Heard(wish), None), False
    try:
        return heard_text.unpack_kept(packed, wish), False
    except ValueError as error:
        _log.warning("what was heard of %s is lost, its watch begins anew: %s", watch.name, error)
        return Kept(Heard(wish), None), True
