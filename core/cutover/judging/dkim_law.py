"""What becomes of DKIM in a move: every selector of the old zone, and whether the new zone's keys can be read."""

from core.cutover.finding import Finding
from core.cutover.judging.dkim import fault, is_revoked, meaning
from core.cutover.judging.mail_sets import MailSets, brief
from core.cutover.judging.named_sets import TEXT_OR_ALIAS, NamedSet, named_set
from core.cutover.judging.tag_list import read_tags


def is_selector(name: str) -> bool:
    """Tell whether a name is a selector's, where a key stands."""
    return "_domainkey" in name.split(".")[1:]


def dkim_findings(sets: MailSets) -> list[Finding]:
    """Return what is found of each selector, one finding at most."""
    names = [name for name in sets.names(*TEXT_OR_ALIAS) if is_selector(name)]
    return [finding for name in names if (finding := _of(named_set(sets, name)))]


def _of(here: NamedSet) -> Finding | None:
    values: dict[str, object] = {"old": brief(here.was), "new": brief(here.is_now)}
    if here.state == "unknown":
        return None
    if here.state == "lost":
        # Without a record, as with an empty key, no signature of the selector is good.
        empty = here.old and all(map(is_revoked, here.old))
        return Finding("dkim_revoked_gone" if empty else "dkim_lost", here.name, values)
    found = _faulty(here, values)
    # A fault of before says nothing of the change.
    if here.state == "differs" and (not found or found.tag == "dkim_faulty_before") and _says_other(here):
        return Finding("dkim_differs", here.name, values)
    return found


def _says_other(here: NamedSet) -> bool:
    one_each = (
        here.new is not None and len(here.old) == len(here.new) == 1 and not here.old_alias and not here.new_alias
    )
    return not (one_each and here.new and meaning(here.old[0]) == meaning(here.new[0]))


def _faulty(here: NamedSet, values: dict[str, object]) -> Finding | None:
    texts = here.new or ()
    if here.state == "added":
        # Others than keys answer here too where the new zone has a wildcard; an empty key is none.
        texts = tuple(text for text in texts if read_tags(text).values.get("p"))
    if len(texts) > 1:
        return Finding("dkim_faulty_before" if len(here.old) > 1 else "dkim_twice", here.name, values)
    if not texts:
        return None
    if here.old and is_revoked(texts[0]) and not all(map(is_revoked, here.old)):
        return Finding("dkim_revoked", here.name, values)
    found = fault(texts[0])
    if not found:
        return None
    tag, word = found
    before = any((old := fault(text)) and old[0] == tag for text in here.old)
    return Finding("dkim_faulty_before" if before else tag, here.name, {**values, "word": brief(word)})
