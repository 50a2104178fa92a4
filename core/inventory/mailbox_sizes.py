"""How large a mailbox is, by its files; what names of files and `maildirsize` say of it is compared, never believed.

A message is a file in `cur`, `new` or `tmp` of a maildir or of a folder in it (`.Sent/cur/1.M2.host,S=120:2,S`), an
`m.1` in the `storage` of an mdbox, a `u.1` in a `dbox-Mails` of an sdbox. Indexes and the like are no messages.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from core.inventory.gathered import Gathered
from core.inventory.names import lines_of

MAILDIRSIZE = "maildirsize"
"""The file of a maildir that keeps its size (Maildir++). It is small; a larger one is none."""
MAILDIRSIZE_MAX = 64 * 1024

MAILDIR = frozenset(("cur", "new", "tmp"))
"""Folders of a maildir whose files are messages."""
_DBOX = {"storage": "m.", "dbox-Mails": "u."}
_DIGITS = 15
_NAMED = re.compile(rf",S=([0-9]{{1,{_DIGITS}}})(?![^,:])")


@dataclass(slots=True)
class Measured:
    """A mailbox's bytes, as far as its files were seen.

    `named`: what the names of files say (`,S=`), `named_size`: what just those files have; `counted`: what its
    `maildirsize` says, None where there is none.
    """

    size: int = 0
    messages: int = 0
    named: int = 0
    named_size: int = 0
    counted: int | None = None


def weigh(box: Measured, path: str, size: int, replaced: int = 0) -> None:
    """Take a file of a mailbox up: its path (whatever stands before the mailbox's folder) and its bytes.

    `replaced`: bytes of one with the same path that was taken up before it.
    """
    at = path.rfind("/")
    folder = path[path.rfind("/", 0, max(at, 0)) + 1 : at]
    if folder in MAILDIR:
        weigh_message(box, path, at, size, replaced)
    elif folder in _DBOX and path.startswith(_DBOX[folder], at + 1):
        box.size += size - replaced
        box.messages += not replaced


def weigh_message(box: Measured, path: str, at: int, size: int, replaced: int) -> None:
    """Take a file of a maildir's folder up; `at`: where its name begins. The rest is as with `weigh`."""
    box.size += size - replaced
    box.messages += not replaced
    if said := _NAMED.search(path, at):
        box.named += 0 if replaced else int(said[1])
        box.named_size += size - replaced


def counted(content: bytes) -> int | None:
    """Return the bytes that a `maildirsize` comes to; None where it is none.

    Its first line is the quota ("1000000S,1000C"), each further one bytes and messages that came or went ("-120 -1").
    """
    if len(content) > MAILDIRSIZE_MAX:
        return None
    total = 0
    for line in lines_of(content)[1:]:
        cells = line.split()
        if not cells:
            continue
        number = cells[0].removeprefix("-")
        if len(cells) != 2 or not number.isascii() or not number.isdigit() or len(number) > _DIGITS:
            return None
        total += int(cells[0])
    return total


def judge(gathered: Gathered, measured: Mapping[str, Measured], listed: Collection[str] | None) -> None:
    """Put the sizes of mailboxes in, and what contradicts them: names, `maildirsize`, quotas, the panel's own list.

    `measured`: by address, as far as the archive has files of mail. `listed`: the addresses of the panel's list, None
    where the archive has none. A folder that the list does not know is told and, beside a list of its own domain, no
    mailbox: panels leave folders of deleted ones behind.
    """
    domains = {one.rpartition("@")[2] for one in listed or ()}
    for address, box in measured.items():
        known = listed is None or address in listed
        if not known:
            gathered.found("mailbox_unlisted", address=address, size=box.size)
        if known or address.rpartition("@")[2] not in domains:
            gathered.mailbox(address, box.size)
        if box.named != box.named_size:
            gathered.found("mailbox_size_named", address=address, told=box.named, size=box.named_size)
        if box.counted is not None and box.counted != box.size:
            gathered.found("mailbox_size_counted", address=address, told=box.counted, size=box.size)
    for mailbox in list(gathered.mailboxes.values()):
        if "mailbox_sizes" in gathered.said and mailbox.size is None:
            gathered.found("mailbox_without_folder", address=mailbox.address)
        if mailbox.quota and mailbox.size is not None and mailbox.size > mailbox.quota:
            gathered.found("mailbox_over_quota", address=mailbox.address, size=mailbox.size, quota=mailbox.quota)
