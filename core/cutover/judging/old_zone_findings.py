"""What is not known of the old zone: what nobody saw of it, nobody can miss in the new one.

That its servers were asked for names, for lack of a file or a transfer, is no finding: the result says so.
"""

from collections.abc import Iterator, Mapping

from core.cutover.finding import Finding
from core.cutover.judging.told import LISTED, listed
from core.cutover.zones import OldZone
from core.ground.messages import Message

_WHY = ("timeout", "malformed", "unreachable", "no_ipv6", "not_authoritative", "not_asked", "new_server")
"""Why a server of the old zone told nothing; anything else is the error that it answered (an rcode)."""


def old_zone_findings(old: OldZone) -> Iterator[Finding]:
    """Yield what the sources of the old zone left open."""
    asked = any(source.kind == "asked" for source in old.sources)
    partial = [source.name for source in old.sources if source.kind == "file" and not source.complete]
    if not old.sets or not (asked or old.sources):
        yield Finding("old_zone_unseen", old.name, {"servers": _unasked(old.unasked)})
    elif not old.complete and partial:
        yield Finding("old_file_partial", listed(partial))
    elif not old.complete and old.silent:
        yield Finding("old_zone_silent", old.name, {"records": listed(f"{q.name} {q.type}" for q in old.silent)})
    elif all(source.kind != "transfer" for source in old.sources if source.complete):
        # A file has all, of its day; what it says is to be seen on the servers, too.
        unseen = [q for q in old.silent if tuple(q) in old.sets or tuple(q) == (old.name, "SOA")]
        if unseen:
            yield Finding("old_file_unchecked", old.name, {"records": listed(f"{q.name} {q.type}" for q in unseen)})
    if old.cut:
        yield Finding("old_zone_cut", old.name)
    if old.stale:
        yield Finding("old_file_stale", old.name, {"records": listed(map(" ".join, old.stale))})


def _unasked(servers: Mapping[str, str]) -> object:
    """Return servers, by address, with the reason why each told nothing, the first of them where there are many."""
    each = sorted(servers.items())
    told: list[object] = [_why(address, why) for address, why in each[:LISTED]]
    if len(each) > LISTED:
        told.append(f"… +{len(each) - LISTED}")
    said: object = told[0] if told else "–"
    for one in told[1:]:
        said = Message("cutover.servers.also", {"first": said, "second": one})
    return said


def _why(address: str, why: str) -> Message:
    said = Message(f"cutover.server_why.{why}") if why in _WHY else Message("cutover.server_why.rcode", {"rcode": why})
    return Message("cutover.servers.one", {"server": address, "why": said})
