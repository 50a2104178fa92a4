"""Settings of the ways, and addresses of the team: mistakes are told with their name, secrets never."""

import importlib.util

import pytest
from pydantic_core import PydanticCustomError

from core.ground import settings as module
from core.ground.mail_address import read_mail_address
from core.ground.messages import InputError
from core.ground.settings import settings
from core.migration.people import parse_team
from tests.notices import TEAM

SECRET = "Zima2026!"


@pytest.fixture(autouse=True)
def _fresh():
    settings.cache_clear()
    yield
    settings.cache_clear()


def mistakes(monkeypatch, **given):
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(InputError) as refused:
        settings()
    assert SECRET not in str(refused.value)
    return [(error.field, error.message.id) for error in refused.value.errors]


def test_mail_server_needs_a_sender_and_a_password_an_encrypted_way(monkeypatch):
    given = {"SMTP_HOST": "mail.example.pl", "SMTP_TLS": "off", "SMTP_PASSWORD": SECRET, "SMTP_USER": "desk"}
    assert mistakes(monkeypatch, **given) == [
        ("SMTP_SENDER", "error.smtp_sender"),
        ("SMTP_PASSWORD", "error.smtp_open"),
    ]
    monkeypatch.setenv("SMTP_SENDER", "desk@example.pl")
    monkeypatch.setenv("SMTP_HOST", "localhost")
    assert settings().smtp_password.get_secret_value() == SECRET and SECRET not in repr(settings())


@pytest.mark.parametrize(
    "url",
    ["http://hooks.example/" + SECRET, SECRET, "ftp://a.example/", "https://", "https://[::1/", "https://a:99999/"],
)
def test_webhook_is_posted_to_over_https_or_on_this_machine(monkeypatch, url):
    assert mistakes(monkeypatch, WEBHOOK_URL=url) == [("WEBHOOK_URL", "error.webhook_url")]


def test_webhook_on_this_machine_needs_no_https(monkeypatch):
    for url in ("http://127.0.0.1:8065/hooks/x", "http://localhost/x", "https://hooks.example/x"):
        monkeypatch.setenv("WEBHOOK_URL", url)
        settings.cache_clear()
        assert settings().webhook_url.get_secret_value() == url and "hooks" not in repr(settings().webhook_url)


def test_apprise_that_is_set_and_not_installed_is_refused_at_the_start(monkeypatch):
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    assert mistakes(monkeypatch, APPRISE_URLS=f"slack://{SECRET}") == [("APPRISE_URLS", "error.apprise_missing")]
    assert importlib.util.find_spec("apprise") is not None


@pytest.mark.parametrize(
    "text",
    [
        *("", "anna", "@example.pl", "anna@", "anna@example", "a b@example.pl", "anna@example.pl, jan@example.pl"),
        *("anna@example.pl\r\nBcc: x@example.pl", "<anna@example.pl>", ".anna@example.pl", "a..b@example.pl"),
        *("anna@-x.pl", "anna@żółw.pl", "a" * 65 + "@example.pl", "a@" + "b." * 200 + "pl", 7),
    ],
)
def test_what_is_no_address_is_refused(text):
    with pytest.raises(PydanticCustomError):
        read_mail_address(text)


@pytest.mark.parametrize(
    "text", ["anna@example.pl", "a.b+c@poczta.example.com.pl", "biuro@xn--w-uga1v8h.pl", "o'x@a.pl"]
)
def test_what_is_one_is_taken(text):
    assert read_mail_address(text) == text


@pytest.mark.parametrize(
    ("old", "new", "field", "told"),
    [
        ("jan@example.pl", "jan.example.pl", "people.1.email", "error.email"),
        ("team@example.pl", "team", "email", "error.email"),
        ('language = "en"', 'language = "de"', "people.1.language", "error.one_of"),
        ('id = "ola"', 'id = "team"', "", "error.team_way"),
        ('id = "ola"', 'id = "apprise.1"', "", "error.team_way"),
    ],
)
def test_mistake_in_the_team_is_told_with_whose_it_is(old, new, field, told):
    assert old in TEAM
    with pytest.raises(InputError) as refused:
        parse_team(TEAM.replace(old, new))
    assert [(error.field, error.message.id) for error in refused.value.errors] == [(field, told)]
