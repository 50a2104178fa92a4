"""What is sent to the client once it is known what there is: this is what we will move; what is missing?

Plain text for an e-mail, bounded, out of the migration's lists and the archive, where one was taken over; names and
sizes alone.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from core.dns.names import parse_name
from core.ground.messages import InputError, Message
from core.inventory.inventory import Alias
from core.language import Language
from core.migration import worded
from core.migration.handover import Handed, HandedList
from core.migration.handover_counts import summed
from core.migration.inventoried import strangers, uncovered, with_apart
from core.migration.inventory_field import MORE, Inventoried, archive
from core.migration.migration import Migration

MOST = 100
"""Entries of a list that are named; of more, the rest is counted."""
_UNLISTED = "mailbox_unlisted"
"""The finding of a folder with mail of an address that no list of the archive has."""
_TARGETS = 5
"""Addresses of an alias that are named."""


_SPECIAL = {"fail": "refused", "blackhole": "discarded", "include": "list", "file": "file"}
"""What Exim calls a target that is no address, by the word between its colons; of another one nobody tells the client
what it does."""


def client_summary(m: Migration, language: Language) -> str:
    """Return what will be moved of a migration as far as anybody knows, and the question what is missing."""
    t = language.text
    blocks = [
        t("client_message.inventory.hello"),
        _from(m.inventory, language),
        _block(t("client_message.inventory.domains", count=len(m.active)), [d.display for d in m.active], t),
        _list(m, "site_list", language),
        _list(m, "mail_accounts", language),
        *_of_archive(m, language),
        t("client_message.inventory.question"),
    ]
    return "\n\n".join(block for block in blocks if block)


Worded = Callable[..., str]


def _from(found: Inventoried | None, language: Language) -> str:
    if found is None:
        return language.text("client_message.inventory.from_lists")
    said = language.text("client_message.inventory.from_archive", archive=archive(found))
    return said if found.whole else f"{said} {language.text('client_message.inventory.broken_off')}"


def _block(head: str, lines: Sequence[str], t: Worded) -> str:
    shown = [head, *(f"- {line}" for line in islice(lines, MOST))]
    if len(lines) > MOST:
        shown.append(f"- {t('client_message.inventory.more', count=len(lines) - MOST)}")
    return "\n".join(shown)


# -- lists


def _list(m: Migration, field: str, language: Language) -> str:
    t = language.text
    entries: HandedList | None = getattr(m, field)
    apart = with_apart(m, field)
    if entries is None and apart is None:
        return t(f"client_message.inventory.unknown.{field}")
    shown = entries if apart is None else apart
    if not shown:
        said = t(f"client_message.inventory.none.{field}")
    else:
        it = summed(shown)
        head = t(f"client_message.inventory.listed.{field}", count=it.count)
        if it.mb:
            id = "client_message.inventory.size_at_least" if it.unsized else "client_message.inventory.size_together"
            head = f"{head} {t(id, size=worded.size(it.mb))}"
        php = dict(m.inventory.php) if m.inventory else {}
        said = _block(f"{head}:", [_entry(entry, php, language) for entry in shown], t)
    return f"{said}\n{t('client_message.inventory.may_lack')}" if apart is not None else said


def _entry(entry: Handed, php: dict[str, str], language: Language) -> str:
    t = language.text
    said = []
    if entry.mb is not None:
        said.append(t(worded.size(entry.mb)))
    if entry.quota is not None:
        limit = Message("client_message.inventory.no_limit") if entry.quota == 0 else worded.size(entry.quota)
        said.append(t("client_message.inventory.quota", limit=limit))
    if version := php.get(entry.name):
        said.append(f"PHP {version}")
    return f"{entry.name} ({', '.join(said)})" if said else entry.name


# -- what only an archive says


def _of_archive(m: Migration, language: Language) -> Iterable[str]:
    """Yield what the archive says besides the lists, and what it does not say."""
    found, t = m.inventory, language.text
    if found is None:
        yield t("client_message.inventory.besides")
        return
    if unlisted := [
        str(noted.values["address"]) for noted in found.findings if noted.tag == _UNLISTED and "address" in noted.values
    ]:
        yield _block(t("client_message.inventory.unlisted", count=len(unlisted)), unlisted, t)
    if found.aliases:
        yield _block(
            t("client_message.inventory.aliases", count=_all(found, "aliases", len(found.aliases))),
            [_alias(alias, t) for alias in found.aliases],
            t,
        )
    if found.databases:
        lines = [_entry(one, {}, language) for one in found.databases]
        yield _block(
            t("client_message.inventory.databases", count=_all(found, "databases", len(found.databases))), lines, t
        )
    if found.crons:
        yield t("client_message.inventory.crons", count=found.crons)
    if further := [_shown(domain.name) for domain in strangers(m, found.domains)]:
        yield _block(t("client_message.inventory.strangers", count=len(further)), further, t)
    names = {domain.name for domain in found.domains} | {host for host, _ in found.php}
    if absent := [m.domains[name].display for name in uncovered(m, names)]:
        yield _block(t("client_message.inventory.absent", count=len(absent)), absent, t)
    if found.unsaid:
        yield _block(
            t("client_message.inventory.unsaid"), [t(f"inventoried.unsaid.{what}") for what in found.unsaid], t
        )


def _all(found: Inventoried, what: str, kept: int) -> int:
    """Return how many there are, those beyond what is kept too."""
    return kept + found.left_out.get(what, 0)


def _alias(alias: Alias, t: Worded) -> str:
    named = [_target(target, t) for target in alias.targets[:_TARGETS]]
    if alias.targets[-1:] == (MORE,):
        named = [*named[:_TARGETS], MORE]
    elif len(alias.targets) > _TARGETS:
        named.append(t("client_message.inventory.more", count=len(alias.targets) - _TARGETS))
    return f"{alias.address} → {', '.join(named)}" if named else alias.address


def _target(target: str, t: Worded) -> str:
    if target.startswith("|"):
        return t("client_message.inventory.to_program")
    if not target.startswith(":"):
        return target
    name = target[1:].partition(":")[0].strip().lower()
    return t(f"client_message.inventory.to.{_SPECIAL.get(name, 'unclear')}")


def _shown(name: str) -> str:
    try:
        return parse_name(name).display
    except InputError:
        return name
