"""Names that nobody wrote down: what a wildcard answers for any of them, and names that only stand between others.

A wildcard answers for no name that exists, be it with another type or only between others (RFC 4592 s. 2.2.2); where a
name between others is denied, resolvers may take all below it as denied (RFC 8020).
"""

from collections.abc import Iterator, Mapping

from core.cutover.finding import Finding
from core.cutover.judging.moved import moved
from core.cutover.judging.said import NewAnswers, Said
from core.cutover.judging.set_findings import Compare
from core.cutover.judging.told import listed, values
from core.cutover.zones import Held
from core.dns.judging.aliases import is_below
from core.dns.observation import ADDRESSES

_LEADING = (*ADDRESSES, "MX")
"""Types of a wildcard that somebody would notice where there was none before."""


def wildcard_findings(sides: Compare) -> Iterator[Finding]:
    """Yield what became of the old zone's wildcard, and that the new one has one of its own."""
    star = f"*.{sides.zone}"
    if any(one.name == star and one.old for one in sides.compared):
        # One that a file or a transfer has is compared as a set.
        return
    for type, held in sides.old.wildcard.items():
        yield from _of_type(sides, star, type, held)
    if not sides.old.wildcard and (new := _own_wildcard(sides)):
        yield Finding("wildcard_new", star, {"new": listed(new)})


def _of_type(sides: Compare, star: str, type: str, held: Held) -> Iterator[Finding]:
    said = any_name(sides.answers, type)
    for server in sides.answers.serving:
        if said[server].kind == "unseen":
            yield Finding("new_questions_failed", server, {"records": f"{star} {type}"})
    known = {server: one for server, one in said.items() if one.kind != "unseen"}
    contents = {one.content for one in known.values()}
    told = {"type": type, "old": values(held.values), "new": values(_shown(known))}
    if len(contents) > 1:
        yield Finding("new_servers_differ", star, {**told, "servers": listed(known)})
    elif contents and not any(one.values for one in known.values()):
        yield Finding("wildcard_lost", star, told)
        yield from _lost_with_it(sides, type, held)
    elif contents:
        yield from _changed(sides, star, type, held, next(iter(known.values())))


def _lost_with_it(sides: Compare, type: str, held: Held) -> Iterator[Finding]:
    """Yield the names that surely are used, and that nothing but the wildcard answered for: www, hosts of the mail.

    Whether they had the same records of their own, nobody can see.
    """
    mx = sides.old.sets.get((sides.zone, "MX"))
    hosts = [value.rpartition(" ")[2] for value in mx.values] if mx else []
    known = {name for name, _ in sides.old.sets}
    for name in dict.fromkeys((f"www.{sides.zone}", *hosts)):
        leads = type in (*ADDRESSES, "CNAME") and is_below(name, sides.zone) and name not in known
        if leads and not any((name, one) in sides.by_key for one in (*ADDRESSES, "CNAME")):
            yield Finding("record_lost", name, {"type": type, "old": values(held.values)})


def _changed(sides: Compare, star: str, type: str, held: Held, said: Said) -> Iterator[Finding]:
    shall = moved(type, held.values, sides.mapping)
    told = {"type": type, "old": values(held.values), "new": values(said.values)}
    if shall == set(said.values) or _leads_there(sides, type, held, said):
        return
    if said.kind == "set" and set(said.values) == set(held.values):
        yield Finding("not_moved", star, {**told, "new": listed(sorted(shall))})
    else:
        yield Finding("wildcard_differs", star, told)


def _leads_there(sides: Compare, type: str, held: Held, said: Said) -> bool:
    """Tell whether an alias on one side leads, within the zone, to the addresses of the other, as mapped."""
    if type == "CNAME":
        target = sides.old.sets.get((held.values[0], "A"))
        return target is not None and moved("A", target.values, sides.mapping) == set(said.values)
    if type in ADDRESSES and said.kind == "alias":
        there = sides.answers.agreed(said.values[0], type)
        return moved(type, held.values, sides.mapping) == set(there)
    return False


def any_name(answers: NewAnswers, type: str) -> Mapping[str, Said]:
    """Return what each server answers for any name; of an alias what it answers to who asks for addresses."""
    return answers.of_any("A" if type == "CNAME" else type)


def _shown(said: Mapping[str, Said]) -> tuple[str, ...]:
    return next((one.values for one in said.values() if one.values), ())


def _own_wildcard(sides: Compare) -> list[str]:
    found = []
    for type in _LEADING:
        if shown := _shown(any_name(sides.answers, type)):
            found.append(f"{type} {values(shown)}")
    return found


def between_findings(sides: Compare) -> Iterator[Finding]:
    """Yield names that exist only between others in the old zone, where the new servers say otherwise of them."""
    without_known = sides.old.hidden
    for name in sorted(sides.old.between):
        hidden = name in without_known
        if hidden and sides.old.complete:
            continue
        answer = _otherwise(sides.answers, name)
        if hidden and answer is not None:
            yield Finding("between_lost" if answer else "between_hidden", name, {"new": answer or "NODATA"})
        elif answer and not _is_lost_below(sides, name):
            yield Finding("between_denied", name, {"new": answer})


def _otherwise(answers: NewAnswers, name: str) -> str | None:
    """Return what a server says of a name that should have nothing; "" where all say that, None where nobody does."""
    said = [answers.of(name, "A")[server] for server in answers.serving]
    if any(one.denied for one in said):
        return "NXDOMAIN"
    by_wildcard = answers.of_any("A")
    for server, one in zip(answers.serving, said, strict=True):
        if one.values and one.content == by_wildcard[server].content:
            return values(one.values)
    return "" if said and all(one.kind != "unseen" for one in said) else None


def _is_lost_below(sides: Compare, name: str) -> bool:
    """Tell whether nothing is left of what is known below a name: then that is told."""
    below = [one for one in sides.compared if one.name.endswith(f".{name}") and one.state != "only_new"]
    return all(one.state == "only_old" for one in below)
