"""The lists that a check begins with: what ships is sound, and every mistake is told with its line."""

import pytest

from core import datafiles
from core.dns.asking.servers import COLUMNS, parse_hints, parse_resolvers
from core.ground.messages import InputError

GOOD = "fdn,FDN,FR,80.67.169.12,,ns0.fdn.fr,https://ns0.fdn.fr/dns-query,https://www.fdn.fr/"


def resolvers(*rows):
    return parse_resolvers("\n".join([",".join(COLUMNS), *rows]))


def test_list_that_ships_names_many_operators_and_countries_each_address_once():
    found = datafiles.resolvers()
    assert len(found) >= 20 and len({server.address for server in found}) == len(found)
    assert len({server.operator for server in found}) >= 15 and len({server.country for server in found}) >= 10
    assert {server.role for server in found} == {"resolver"}


def test_root_that_ships_has_thirteen_servers():
    found = datafiles.root_servers()
    assert [server.name for server in found if server.address == "198.41.0.4"] == ["a.root-servers.net"]
    assert len(found) == 13 and {server.role for server in found} == {"parent"}


def test_row_becomes_a_server_with_its_other_ways_in():
    (server,) = resolvers(GOOD, "")
    assert (server.address, server.port, server.dot) == ("80.67.169.12", 53, "ns0.fdn.fr")
    assert server.doh == "https://ns0.fdn.fr/dns-query"


@pytest.mark.parametrize(
    ("row", "field", "id"),
    [
        ("x,X,FR,80.67.169.300,,,,https://x.example/", "address", "error.ip_address"),
        ("x,X,FR,,,,,https://x.example/", "address", "error.missing"),
        ("x,X,FR,fe80::1%eth0,,,,https://x.example/", "address", "error.ip_address"),
        ("x,X,FR,80.67.169.1,53,,https://[::1/,https://x.example/", "doh", "error.https_url"),
        ("x,X,FR,80.67.169.1,53,,https://x.example:99999/,https://x.example/", "doh", "error.https_url"),
        ("x,X,FR,80.67.169.1,99999,,,https://x.example/", "port", "error.port"),
        ("x,X,FR,80.67.169.1,٣,,,https://x.example/", "port", "error.port"),
        ("x,X,FR,80.67.169.1,53,not a name,,https://x.example/", "dot", "error.host_name"),
        ("x,X,FR,80.67.169.1,53,,http://x.example/,https://x.example/", "doh", "error.https_url"),
        ("x,X,FR,80.67.169.1,53,,,", "source", "error.missing"),
        ("x,X,FR", "", "error.row_cells"),
        (GOOD, "id", "error.resolver_twice"),
    ],
)
def test_mistake_in_the_list_is_told_with_its_line(row, field, id):
    with pytest.raises(InputError) as refused:
        resolvers(GOOD, row)
    (mistake,) = refused.value.errors
    assert mistake.field == f"data/resolvers.csv:3 {field}" and mistake.message.id == id


def test_list_without_its_header_or_without_rows_is_refused():
    for text, id in (
        ("", "error.resolvers_header"),
        ("a,b", "error.resolvers_header"),
        (",".join(COLUMNS), "error.empty"),
    ):
        with pytest.raises(InputError) as refused:
            parse_resolvers(text)
        assert refused.value.errors[0].message.id == id


@pytest.mark.parametrize(("text", "id"), [("nonsense ( ", "error.hints"), ("", "error.hints_empty")])
def test_hints_that_are_none_are_refused(text, id):
    with pytest.raises(InputError) as refused:
        parse_hints(text)
    assert refused.value.errors[0].message.id == id


def test_hints_of_a_laboratory_are_read_like_the_real_ones():
    (server,) = parse_hints(". 60 IN NS ROOT.lab.\nroot.LAB. 60 IN A 127.0.2.1\nother.lab. 60 IN A 127.0.2.9\n")
    assert (server.name, server.address) == ("root.lab", "127.0.2.1")
