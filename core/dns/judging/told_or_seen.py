"""What is to come and what was before: as somebody told it, else as the rounds of a check have seen it."""

from collections.abc import Sequence
from dataclasses import replace

from core.dns.change import Below, ChangeSet, Expected, Old, same_values
from core.dns.judging.agreement import agreed, newest_of
from core.dns.judging.check_so_far import Heard
from core.dns.judging.recorded import before_edit, recorded
from core.dns.judging.zones_below import kept_with_delegation
from core.dns.observation import Observation, Question
from core.dns.wish import Wish, asked_for


def change_of(heard: Heard, wish: Wish) -> ChangeSet:
    """Return what is expected: what was told, else what the zone's servers agree on, or that they do not.

    `wish`: one that asks what was asked.
    """
    move = heard.seen_move
    expected = [replace(e, below=heard.below.get(asked_for(q))) for q, e in _expected(heard, wish).items()]
    moved_at = move.seen if move and not move.renamed else None
    addresses = tuple(server.address for server in (*heard.latest.servers, *heard.otherwise)) or None
    beyond = tuple(sorted({server.address for there in heard.beyond.values() for server in there}))
    new_servers = _new_servers(heard, wish)
    cut = bool(move and move.cut)
    change = ChangeSet(
        heard.zone,
        tuple(expected),
        new_servers,
        wish.switched_at or moved_at,
        addresses,
        beyond,
        aside=wish.aside,
        named=heard.named,
        below=heard.below,
        powerdns=frozenset(address for address, so in heard.powerdns.items() if so),
        cut=cut,
    )
    return replace(change, unsure=new_servers is None and not cut and not before_edit(change, heard.observations))


def old_of(heard: Heard, change: ChangeSet, wish: Wish) -> Old:
    """Return what is known from before: what was told, else what was seen before the change.

    The one TTL that was told stands for all of them, unless a longer one was seen.
    """
    move, ttl = heard.seen_move, wish.old_ttl
    before: Sequence[Observation] = ()
    if move:
        before = move.before
    elif heard.awaits:
        before = heard.observations
    elif change.new_servers is None:
        before = before_edit(change, heard.observations)
    # Of a switch that came before the check, nothing is left to be seen.
    zone = move.zone if move else change.zone
    present = Below(change.zone, heard.delegated_to)
    spoke = {e.question: heard.spoke_below.get(asked_for(e.question), ()) for e in change.expected}
    seen = recorded(zone, spoke.keys(), before, spoke) if before else Old()
    rrsets = [kept_with_delegation(seen.rrset(e), e, zone, before, present) for e in change.expected]
    # One that stays is asked for old data like those that go.
    servers = tuple(sorted({s.address for s in (*heard.old_servers, *(move.servers if move else ()))}))
    pairs = zip(rrsets, change.expected, strict=True)
    rrsets = [replace(r, values=_still(heard, e)) if r.values is None else r for r, e in pairs]
    if wish.was is not None:
        asked = wish.question_of_value
        rrsets = [replace(r, values=wish.was) if (r.name, r.type) == asked else r for r in rrsets]
    known = replace(seen, rrsets=tuple(rrsets), servers=servers)
    signed = recorded(change.zone, (), heard.observations).ds_ttl is not None
    return known if ttl is None else known.at_least(ttl, signed=signed)


def _expected(heard: Heard, wish: Wish) -> dict[Question, Expected]:
    said = heard.said()
    newest = newest_of(said.get(Question(heard.zone, "SOA"), ()))
    ends = {question: agreed(question, said, newest) for question in (*wish.questions, *heard.along)}
    # No records are agreed on too: those that were there may still be cached.
    expected = {q: end for q, end in ends.items() if end is not None}
    if wish.expected is not None:
        q = wish.question_of_value
        end = ends[q]
        # Where an alias leads is right only if what is wanted is there.
        there = end is not None and not end.disputed and same_values(end.values, wish.expected)
        expected[q] = Expected(q.name, q.type, wish.expected, end.alias if end and there else "")
    return expected


def _new_servers(heard: Heard, wish: Wish) -> tuple[str, ...] | None:
    """Return the host names that the parent is to refer to: where it refers now, unless all are old ones."""
    if wish.new_servers:
        return wish.new_servers
    move = heard.seen_move
    if not wish.old_servers and (not move or move.cut):
        return None
    servers = heard.latest.servers
    told, now = ({server.address for server in some} for some in (heard.told_servers, servers))
    without_address = heard.delegated_to - {server.name for server in servers} - {*wish.old_servers}
    # Some may stay when others go; where all that somebody told of are there still, nothing shows a switch.
    shown = bool(wish.switched_at or move or told - now)
    if not without_address and (now <= told or (now & told and not shown)):
        return ()
    return tuple(sorted(heard.delegated_to))


def _still(heard: Heard, expected: Expected) -> tuple[str, ...] | None:
    """Return the values that the servers before a switch still give, where they all give the same old ones."""
    old = {server.address for server in heard.old_servers}
    said_to = [o for o in heard.observations if o.question == expected.question and o.server.role == "authoritative"]
    last = {o.server.address: o.values for o in said_to}
    said = {last[address] for address in old & last.keys()}
    values = said.pop() if len(said) == 1 else None
    return values if values and not same_values(values, expected.values) else None
