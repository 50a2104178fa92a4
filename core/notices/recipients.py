"""Who is told: people and the team by mail, and what is set for everybody; who has no address is named too."""

from collections.abc import Iterable
from typing import NamedTuple

from core.ground.settings import Settings
from core.migration.people import Person, Team

TEAM = "team"
WEBHOOK = "webhook"
APPRISE = "apprise."
"""Followed by which of the addresses of APPRISE_URLS it is, from 1: each has a fate of its own."""
MAIL = "mail"


class Recipients(NamedTuple):
    """`keys`: whom a notice is sent to; `unreached`: who would be told had they an address.

    Each is somebody's id in data/team.toml, TEAM, WEBHOOK, or one that begins with APPRISE.
    """

    keys: tuple[str, ...]
    unreached: tuple[str, ...] = ()


def recipients(ids: Iterable[str], team: Team, everybody: Iterable[str]) -> Recipients:
    """Return who is told, each once. `ids`: of people, and TEAM; `everybody`: as `for_everybody` gives."""
    wanted = dict.fromkeys(filter(None, ids))
    reached = tuple(id for id in wanted if address(id, team))
    return Recipients((*reached, *everybody), tuple(id for id in wanted if id not in reached))


def for_everybody(settings: Settings) -> tuple[str, ...]:
    """Return the recipients that are told of everything: a webhook and what apprise is to tell, where they are set."""
    webhook = (WEBHOOK,) if settings.webhook_url else ()
    return (*webhook, *(f"{APPRISE}{n}" for n, _ in enumerate(apprise_urls(settings), start=1)))


def apprise_urls(settings: Settings) -> tuple[str, ...]:
    """Return the addresses of APPRISE_URLS; they are secrets."""
    said = settings.apprise_urls.get_secret_value() if settings.apprise_urls else ""
    # A comma may stand within an address; what follows one between addresses is a scheme.
    found: list[str] = []
    for part in said.replace("\n", ",").split(","):
        if "://" in part or not found:
            found.append(part.strip())
        else:
            found[-1] += f",{part.strip()}"
    return tuple(filter(None, found))


def address(recipient: str, team: Team) -> str:
    """Return the mail address of a recipient; "" where there is none, or nobody of that id any more."""
    return team.email if recipient == TEAM else getattr(_person(recipient, team), "email", "")


def language_of(recipient: str, team: Team) -> str:
    """Return the code of the language that a recipient is told in."""
    person = _person(recipient, team)
    return person.language if person else team.language


def way_of(recipient: str) -> str:
    """Return the way to a recipient: MAIL for people and the team, else the recipient itself."""
    return recipient if recipient == WEBHOOK or recipient.startswith(APPRISE) else MAIL


def _person(id: str, team: Team) -> Person | None:
    return next((person for person in team.people if person.id == id), None)
