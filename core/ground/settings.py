"""What can be set from outside, by environment variables. The README lists them."""

from functools import cache
from importlib.util import find_spec
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote, urlsplit

from pydantic import (
    AwareDatetime,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from core.ground.mail_address import MailAddress
from core.ground.messages import FieldError, InputError
from core.ground.validation import input_error, mistake

ROOT = Path(__file__).resolve().parent.parent.parent


def _networks(text: object) -> object:
    """Return the networks in a text with commas between them; none may have bits of a host (10.0.0.1/8), or be all."""
    if not isinstance(text, str):
        return text
    try:
        found = tuple(ip_network(part) for part in map(str.strip, text.split(",")) if part)
    except ValueError:
        raise mistake("error.cutover_targets") from None
    if not all(network.prefixlen for network in found):
        # All of the world is not ours.
        raise mistake("error.cutover_targets")
    return found


_THIS_MACHINE = ("127.0.0.1", "localhost", "::1")


class Settings(BaseSettings):
    """One field a variable: `tariff_file` is TARIFF_FILE. One that is empty counts as left out."""

    model_config = SettingsConfigDict(env_ignore_empty=True)

    tariff_file: Path = ROOT / "data" / "tariff.toml"
    """Prices, fees, VAT, thresholds and readings."""

    company_file: Path = ROOT / "data" / "company.toml"
    """Our company as it stands on offers, and who answers for them."""

    promotions_file: Path = ROOT / "data" / "promotions.toml"
    """Promotions by code, and the VAT rates of lines that are added to a quote by hand."""

    database_url: str = f"sqlite:///{quote(str(ROOT / 'data' / 'desk.sqlite3'))}"
    """The database of the migrations: sqlite:////folder/desk.sqlite3 or postgresql://user:password@host/name."""

    worker_database_url: str = ""
    """The same PostgreSQL database for `python -m core worker`, past a pooler; left out, DATABASE_URL."""

    database_patience: Annotated[float, Field(ge=0.1, le=600, allow_inf_nan=False)] = 30
    """Seconds to wait for a database that somebody else has locked; longer than any import takes."""

    samples: bool = True
    """Whether the dashboard's first start, on an empty database, loads sample migrations."""

    archives_dir: Path | None = None
    """The folder of panels' backups that may be read on the page of a migration; left out, none may."""

    resolvers_file: Path = ROOT / "data" / "resolvers.csv"
    """The public resolvers that are watched after a switch."""

    root_hints_file: Path = ROOT / "data" / "named.root"
    """The servers of the root zone, in the format of named.root."""

    check_every: Annotated[float, Field(ge=1, allow_inf_nan=False)] = 30
    """Seconds between two rounds of a propagation check that is followed live."""

    private_servers: bool = False
    """Whether a propagation check may be sent to addresses that are not the Internet's (10.0.0.1, 127.0.0.1)."""

    cutover_targets: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(_networks)] = ()
    """Networks of ours (10.0.0.0/8,192.0.2.0/24): a look before a switch may ask them also where they are private."""

    watch: Literal["embedded", "off", "workers"] = "embedded"
    """Who looks at moving domains: a thread of the dashboard, nobody, or `python -m core worker` on PostgreSQL."""

    watch_ticks: bool = True
    """Whether what a watch has seen is ticked in its migration; else people are told only."""

    public_url: str = ""
    """The desk's address in links that somebody sends on: https://desk.example; left out, the reader's own."""

    allowed_origins: str = ""
    """Where else the desk answers than on this machine and at PUBLIC_URL: https://desk.example, commas between."""

    smtp_host: Annotated[str, Field(max_length=253)] = ""
    """The mail server that takes what people are told; left out, no mail is sent."""

    smtp_port: Annotated[int, Field(ge=1, le=65_535)] = 587
    """Its port."""

    smtp_tls: Literal["starttls", "tls", "off"] = "starttls"
    """How mail is kept from being read on its way there: after STARTTLS, from the first octet, or not at all."""

    smtp_sender: Annotated[MailAddress, Field(validate_default=True)] = ""
    """Whom mail comes from."""

    smtp_user: str = ""
    """Who signs in at the mail server; left out, nobody does."""

    smtp_password: SecretStr | None = None
    """What they sign in with: only ever here, never stored or shown."""

    webhook_url: SecretStr | None = None
    """Where notices are posted to as JSON: https only, or this machine."""

    webhook_kind: Literal["slack", "mattermost", "teams", "plain"] = "plain"
    """What reads them there."""

    webhook_secret: SecretStr | None = None
    """What each post is signed with (HMAC, SHA-256)."""

    apprise_urls: SecretStr | None = None
    """Other ways, as apprise writes them, commas between; apprise has to be installed."""

    frozen_now: AwareDatetime | None = None
    """Stops the clock, for tests and screenshots: 2026-11-21T12:00:00+01:00."""

    @field_validator("smtp_sender")
    @classmethod
    def _somebody(cls, sender: str, info: ValidationInfo) -> str:
        if info.data.get("smtp_host") and not sender:
            raise mistake("error.smtp_sender")
        return sender

    @field_validator("smtp_password")
    @classmethod
    def _never_in_the_open(cls, password: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if password and info.data.get("smtp_tls") == "off" and info.data.get("smtp_host") not in _THIS_MACHINE:
            raise mistake("error.smtp_open")
        return password

    @field_validator("webhook_url")
    @classmethod
    def _https(cls, url: SecretStr | None) -> SecretStr | None:
        if url is None:
            return None
        try:
            parts = urlsplit(url.get_secret_value())
            here = parts.scheme == "http" and parts.hostname in _THIS_MACHINE
            usable = bool(parts.hostname) and (parts.scheme == "https" or here) and parts.port != 0
        except ValueError:
            usable = False
        if not usable:
            raise mistake("error.webhook_url")
        return url

    @field_validator("apprise_urls")
    @classmethod
    def _installed(cls, urls: SecretStr | None) -> SecretStr | None:
        if urls and find_spec("apprise") is None:
            raise mistake("error.apprise_missing")
        return urls


_SECRET = frozenset(name for name, field in Settings.model_fields.items() if field.annotation == SecretStr | None)

VARIABLES = frozenset(name.upper() for name in Settings.model_fields)
"""The environment variables that set something."""


@cache
def settings() -> Settings:
    """Return the settings, read once a process; raises InputError with the variables that are wrong."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = input_error(error).errors
        # What is secret is not repeated, however wrong it is.
        shown = {m.field: "" if m.field in _SECRET else m.value for m in wrong}
        raise InputError(*(FieldError(m.field.upper(), shown[m.field], m.message) for m in wrong)) from None


def as_worker() -> Settings:
    """Return the settings of a process that works for the others: all it does is in WORKER_DATABASE_URL, if given."""
    found = settings()
    found.database_url = found.worker_database_url or found.database_url
    return found
