"""Whether a row still says what the desk wrote when it exported it: where it stands, its dates, its ref and domain.

It lets an empty database take our own export whole, also what was once let through a gate without what the gate asks.
It has no key: it tells a row of ours from one that was edited, not from one that somebody made with this source. Such a
row gains what a manager's reason gains, without one, and in an empty database only: never a domain past the client's
test without its date.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping

from core.ground.moments import When, written
from core.importing.row import DATES_OF_DOMAIN, DATES_OF_MIGRATION, Row

# Not the deadlines of others: no gate asks for them, and what an earlier desk wrote must still prove itself.
_DATES = ("planned_at", *DATES_OF_MIGRATION, *DATES_OF_DOMAIN)


def version(seq: int, token: str, ref: str, domain: str, status: str, dates: Mapping[str, object]) -> str:
    """Return the version that the export writes into a row: which state of which migration, and the row's proof.

    `domain`: its ASCII name; `status`: a stage, a step or a side state; `dates`: what stands in each column of dates.
    """
    return f"{seq}-{token}-{_proof(f'{seq}-{token}', ref, domain, status, dates)}"


def proves(says: Row, status: str) -> bool:
    """Return whether a row is as it was exported; `status`: what its status comes to."""
    if says.version is None or len(says.domain) != 1:
        return False
    seq, token, proof = says.version
    dates = {id: getattr(says, id) for id in _DATES}
    return proof == _proof(f"{seq}-{token}", says.ref, says.domain[0].ascii, status, dates)


def _proof(state: str, ref: str, domain: str, status: str, dates: Mapping[str, object]) -> str:
    told = "\n".join([state, ref, domain, status, *(f"{id} {_said(dates.get(id))}" for id in _DATES)])
    return hashlib.sha256(told.encode()).hexdigest()[:8]


def _said(date: object) -> str:
    match date:
        case When():
            return written(date.at)
        case dt.datetime():
            return written(date)
    return "tak" if date is True else ""
