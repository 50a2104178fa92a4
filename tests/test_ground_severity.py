"""How grave findings are, by a table of tags."""

import pytest

from core.ground.messages import InputError
from core.ground.severity import parse_severities
from core.inventory.inventory import Finding

NAME = "data/some_findings.toml"


def test_findings_are_as_grave_as_the_table_says_and_what_it_does_not_know_is_an_error():
    found = parse_severities('[severity]\na = "info"\nb = "error"\n', NAME)
    assert [found.of(Finding(tag)) for tag in ("a", "b", "c")] == ["info", "error", "error"]
    assert found.grave(map(Finding, "abc")) == {"b", "c"} and found.errors == {"b"}


@pytest.mark.parametrize("wrong", ['[severity]\nx = "grave"', "[severity]\nx = 1", 'x = "info"', "[severity"])
def test_a_table_with_a_mistake_is_refused(wrong):
    with pytest.raises(InputError):
        parse_severities(wrong, NAME)
