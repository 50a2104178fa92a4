"""The files in data/ that the core works from, read when they change."""

from functools import lru_cache
from pathlib import Path

from core.messages import FieldError, InputError, Message
from core.pricing.tariff import Tariff, parse_tariff
from core.settings import settings


def tariff() -> Tariff:
    """Return the tariff of the setting TARIFF_FILE, read again when the file has changed.

    Raises InputError where it cannot be read or has mistakes.
    """
    return read_tariff(settings().tariff_file)


def read_tariff(path: Path) -> Tariff:
    """Return the tariff in a file; raises InputError where it cannot be read or has mistakes."""
    try:
        return _parsed(path, path.stat().st_mtime_ns)
    except (OSError, UnicodeDecodeError) as error:
        values = {"detail": getattr(error, "strerror", None) or str(error)}
        raise InputError(FieldError("TARIFF_FILE", str(path), Message("error.file", values))) from None


@lru_cache(maxsize=4)
def _parsed(path: Path, modified: int) -> Tariff:
    return parse_tariff(path.read_text(encoding="utf-8-sig"))
