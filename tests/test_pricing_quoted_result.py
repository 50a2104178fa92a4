"""What a link says of its quote: rule, prices, net, VAT and readings, and how strictly that is read."""

import pytest

from core.ground.messages import InputError, Message
from core.pricing.form import link_query
from core.pricing.quoted_result import SAID, Said, read, result
from core.pricing.readings import CHOICES


def test_link_says_rule_price_net_vat_and_readings(desk):
    said = {name: text for name, text in link_query(desk.quote()).items() if name in SAID}
    assert said == {
        "tariff": desk.tariff.version,
        "rule": "R1",
        "price": "730.00",
        "net": "change:184.00",
        "vat": "23",
        "readings": "000000000",
    }


def test_link_says_every_option_and_every_reading(desk):
    other = desk.reading(A5="not_counted", A7="price_only")
    said = link_query(other.quote(package="vps", target="plus"))
    assert said["net"] == "ordered:875.00,self:730.00" and said["readings"] == "000010200"


def test_link_of_a_blocked_quote_says_that_there_was_no_amount(desk):
    blocked = desk.quote(package="plus", target="basic")
    assert link_query(blocked)["net"] == "none" and read(link_query(blocked)).result.nets == {}


@pytest.mark.parametrize(
    "changes", [{}, {"package": "vps", "target": "plus"}, {"package": "plus", "target": "basic"}, {"domains": 30}]
)
@pytest.mark.parametrize("readings", [{}, {question: choices[-1] for question, choices in CHOICES.items()}])
def test_what_a_link_says_reads_back(desk, changes, readings):
    found = desk.reading(**readings).quote(**changes)
    assert read(link_query(found)) == Said(found.tariff_version, result(found))


@pytest.mark.parametrize("given", [{}, {"tariff": "2026.11-a1b2c3"}])
def test_link_made_before_says_no_outcome(given):
    assert read(given) == Said(given.get("tariff"), None)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("tariff", "<b>2026</b>"),
        ("tariff", ""),
        ("rule", "R11"),
        ("rule", "r1"),
        ("price", "730,00"),
        ("price", "-1.00"),
        ("price", "1e3"),
        ("net", ""),
        ("net", "184.00"),
        ("net", "change:184"),
        ("net", "change:-184.00"),
        ("net", "change:NaN"),
        ("net", "gift:184.00"),
        ("net", "change:184.00,"),
        ("net", "change:184.00,change:1.00"),
        ("net", "none,none"),
        ("net", "change:" + "9" * 900 + ".00"),
        ("net", "change:١٨٤.00"),
        ("vat", "101"),
        ("vat", "-1"),
        ("vat", "23%"),
        ("readings", "00000000"),
        ("readings", "0000000000"),
        ("readings", "900000000"),
        ("readings", "00000000٠"),
        ("readings", "000000002"),
        ("readings", "-00000000"),
    ],
)
def test_what_a_link_says_is_read_strictly(desk, name, text):
    with pytest.raises(InputError) as caught:
        read({**link_query(desk.quote()), name: text})
    (mistake,) = caught.value.errors
    assert (mistake.field, mistake.value, mistake.message.id) == (
        "earlier_link",
        f"{name}={text}",
        "compare.unreadable",
    )


@pytest.mark.parametrize("name", ["tariff", "rule", "net", "vat", "readings"])
def test_link_that_lost_a_part_of_what_it_said_was_cut_short(desk, name):
    given = link_query(desk.quote())
    del given[name]
    with pytest.raises(InputError) as caught:
        read(given)
    assert caught.value.errors[0].message == Message("compare.cut_short", {"name": name})
