"""What is not known of the old zone: what nobody saw of it, nobody can miss in the new one.

That its servers were asked for names, for lack of a file or a transfer, is no finding: the result says so.
"""

from collections.abc import Iterator

from core.cutover.finding import Finding
from core.cutover.judging.told import listed
from core.cutover.zones import OldZone


def old_zone_findings(old: OldZone) -> Iterator[Finding]:
    """Yield what the sources of the old zone left open."""
    asked = any(source.kind == "asked" for source in old.sources)
    partial = [source.name for source in old.sources if source.kind == "file" and not source.complete]
    if not old.sets or not (asked or old.sources):
        servers = listed(f"{address} ({why})" for address, why in sorted(old.unasked.items()))
        yield Finding("old_zone_unseen", old.name, {"servers": servers or "–"})
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
