"""What somebody who attacked the comparison of zones found: what is copied, and should not be."""

import pytest

from tests.cutover_zones import NEW, OLD, only, tags, weight

KEY = "\n{name} TLSA 3 1 1 " + "ab" * 32
AT_THE_MAIL_HOST = KEY.format(name="_25._tcp.mail")


def test_a_key_of_the_old_server_that_was_copied_is_to_be_confirmed():
    tag, name, values = only(f"{OLD}{AT_THE_MAIL_HOST}", f"{NEW}{AT_THE_MAIL_HOST}")
    assert (tag, name, values["host"]) == ("tlsa_same", "_25._tcp.mail.firma.pl", "mail.firma.pl")
    assert weight("tlsa_same") == "accept"


@pytest.mark.parametrize("host", ["www", "mail"])
def test_a_copied_key_counts_for_a_host_behind_an_alias_too(host):
    lines = (f"{zone}{KEY.format(name=f'_443._tcp.{host}')}" for zone in (OLD, NEW))
    assert tags(*lines) == [("tlsa_same", f"_443._tcp.{host}.firma.pl")]


def test_a_key_of_a_server_that_stays_is_no_finding():
    more = f"\nmx A 198.51.100.9{KEY.format(name='_25._tcp.mx')}"
    assert tags(f"{OLD}{more}", f"{NEW}{more}") == []
