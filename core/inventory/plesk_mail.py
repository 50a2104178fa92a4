"""Mail users of a Plesk dump: a mailbox, further names, forwards, or only some of these."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.inventory.aliases_file import read_line
from core.inventory.gathered import ENTRIES_MAX, Gathered
from core.inventory.mailbox_sizes import Measured, judge
from core.inventory.names import local_part, told_name

_KB_TO = 10 * 1024**2
"""Plesk means bytes, as its API does; Virtualmin reads KB. Where no quota is larger than this, nobody knows."""


@dataclass(slots=True)
class MailUser:
    """A mail user. `quota`: bytes, 0 for none, None where it is not said; `size`: bytes of its messages.

    `on`: whether it has a mailbox; `forwarding`: whether forwards are on; `aliases`, `targets`: as written.
    """

    address: str
    quota: int | None
    forwarding: bool = True
    on: bool = True
    size: int | None = None
    aliases: list[str] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)


def quota_of(text: str) -> int | None:
    """Return a `mailbox-quota`: bytes, 0 for none ("-1"), None where it is no number.

    >>> quota_of("-1"), quota_of("104857600"), quota_of("")
    (0, 104857600, None)
    """
    text = text.strip()
    if text == "-1":
        return 0
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


def take_user(gathered: Gathered, users: dict[str, MailUser], user: MailUser) -> None:
    """Put a mail user in: its mailbox into `users` too, its aliases and forwards. One that comes twice is told."""
    if user.address in users:
        gathered.found("mailbox_twice", "mailuser", address=user.address)
        return
    if user.on:
        gathered.mailbox(user.address, user.size)
        gathered.said.update(("mailbox_sizes",) if user.size is not None else ())
        if len(users) < ENTRIES_MAX:
            users[user.address] = user
    elif not (user.targets and user.forwarding):
        gathered.found("mailbox_off", "mailuser", address=user.address)
    domain = user.address.rpartition("@")[2]
    for name in user.aliases:
        if local := local_part(name.partition("@")[0]):
            gathered.alias(f"{local}@{domain}", (user.address,))
        else:
            gathered.found("name_unreadable", "alias", name=told_name(name))
    if user.targets and user.forwarding:
        take_forwards(gathered, user.address, user.targets, (user.address,) if user.on else ())
    elif user.targets:
        gathered.found("forward_off", "mailuser", address=user.address)


def take_forwards(gathered: Gathered, name: str, targets: Sequence[str], stays: tuple[str, ...]) -> None:
    """Put the forwards of an address in; `stays`: the address itself where messages stay in its mailbox as well."""
    domain = name.rpartition("@")[2]
    lines = [read_line(f"x: {target}", domain) for target in targets]
    if any(line is None or line.unread for line in lines):
        gathered.found("forward_unreadable", "mailuser", address=name)
    if found := [target for line in lines if line for target in line.targets]:
        gathered.alias(name, (*stays, *found))


def found_mailboxes(gathered: Gathered, users: dict[str, MailUser]) -> None:
    """Put quotas and sizes in, and what contradicts them."""
    quotas = [user.quota for user in users.values() if user.quota]
    unclear = bool(quotas) and max(quotas) < _KB_TO
    if unclear:
        largest = max(users.values(), key=lambda user: user.quota or 0)
        gathered.found("quota_unit_unknown", "", address=largest.address, number=largest.quota, size=largest.size)
    for user in users.values():
        if user.quota is not None and not (unclear and user.quota):
            gathered.said.add("quotas")
            gathered.mailbox(user.address, quota=user.quota)
    measured = {user.address: Measured(user.size) for user in users.values() if user.size is not None}
    judge(gathered, measured, users.keys())
    for name in sorted(gathered.targets.keys() & gathered.mailboxes.keys()):
        if name not in gathered.targets[name]:
            gathered.found("alias_is_mailbox", "alias", address=name)
