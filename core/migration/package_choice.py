"""The package to which a migration leads: one of the tariff's, or another name for which there is a reason."""

from core.pricing.tariff import Tariff


def names(tariff: Tariff, now: str = "") -> tuple[str, ...]:
    """Return the packages to choose from, as the tariff calls them; what a migration has `now` stays one of them."""
    known = tuple(package.name for package in tariff.packages)
    return known if not now or now in known else (now, *known)


def foreign(name: str, tariff: Tariff | None, before: str = "") -> bool:
    """Whether a package is chosen that the tariff does not have: that takes a reason.

    Not where it is there already (`before`), none is chosen, or nobody knows the tariff.
    """
    wanted = _bare(name)
    if tariff is None or not wanted or wanted == _bare(before):
        return False
    # Letter by letter: "Firma+" is no Firma.
    return all(wanted not in (_bare(package.id), _bare(package.name)) for package in tariff.packages)


def _bare(name: str) -> str:
    return " ".join(name.split()).casefold()
