"""Where a redirect leads, whatever stands in it."""

from hypothesis import given
from hypothesis import strategies as st

from core.cutover.asking.redirects import LOCATION_MAX, TOLD_MAX, Ports, Where, leads_to

HERE = Where(True, "a.example", "/x/y?z")
PIECES = st.sampled_from(
    [
        *(
            "http:",
            "https:",
            "//",
            "/",
            "@",
            "a.example",
            ":80",
            ":443",
            ":x",
            "[",
            "]",
            "::1",
            "?",
            "#",
            "%",
            "ż",
            "\0",
        ),
        *("\t", " ", ".", "..", "\\", "a:b@", "{", "}", "xn--", "\u202e", "javascript:", "9" * 30, ";", "𝟙", "。"),
        "/" * 20,
    ]
)


@given(st.lists(PIECES, max_size=9), st.binary(max_size=2))
def test_whatever_stands_in_a_redirect_is_told_and_asks_for_a_path(pieces, more):
    led = leads_to(HERE, "".join(pieces).encode() + more, Ports())
    assert len(led.told) <= TOLD_MAX and led.told.isprintable()
    if led.to:
        assert led.to.target.startswith("/") and led.to.target.isascii() and " " not in led.to.target
        assert led.to.host and "@" not in led.to.host


def test_relative_and_foreign_places_are_read_as_browsers_do():
    def told(location):
        return leads_to(HERE, location.encode(), Ports()).told

    assert told("b") == "https://a.example/x/b" and told("/b?c d") == "https://a.example/b?c%20d"
    assert told("//WWW.A.Example.:443/b#c") == "https://www.a.example/b"
    assert told("https://żółw.example/") == "https://xn--w-uga1v8h.example/"
    assert told("https://jan:tajne@a.example/") == "https://a.example/"


def test_one_longer_than_what_is_read_is_not_gone_to():
    assert leads_to(HERE, b"/" + b"a" * LOCATION_MAX, Ports()).to is None
    assert leads_to(HERE, b"/" + b"a" * (LOCATION_MAX - 1), Ports()).to
