"""The names of domains in a cell of a base: as the DNS has them, each once."""

import re
from collections.abc import Collection

from core.dns.names import NAME_MAX
from core.spreadsheet.domain_cells import read_domains
from core.spreadsheet.platforms import Platforms
from core.spreadsheet.repair_kinds import Step

# One plain name is what nearly every cell of a million has: then nothing is to be looked into.
_PLAIN = re.compile(r"(?!www\.)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_ANYBODY = Platforms(platforms=[], mail_hosts=[])
"""What is in a base of ours is a client's, whatever it is called."""


def is_one_name(text: str) -> bool:
    """Return whether a cell is one name, just as the DNS has it."""
    return len(text) <= NAME_MAX and "--" not in text and _PLAIN.fullmatch(text) is not None


def names_in(text: str, field: str, off: Collection[str], steps: list[Step]) -> str:
    """Return the names in a cell with a space between, what was repaired added to `steps`; raises InputError.

    >>> names_in("Alfa.pl, https://www.beta.pl/", "domain_names", (), [])
    'alfa.pl beta.pl'
    """
    names, done = read_domains(text, field, off, _ANYBODY)
    steps += done
    return " ".join(name.ascii for name in names)
