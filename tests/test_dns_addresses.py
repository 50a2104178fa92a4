"""Addresses in one spelling, and which of them a server of the world can have."""

import pytest

from core.dns.addresses import canonical, is_of_the_world


@pytest.mark.parametrize(
    ("written", "one"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:0DB8:0:0::0:1", "2001:db8::1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::ffff:c000:201", "192.0.2.1"),
        ("::192.0.2.1", "::c000:201"),
    ],
)
def test_an_address_has_one_spelling(written, one):
    assert canonical(written) == one


@pytest.mark.parametrize("text", ["", "dns.example", "192.0.2", "192.0.2.1 ", "fe80::1%eth0", "::1%", "[::1]"])
def test_what_is_no_address_anywhere_is_refused(text):
    for read in (canonical, is_of_the_world):
        with pytest.raises(ValueError, match="address"):
            read(text)


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "198.41.0.4",
        "::ffff:8.8.8.8",
        "2001:4860:4860::8888",
        "2a00:1450::1",
        "2002:808:808::1",  # 6to4 of 8.8.8.8
        "64:ff9b::808:808",  # NAT64 of it
        "2001:0:808:808:0:0:f7f7:f7f7",  # Teredo: its server and its client
        "::8.8.8.8",
    ],
)
def test_server_of_the_world_can_have_an_address(address):
    assert is_of_the_world(address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.1.1",
        "172.16.0.1",
        "192.0.2.1",
        "192.168.0.1",
        "198.18.0.1",
        "224.0.0.251",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::10.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:100.64.0.1",
        "::ffff:224.0.0.251",
        "::ffff:0:127.0.0.1",  # RFC 2765 s. 2.1
        "64:ff9b::a00:1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::808:808",  # RFC 8215: a network's own NAT64
        "100::1",
        "2001:0:a00:1:0:0:f7f7:f7f7",
        "2001:0:808:808:0:0:f5ff:fffe",
        "2001:db8::1",
        "2002:a00:1::1",
        "2002:7f00:1::",
        "3fff::1",  # RFC 9637
        "5f00::1",  # RFC 9602
        "fc00::1",
        "fd00::1",
        "fe80::1",
        "fec0::1",
        "ff02::fb",
        "ff05::1:3",
        "ff0e::1",
    ],
)
def test_address_that_leads_inwards_or_to_many_is_none_of_the_world(address):
    assert not is_of_the_world(address)
