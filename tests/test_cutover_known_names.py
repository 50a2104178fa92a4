"""The list of names that customers use: what ships is sound, and every mistake is told with its line."""

import pytest

from core import datafiles
from core.cutover.known_names import COLUMNS, USUAL, KnownName, parse_known_names
from core.ground.messages import InputError


def names(*rows):
    return parse_known_names("\n".join([",".join(COLUMNS), *rows]))


def test_list_that_ships_has_about_two_hundred_names_each_once():
    found = {one.name: one.types for one in datafiles.known_names()}
    assert 180 <= len(found) <= 300 and len(found) == len(datafiles.known_names())
    assert {"www", "poczta", "sklep", "bip", "autodiscover", "mta-sts"} <= found.keys() and "*" not in found
    keys = {name for name in found if name.endswith("._domainkey")}
    assert len(keys) >= 50 and {found[name] for name in keys} == {("TXT",)}
    services = {name for name in found if name.endswith(("._tcp", "._udp", "._tls")) and found[name] == ("SRV",)}
    assert {"_autodiscover._tcp", "_sip._tls", "_imaps._tcp"} <= services


def test_row_becomes_a_name_with_its_types_or_the_usual_ones():
    assert names("www,,web", "", "_imaps._tcp,SRV TXT,mail") == (
        KnownName("www", USUAL),
        KnownName("_imaps._tcp", ("SRV", "TXT")),
    )


@pytest.mark.parametrize(
    ("row", "field", "id"),
    [
        ("WWW2,,x", "name", "error.known_name"),
        ("www2.,,x", "name", "error.known_name"),
        ("*,,x", "name", "error.known_name"),
        ("a..b,,x", "name", "error.known_name"),
        ("żółw,,x", "name", "error.known_name"),
        (",TXT,x", "name", "error.known_name"),
        (f"{'a' * 64},,x", "name", "error.known_name"),
        ("www,TXT,x", "name", "error.known_name_twice"),
        ("mail,TXT ANY,x", "types", "error.known_name_type"),
        ("mail,txt,x", "types", "error.known_name_type"),
        ("mail,TYPE99999,x", "types", "error.known_name_type"),
        ("mail,A,", "why", "error.missing"),
        ("mail,A", "", "error.row_cells"),
    ],
)
def test_mistake_in_the_list_is_told_with_its_line(row, field, id):
    with pytest.raises(InputError) as refused:
        names("www,,web", row)
    (mistake,) = refused.value.errors
    assert mistake.field == f"data/known_names.csv:3 {field}" and mistake.message.id == id


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("", "error.resolvers_header"),
        ("name;types;why\n", "error.resolvers_header"),
        ("name,types,why\n", "error.empty"),
        (f"name,types,why\n{'a' * 140_000},,x", "error.csv_row"),
        ("a" * 1_000_001, "error.too_long"),
    ],
)
def test_list_without_its_header_or_without_rows_is_refused(text, id):
    with pytest.raises(InputError) as refused:
        parse_known_names(text)
    assert [mistake.message.id for mistake in refused.value.errors] == [id]
