"""How grave findings of archives and zone files are; where the file that says so is broken, each is an error."""

from core import datafiles
from core.ground.messages import InputError
from core.ground.severity import Severities


def of_zones() -> Severities:
    """Return those of zone files."""
    try:
        return datafiles.zone_severities()
    except InputError:
        return Severities()


def of_archives() -> Severities:
    """Return those of archives."""
    try:
        return datafiles.inventory_severities()
    except InputError:
        return Severities()
