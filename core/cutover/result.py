"""What came of a look before the switch."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from core.cutover.finding import Finding
from core.cutover.plan import Plan
from core.cutover.probes import Probes
from core.cutover.zones import Source

State = Literal["same", "moved", "different", "only_old", "only_new", "unknown"]

STALE = dt.timedelta(hours=24)
"""The age at which a result opens no gate any more."""


class Compared(NamedTuple):
    """A name and type on both sides. `servers`: addresses of new servers that answer otherwise than the others."""

    name: str
    type: str
    state: State
    old: tuple[str, ...]
    new: tuple[str, ...]
    servers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cutover:
    """A look that is over. `at`: when it began (UTC). `sources`, `complete`, `asked`: of the old zone.

    `mapping`: old address -> new address, as told or proposed; `digest`: of both zones' data, to see that they changed.
    """

    name: str
    at: dt.datetime
    new_servers: tuple[str, ...]
    complete: bool
    asked: int
    sources: tuple[Source, ...]
    records: tuple[Compared, ...]
    probes: Probes
    findings: tuple[Finding, ...]
    plan: Plan
    mapping: Mapping[str, str] = field(default_factory=dict)
    digest: str = ""
