"""A pasted link becomes an earlier quote, and speaks for itself beside the quote that was opened from it."""

import pytest

from core.ground.messages import InputError, Message
from core.language import LANGUAGES
from core.pricing.earlier_link import earlier, nets_then, on_another_day
from core.pricing.form import link_query
from core.pricing.quoted_result import SAID
from core.pricing.rules import OptionKind
from tests.links import ADDRESS, DEARER, compared, edited, link
from tests.test_pages import HOSTILE


@pytest.mark.parametrize(
    "pasted",
    [
        "{}",
        "  <{}>\n",
        "„{}”",
        "({})",
        "{}&lang=English&utm_source=mail",
        "{}#top",
    ],
)
def test_link_may_be_pasted_with_what_surrounds_it(desk, pasted):
    now = desk.quote()
    assert earlier(pasted.format(link(now)), desk.tariff) == earlier(link(now), desk.tariff)
    assert compared(desk, pasted.format(link(now))).same


@pytest.mark.parametrize("address", ["", "?", "quote?", "/quote?", "desk.example/sub/quote/?", "https://desk/quote?"])
def test_only_the_query_is_looked_at(desk, address):
    assert compared(desk, link(desk.quote()).replace(ADDRESS, address)).same


def test_link_broken_into_lines_by_a_mail_program_is_put_together(desk):
    text = link(desk.quote())
    assert compared(desk, f"{text[:70]}\r\n{text[70:]}").same


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "https://example.com",
        "http://[",
        "quote?",
        "https://desk/quote?lang=Polski",
        "https://desk/quote?tariff=easy-000000",
        "quote?package=%FF%FE",
        "&".join(f"package{n}=1" for n in range(200)),
        "x" * 3999,
        HOSTILE,
        "\x00",
    ],
)
def test_what_is_no_link_of_a_quote_is_told(desk, text):
    with pytest.raises(InputError) as caught:
        earlier(text, desk.tariff)
    (mistake,) = caught.value.errors
    assert (mistake.field, mistake.message.id) == ("earlier_link", "compare.not_a_link")
    for language in LANGUAGES.values():
        assert len(language.mistake(mistake)) < 250


@pytest.mark.parametrize("page", ["tariff", "", "board", "quotes"])
def test_address_of_another_page_is_told(desk, page):
    with pytest.raises(InputError) as caught:
        earlier(link(desk.quote()).replace("/quote?", f"/{page}?"), desk.tariff)
    assert caught.value.errors[0].message.id == "compare.not_a_link"


def test_too_long_a_link_is_told(desk):
    with pytest.raises(InputError) as caught:
        earlier(link(desk.quote()) + "&x=" + "y" * 4000, desk.tariff)
    assert caught.value.errors[0].message == Message("error.too_long", {"max_length": 4000})


@pytest.mark.parametrize("name", ["domains", "net"])
def test_parameter_given_twice_is_told(desk, name):
    with pytest.raises(InputError) as caught:
        earlier(link(desk.quote()) + f"&{name}=3", desk.tariff)
    (mistake,) = caught.value.errors
    assert (mistake.value, mistake.message.id) == (f"{name}=3", "error.repeated")


def test_what_a_link_lacks_is_named(desk):
    with pytest.raises(InputError) as caught:
        earlier(link(desk.quote(), target=None, domains=""), desk.tariff)
    assert {(mistake.field, mistake.message.id) for mistake in caught.value.errors} == {
        ("target", "error.missing"),
        ("domains", "error.missing"),
    }


def test_values_that_do_not_read_are_named(desk):
    with pytest.raises(InputError) as caught:
        earlier(link(desk.quote(), change_on="soon", price_net="1.234,5", disk_gb=HOSTILE), desk.tariff)
    assert {mistake.field for mistake in caught.value.errors} == {"change_on", "price_net", "disk_gb"}


# -- beside the quote that was opened from it


def test_link_for_another_day_says_what_it_said_and_when(desk):
    given = link_query(desk.quote())
    found = on_another_day(given, desk.quote(change_on="2025-07-02", price_net="365.00"))
    assert (str(found.day), found.nets) == ("2025-07-01", {OptionKind.CHANGE: 18400})
    assert on_another_day(given, desk.quote(price_net="365.00")) is None
    assert on_another_day(given, desk.quote(change_on="2025-07-02", domains=3)) is None
    for broken in ({"net": "x"}, {"change_on": "yesterday"}, {"change_on": ""}):
        assert on_another_day({**given, **broken}, desk.quote(change_on="2025-07-02", price_net="365.00")) is None
    silent = {name: text for name, text in given.items() if name not in SAID}
    assert on_another_day(silent, desk.quote(change_on="2025-07-02", price_net="365.00")) is None


def test_link_for_another_day_is_compared_by_the_ways_that_both_days_have(desk):
    vps = {"package": "vps", "target": "plus", "price_net": "1460.00"}
    later = desk.quote(**vps, change_on="2025-12-20")
    found = on_another_day(link_query(desk.quote(**vps)), later)
    assert found.nets == {OptionKind.ORDERED: 87500, OptionKind.SELF: 73000}


def test_amounts_of_a_link_are_those_of_its_own_quote_only(desk):
    now = edited(DEARER)
    given = link_query(desk.quote())
    assert nets_then(given, now.quote(price_net="365.00")) == {OptionKind.CHANGE: 18400}
    assert nets_then(given, now.quote(price_net="365.00", domains=3)) is None
    assert nets_then({**given, "net": "x"}, now.quote(price_net="365.00")) is None
    assert nets_then({name: text for name, text in given.items() if name != "net"}, now.quote()) is None
    assert nets_then({**given, "net": "none"}, now.quote(price_net="365.00")) is None
    assert nets_then({**given, "vat": "8"}, now.quote(price_net="365.00")) is None
