"""What becomes of DMARC in a move: lost, twice, broken, weaker."""

from core.cutover.finding import Finding
from core.cutover.judging.dmarc import fault, is_dmarc, is_meant, meaning, policy, policy_word
from core.cutover.judging.mail_sets import MailSets, brief
from core.cutover.judging.named_sets import TEXT_OR_ALIAS, NamedSet, named_set


def is_policy(name: str) -> bool:
    """Tell whether a domain's policy stands at a name."""
    return name.startswith("_dmarc.")


def dmarc_findings(sets: MailSets) -> list[Finding]:
    """Return what is found of each policy, one finding at most."""
    names = [name for name in sets.names(*TEXT_OR_ALIAS) if is_policy(name)]
    return [finding for name in names if (finding := _of(sets, named_set(sets, name)))]


def _of(sets: MailSets, here: NamedSet) -> Finding | None:
    values: dict[str, object] = {"old": brief(here.was), "new": brief(here.is_now)}
    if here.state == "unknown":
        return None
    if here.state == "lost":
        return Finding("dmarc_lost", here.name, values)
    old, new = tuple(filter(is_dmarc, here.old)), tuple(filter(is_dmarc, here.new or ()))
    found = _faulty(here, old, new, values)
    if found and found.tag != "dmarc_faulty_before":
        return found
    if new and not old and _is_stricter(sets, here.name, new[0]):
        return Finding("dmarc_new", here.name, {**values, "word": brief(policy_word(new[0]))})
    # A fault of before says nothing of the change.
    if len(old) == len(new) == 1:
        return _change(here, old[0], new[0], values) or found
    return Finding("dmarc_differs", here.name, values) if here.state == "differs" else found


def _is_stricter(sets: MailSets, name: str, text: str) -> bool:
    """Tell whether a policy where none was asks for more than that of the domain above it did (RFC 9989 s. 4.10)."""
    above = [policy(one) for one in sets.old_texts(f"_dmarc.{sets.old.name}") if is_dmarc(one)]
    before = above[0].below if len(above) == 1 and name != f"_dmarc.{sets.old.name}" else 0
    return max(policy(text)[:3]) > before


def _change(here: NamedSet, old: str, new: str, values: dict[str, object]) -> Finding | None:
    if policy(new).weaker_than(policy(old)):
        words = {"old": brief(policy_word(old)), "new": brief(policy_word(new))}
        return Finding("dmarc_weaker", here.name, words)
    return Finding("dmarc_differs", here.name, values) if meaning(old) != meaning(new) else None


def _faulty(here: NamedSet, old: tuple[str, ...], new: tuple[str, ...], values: dict[str, object]) -> Finding | None:
    if len(new) > 1:
        return Finding("dmarc_faulty_before" if len(old) > 1 else "dmarc_twice", here.name, values)
    return _of_one(here, old, new[0], values) if new else _none(here, old, values)


def _of_one(here: NamedSet, old: tuple[str, ...], new: str, values: dict[str, object]) -> Finding | None:
    found = fault(new)
    if not found:
        return None
    tag, word = found
    before = any((was := fault(text)) and was[0] == tag for text in old)
    return Finding("dmarc_faulty_before" if before else tag, here.name, {**values, "word": brief(word)})


def _none(here: NamedSet, old: tuple[str, ...], values: dict[str, object]) -> Finding | None:
    """Return what is wrong where texts stand, and none of them is DMARC. An alias leads to somebody's own record."""
    if not here.new or (here.state == "added" and not any(map(is_meant, here.new))):
        return None
    if not old and any(map(is_meant, here.old)):
        return Finding("dmarc_faulty_before", here.name, values)
    return Finding("dmarc_broken", here.name, values) if old or any(map(is_meant, here.new)) else None
