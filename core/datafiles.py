"""The files in data/ that the core works from, read when they change."""

from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from core.cutover import finding as cutover_findings
from core.cutover import known_names as names_known
from core.cutover.asking import default_pages as empty_pages
from core.cutover.known_names import KnownName, parse_known_names
from core.dns.asking.servers import parse_hints, parse_resolvers
from core.dns.judging import findings
from core.dns.observation import Server
from core.flow import capacity as capacities
from core.flow.capacity import Capacity, parse_capacity
from core.ground.messages import FieldError, InputError, Message
from core.ground.settings import ROOT, settings
from core.ground.severity import Severities, parse_severities
from core.migration import people, stages
from core.migration.people import Team, parse_team
from core.migration.stages import Process, parse_stages
from core.offer.company import Company, parse_company
from core.offer.promotions import Promotions, parse_promotions
from core.pricing.tariff import Tariff, parse_tariff
from core.spreadsheet import platforms
from core.spreadsheet.platforms import Platforms, parse_platforms

_ZONE_FINDINGS = "data/zone_findings.toml"
_ARCHIVE_FINDINGS = "data/inventory_findings.toml"
_parse_of_zones = partial(parse_severities, name=_ZONE_FINDINGS)
_parse_of_archives = partial(parse_severities, name=_ARCHIVE_FINDINGS)


def tariff() -> Tariff:
    """Return the tariff of the setting TARIFF_FILE, read again when the file has changed.

    Raises InputError where it cannot be read or has mistakes.
    """
    return read_tariff(settings().tariff_file)


def read_tariff(path: Path) -> Tariff:
    """Return the tariff in a file; raises InputError where it cannot be read or has mistakes."""
    found: Tariff = _read(path, "TARIFF_FILE", parse_tariff)
    return found


def company() -> Company:
    """Return our company from the file of the setting COMPANY_FILE, read again when the file has changed.

    Raises InputError where it cannot be read or has mistakes.
    """
    found: Company = _read(settings().company_file, "COMPANY_FILE", parse_company)
    return found


def promotions() -> Promotions:
    """Return the promotions of the setting PROMOTIONS_FILE, read again when the file has changed.

    Raises InputError where it cannot be read or has mistakes.
    """
    return read_promotions(settings().promotions_file)


def read_promotions(path: Path) -> Promotions:
    """Return the promotions in a file; raises InputError where it cannot be read or has mistakes."""
    found: Promotions = _read(path, "PROMOTIONS_FILE", parse_promotions)
    return found


def process() -> Process:
    """Return data/stages.toml, read again when the file has changed; raises InputError where it has mistakes."""
    found: Process = _read(ROOT / stages.NAME, stages.NAME, parse_stages)
    return found


def team() -> Team:
    """Return data/team.toml, read again when the file has changed; raises InputError where it has mistakes."""
    found: Team = _read(ROOT / people.NAME, people.NAME, parse_team)
    return found


def platform_names() -> Platforms:
    """Return data/platforms.toml, read again when the file has changed; raises InputError where it has mistakes."""
    found: Platforms = _read(ROOT / platforms.NAME, platforms.NAME, parse_platforms)
    return found


def capacity() -> Capacity:
    """Return data/capacity.toml, read again when the file has changed; raises InputError where it has mistakes."""
    found: Capacity = _read(ROOT / capacities.NAME, capacities.NAME, parse_capacity)
    return found


def dns_severities() -> findings.Severities:
    """Return data/dns_findings.toml, read again when the file has changed; raises InputError where it has mistakes."""
    found: findings.Severities = _read(ROOT / findings.NAME, findings.NAME, findings.parse_severities)
    return found


def cutover_weights() -> cutover_findings.Weights:
    """Return data/cutover_findings.toml, read again when changed; raises InputError where it has mistakes."""
    name, parse = cutover_findings.NAME, cutover_findings.parse_weights
    found: cutover_findings.Weights = _read(ROOT / name, name, parse)
    return found


def default_pages() -> empty_pages.DefaultPages:
    """Return data/default_pages.toml, read again when changed; raises InputError where it has mistakes."""
    name, parse = empty_pages.NAME, empty_pages.parse_default_pages
    found: empty_pages.DefaultPages = _read(ROOT / name, name, parse)
    return found


def inventory_severities() -> Severities:
    """Return data/inventory_findings.toml, read again when changed; raises InputError where it has mistakes."""
    found: Severities = _read(ROOT / _ARCHIVE_FINDINGS, _ARCHIVE_FINDINGS, _parse_of_archives)
    return found


def zone_severities() -> Severities:
    """Return data/zone_findings.toml, read again when the file has changed; raises InputError where it has mistakes."""
    found: Severities = _read(ROOT / _ZONE_FINDINGS, _ZONE_FINDINGS, _parse_of_zones)
    return found


def known_names() -> tuple[KnownName, ...]:
    """Return data/known_names.csv, read again when the file has changed; raises InputError where it has mistakes."""
    found: tuple[KnownName, ...] = _read(ROOT / names_known.NAME, names_known.NAME, parse_known_names)
    return found


def resolvers() -> tuple[Server, ...]:
    """Return the resolvers of the setting RESOLVERS_FILE, read again when the file has changed.

    Raises InputError where it cannot be read or has mistakes.
    """
    found: tuple[Server, ...] = _read(settings().resolvers_file, "RESOLVERS_FILE", parse_resolvers)
    return found


def root_servers() -> tuple[Server, ...]:
    """Return the root's servers from the file of the setting ROOT_HINTS_FILE, read again when the file has changed.

    Raises InputError where it cannot be read or has mistakes.
    """
    found: tuple[Server, ...] = _read(settings().root_hints_file, "ROOT_HINTS_FILE", parse_hints)
    return found


def _read(path: Path, setting: str, parse: Callable[[str], Any]) -> Any:
    try:
        return _parsed(path, parse, path.stat().st_mtime_ns)
    except (OSError, UnicodeDecodeError) as error:
        values = {"detail": getattr(error, "strerror", None) or str(error)}
        raise InputError(FieldError(setting, str(path), Message("error.file", values))) from None


@lru_cache(maxsize=16)
def _parsed(path: Path, parse: Callable[[str], Any], modified: int) -> Any:
    return parse(path.read_text(encoding="utf-8-sig"))
