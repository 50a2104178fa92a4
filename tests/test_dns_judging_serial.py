"""Serials run in a circle: which is newer, and which nobody can tell (RFC 1982)."""

import pytest

from core.dns.judging.serial import compare_serials
from tests.dns_sights import NEW, about, judge, said, serves, spoiled


@pytest.mark.parametrize(
    ("one", "other", "order"),
    [
        (1, 2, -1),
        (2, 1, 1),
        (5, 5, 0),
        (2**32 - 1, 0, -1),
        (0, 2**32 - 1, 1),
        (0, 2**31 - 1, -1),
        (0, 2**31, None),
        (2**31, 0, None),
        (0, 2**31 + 1, 1),
    ],
)
def test_serials_wrap_around_and_half_way_is_undefined(one, other, order):
    assert compare_serials(one, other) == order


def test_a_serial_that_wrapped_is_the_newer_one():
    found = judge(spoiled(*serves(NEW[0], seconds=1, serial=2**32 - 1), *serves(NEW[1], seconds=1, serial=0)))
    assert about(found, "serial_differs") == [NEW[0]]


def test_serials_half_the_circle_apart_differ_for_both():
    found = judge(spoiled(*serves(NEW[0], seconds=1, serial=0), *serves(NEW[1], seconds=1, serial=2**31)))
    assert set(about(found, "serial_differs")) == set(NEW)


@pytest.mark.parametrize("serial", ["x", "٣", "-1", ""])
def test_a_serial_that_is_no_number_leaves_it_untold(serial):
    soa = said(NEW[0], "SOA", (f"ns1.new.pl host.new.pl {serial} 1 1 1 60",), 1)
    assert judge(spoiled(soa)).consistent is None
