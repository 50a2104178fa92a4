"""Names of the mail's own (of a DKIM selector, a policy): a text stands there, or an alias leads to somebody's."""

from typing import Literal, NamedTuple

from core.cutover.judging.mail_sets import MailSets, Values

TEXT_OR_ALIAS = ("TXT", "CNAME")


State = Literal["same", "lost", "differs", "added", "unknown"]


class NamedSet(NamedTuple):
    """What stands at a name: texts, and what it is an alias for. `new`, `new_alias`: None where not known.

    `state`: "lost" and "differs" are certain, though a server may have been silent; "same" means neither; "added": the
    old zone had nothing. `shown`: what was compared of the new zone.
    """

    name: str
    state: State
    old: Values
    old_alias: Values
    new: Values | None
    new_alias: Values | None
    shown: Values

    @property
    def was(self) -> str:
        """What the old zone had, to be shown."""
        return _shown(self.old, self.old_alias)

    @property
    def is_now(self) -> str:
        """What the new zone has."""
        return _shown(self.new or (), self.new_alias or ()) or " | ".join(self.shown)


def named_set(sets: MailSets, name: str) -> NamedSet:
    """Return what stands at a name in both zones."""
    old, old_alias = sets.old_texts(name), sets.old_values(name, "CNAME")
    new, new_alias = sets.new_texts(name), sets.new_values(name, "CNAME")
    if not new_alias and (seen := sets.new_alias(name)):
        new_alias = (seen,)
    state: State = "added" if not old and not old_alias else _state(sets, name, bool(new or new_alias))
    shown = tuple(value for type in TEXT_OR_ALIAS for value in sets.shown(name, type))
    return NamedSet(name, state, old, old_alias, new, new_alias, shown)


def _state(sets: MailSets, name: str, there: bool) -> State:
    """Return what became of a name; `there`: the new zone has something. An alias may stand for a text, or instead."""
    found = [one for type in TEXT_OR_ALIAS if (one := sets.compared.get((name, type)))]
    if any(sets.disagreed(name, type) for type in TEXT_OR_ALIAS):
        return "unknown"
    if any(one.state in ("different", "only_old") for one in found):
        gone = all(one.state == "only_old" for one in found)
        return "lost" if gone and not there else "differs"
    return "unknown" if not found or any(one.state == "unknown" for one in found) else "same"


def _shown(texts: Values, alias: Values) -> str:
    return " | ".join((*texts, *(f"CNAME {one}" for one in alias)))
