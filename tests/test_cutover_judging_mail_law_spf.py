"""SPF is read as RFC 7208 has it, and asked which servers may send."""

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cutover.judging.spf import LONGEST, Spf, Term, is_spf, read_spf
from core.cutover.judging.spf_reach import reach, written
from core.cutover.judging.written import unescaped
from tests.mail_zones import ELSEWHERE, MAPPING, NEW, OLD, ZONE, found, spf, tags

OUTSIDE = "198.51.100.0/24"


@pytest.mark.parametrize(
    "text",
    ["v=spf1", "v=spf1 ", "V=SPF1 -all", "v=SpF1 a"],
)
def test_a_text_with_the_version_in_any_letters_is_spf(text):
    assert is_spf(text)
    assert read_spf(text).mistakes == ()


@pytest.mark.parametrize(
    "text",
    ["", "v=spf10 -all", "v=spf1\t-all", "v=spf1,a", " v=spf1", "v=spf1mx", "v= spf1 -all", "v=spf1\n"],
)
def test_another_text_is_none(text):
    assert not is_spf(text)
    assert [mistake.fault for mistake in read_spf(text).mistakes] == ["version"]


VALID = [
    "v=spf1 a mx ptr -all",
    "v=spf1 +a:host.example.pl/24//64 ?mx//64 ~all",
    "v=spf1 ip4:192.0.2.7/24 ip6:2001:db8::7/32 -all",
    "v=spf1 ip4:0.0.0.0/0 ip6:::/0",
    "v=spf1 ip6:::ffff:192.0.2.1 -all",
    "v=spf1  include:_spf.example.com   -all  ",
    "v=spf1 INCLUDE:_spf.Example.COM. -ALL",
    "v=spf1 exists:%{ir}.%{v}._spf.%{d2} -all",
    "v=spf1 exists:%{L1r-}.example.com a:%{d}/24 include:%{h}",
    "v=spf1 a:100%%.example.com redirect=%{d}._spf.example.com",
    "v=spf1 exp=explain._spf.%{d} redirect=_spf.example.com",
    "v=spf1 mx/24 a/0 -all unknown=%{s} other= all=x unknown=1",
    "v=spf1 -all ip4:192.0.2.1 -all",
    "v=spf1 a:xn--w-uga1v8h.pl -all",
    "v=spf1 a:b.1//%%/24 exists:%{i}%- -all",
]


@pytest.mark.parametrize("text", VALID)
def test_what_rfc_7208_allows_has_no_mistake(text):
    assert read_spf(text).mistakes == ()


BROKEN = [
    ("ip4", "value"), ("ip4:", "address"), ("ip4:192.0.2", "address"), ("ip4:192.0.2.300", "address"),
    ("ip4:192.0.2.1/33", "address"), ("ip4:192.0.2.1/024", "address"), ("ip4:192.0.2.1/255.255.255.0", "address"),
    ("ip4:192.0.2.01", "address"), ("ip4:2001:db8::1", "address"), ("ip4:192.0.2.1,", "address"),
    ("ip4:192.0.2.1-all", "address"), ("ip4=192.0.2.1%", "macro"), ("ip6:192.0.2.1", "address"),
    ("ip6:fe80::1%eth0", "address"), ("ip6:2001:db8::/129", "address"), ("ip4/24", "address"),
    ("a:", "value"), ("a/33", "value"), ("mx//129", "value"), ("a:b.pl/24/64", "value"), ("a/", "value"),
    ("a:host", "domain"), ("a:192.0.2.1", "domain"), ("a:b.pl,", "domain"), ("mx:-b-.-pl-", "domain"),
    ("include", "value"), ("include:", "value"), ("include:b", "domain"), ("include:%{x}.pl", "macro"),
    ("include:100%.b.pl", "macro"), ("include=_spf.b.pl/%", "macro"), ("exists", "value"), ("ptr/24", "value"),
    ("all:b.pl", "value"), ("all/0", "value"), ("all;", "term"), ("-all.", "term"), ("ipv4:192.0.2.1", "term"),
    ("-", "term"), ("--all", "term"), ("=", "term"), (":", "term"), ("-redirect=b.pl", "term"), ("\tall", "term"),
    ("zażółć", "term"), ("a:żółw.pl", "term"), ("redirect=", "value"), ("redirect=b", "domain"), ("exp=", "value"),
]  # fmt: skip


@pytest.mark.parametrize(("word", "fault"), BROKEN)
def test_a_mistake_is_told_with_its_word(word, fault):
    assert read_spf(f"v=spf1 mx {word} -all").mistakes == ((fault, word),)


def test_a_mistake_behind_all_counts_as_well():
    assert read_spf("v=spf1 -all x").mistakes == (("term", "x"),)


@pytest.mark.parametrize("name", ["redirect", "exp"])
def test_two_modifiers_may_stand_once_whatever_their_letters(name):
    assert read_spf(f"v=spf1 {name}=a.pl {name.upper()}=b.pl").mistakes == (("twice", name),)


def test_terms_and_modifiers_are_in_order():
    read = read_spf("v=spf1 ~A:Mail.Example.pl/24 ip4:192.0.2.7/24 Exp=e.example.pl -all")
    assert read.terms == (
        Term("~", "a", "Mail.Example.pl", None, 24, 128),
        Term("+", "ip4", "192.0.2.7/24", ip_network("192.0.2.0/24")),
        Term("-", "all"),
    )
    assert read.modifiers == (("exp", "e.example.pl"),)
    assert [written(term) for term in read.terms] == ["~a:Mail.Example.pl/24", "ip4:192.0.2.7/24", "-all"]


@pytest.mark.parametrize(
    ("text", "lookups"),
    [
        ("v=spf1 a mx ptr include:a.pl exists:b.pl ip4:192.0.2.1 redirect=c.pl", 6),
        ("v=spf1 a -all mx redirect=c.pl", 1),
        ("v=spf1 -all", 0),
    ],
)
def test_terms_that_ask_are_counted_up_to_all(text, lookups):
    assert read_spf(text).lookups == lookups


def test_with_all_anywhere_a_redirect_does_not_count():
    assert read_spf("v=spf1 redirect=b.pl ?all").redirect is None
    assert read_spf("v=spf1 a redirect=b.pl").redirect == "b.pl"


def test_a_text_that_is_too_long_is_a_mistake():
    text = "v=spf1 " + "ip4:192.0.2.1 " * 400
    assert len(text) > LONGEST
    assert [mistake.fault for mistake in read_spf(text).mistakes] == ["length"]


WORDS = st.sampled_from(
    [*"+-~?:/=% ", "all", "a", "mx", "ip4", "ip6", "include", "redirect", "%{d}", "192.0.2.1", "::", "/24", "b.pl", "ż"]
)


@given(st.one_of(st.text(max_size=300), st.lists(WORDS, max_size=60).map("".join)))
def test_whatever_stands_there_is_read_and_bounded(text):
    for one in (text, f"v=spf1 {text}"):
        read = read_spf(one)
        assert len(read.terms) + len(read.modifiers) + len(read.mistakes) <= len(one) + 2
        assert reach(read, ZONE, NEW, Known()).sends in ("yes", "no", "perhaps")


def test_a_long_hostile_text_is_read_at_once():
    for part in (
        "a" * 4000,
        "a:" + "a." * 2000,
        "a:" + "%{d" * 1300,
        "a:" + "/" * 4000,
        "a:" + "%{d}" * 1000,
        "-" * 4000,
    ):
        read_spf(f"v=spf1 {part}")


def test_escapes_of_the_written_form_are_undone():
    assert unescaped(r"v=spf1 -all\032") == "v=spf1 -all "
    assert unescaped(r"v=spf1 \"a\" \\b \195\179") == 'v=spf1 "a" \\b \xc3\xb3'


# --- which servers may send


class Known:
    """A zone of which is known what it is made with."""

    def __init__(self, addresses=(), mail=(), texts=()):
        self._addresses, self._mail, self._texts = dict(addresses), dict(mail), dict(texts)

    def addresses(self, host, type):
        found = self._addresses.get(host)
        return None if found is None else tuple(one for one in found if (":" in one) == (type == "AAAA"))

    def mail_hosts(self, name):
        return self._mail.get(name)

    def spf(self, name):
        return self._texts.get(name)


KNOWN = Known(
    {ZONE: (NEW,), "mail.firma.pl": ("2001:db8::7",), "none.firma.pl": ()},
    {ZONE: ("mail.firma.pl",), "null.firma.pl": ()},
    {"_in.firma.pl": f"v=spf1 ip4:{NEW} ?all", "_loop.firma.pl": "v=spf1 include:_loop.firma.pl"},
)


@pytest.mark.parametrize(
    ("text", "address", "sends"),
    [
        ("v=spf1 ip4:203.0.113.0/24 -all", NEW, "yes"),
        ("v=spf1 ip4:203.0.113.99/24 -all", NEW, "yes"),
        (f"v=spf1 ip4:{OUTSIDE} -all", NEW, "no"),
        (f"v=spf1 -ip4:{NEW} +all", NEW, "no"),
        (f"v=spf1 -all ip4:{NEW}", NEW, "no"),
        ("v=spf1 ip6:2001:db8::/32 -all", "2001:db8::1", "yes"),
        ("v=spf1 ip6:::ffff:203.0.113.20 -all", NEW, "no"),
        ("v=spf1 a -all", NEW, "yes"),
        ("v=spf1 a -all", "203.0.113.21", "no"),
        ("v=spf1 a/24 -all", "203.0.113.21", "yes"),
        ("v=spf1 mx//64 -all", "2001:db8::1", "yes"),
        ("v=spf1 mx -all", NEW, "no"),
        ("v=spf1 a:none.firma.pl mx:null.firma.pl -all", NEW, "no"),
        ("v=spf1 a:elsewhere.pl -all", NEW, "perhaps"),
        ("v=spf1 mx:elsewhere.pl -all", NEW, "perhaps"),
        ("v=spf1 include:elsewhere.pl -all", NEW, "perhaps"),
        ("v=spf1 -include:elsewhere.pl -all", NEW, "no"),
        ("v=spf1 include:elsewhere.pl +all", NEW, "yes"),
        ("v=spf1 include:_in.firma.pl -all", NEW, "yes"),
        ("v=spf1 include:_in.firma.pl -all", OLD, "no"),
        ("v=spf1 include:_loop.firma.pl -all", NEW, "perhaps"),
        ("v=spf1 redirect=_in.firma.pl", NEW, "yes"),
        ("v=spf1 redirect=elsewhere.pl", NEW, "perhaps"),
        ("v=spf1 exists:%{i}.firma.pl ptr -all", NEW, "perhaps"),
        ("v=spf1", NEW, "no"),
        (f"v=spf1 ip4:{NEW} x -all", NEW, "no"),
    ],
)
def test_a_server_may_send_or_not_or_perhaps(text, address, sends):
    assert reach(read_spf(text), ZONE, address, KNOWN).sends == sends


def test_what_may_let_a_server_through_is_named():
    text = "v=spf1 a:elsewhere.pl include:%{d}.pl exists:%{i}.pl -ptr redirect=x.pl"
    assert [written(term) for term in reach(read_spf(text), ZONE, NEW, KNOWN).through] == [
        "a:elsewhere.pl", "include:%{d}.pl", "exists:%{i}.pl", "redirect=x.pl",
    ]  # fmt: skip


def test_texts_that_lead_to_each_other_end():
    names = [f"_{n}.firma.pl" for n in range(20)]
    text = "v=spf1 " + " ".join(f"include:{name}" for name in names)
    assert reach(Spf(read_spf(text).terms), ZONE, NEW, Known(texts=dict.fromkeys(names, text))).sends == "perhaps"


# --- the old server's address and the new one's


WEB_OLD, WEB_NEW = "192.0.2.80", "203.0.113.80"
SIX_OLD, SIX_NEW = "2001:db8:0:1::1", "2001:db8:0:2::1"


@pytest.mark.parametrize(
    ("before", "after", "mapping", "expected"),
    [
        # Copied as it was.
        (f"v=spf1 ip4:{OLD} -all", None, MAPPING, ["spf_old_server"]),
        (f"v=spf1 mx ip4:{OLD} -all", None, MAPPING, ["spf_old_too"]),
        (f"v=spf1 ip4:{OLD} include:_spf.google.com -all", None, MAPPING, ["spf_old_server"]),
        ("v=spf1 a mx -all", None, MAPPING, []),
        ("v=spf1 include:_spf.dawny.pl -all", None, MAPPING, ["spf_include_only"]),
        ("v=spf1 redirect=_spf.dawny.pl", None, MAPPING, ["spf_include_only"]),
        # The include of the company that serves the new zone.
        ("v=spf1 include:_spf.nowy.pl -all", None, MAPPING, []),
        ("v=spf1 a include:_spf.google.com -all", None, MAPPING, []),
        # Both are in one network.
        ("v=spf1 ip4:128.0.0.0/1 -all", None, MAPPING, []),
        # Neither sends: mail goes out by a relay of somebody's.
        (f"v=spf1 ip4:{ELSEWHERE} -all", None, MAPPING, []),
        # Only the site moves, and it sends.
        (f"v=spf1 ip4:{WEB_OLD} include:_spf.google.com -all", None, {WEB_OLD: WEB_NEW}, ["spf_old_server"]),
        ("v=spf1 include:_spf.google.com -all", None, {WEB_OLD: WEB_NEW}, []),
        # A new include was written by somebody who knew.
        ("v=spf1 include:_spf.dawny.pl -all", "v=spf1 include:_spf.nowy.pl -all", MAPPING, ["spf_differs"]),
        (f"v=spf1 ip4:{OLD} -all", "v=spf1 include:_spf.nowy.pl -all", MAPPING, ["spf_differs"]),
        (f"v=spf1 ip4:{OLD} -all", f"v=spf1 ip4:{OLD} ip4:{NEW} -all", MAPPING, ["spf_old_too"]),
        (f"v=spf1 ip4:{OLD} -all", f"v=spf1 ip4:{ELSEWHERE} -all", MAPPING, ["spf_new_missing"]),
        (f"v=spf1 ip4:{OLD} -all", f"v=spf1 ip4:{OLD} ip4:{ELSEWHERE} -all", MAPPING, ["spf_old_server"]),
        # Six octets and four go their own ways.
        (f"v=spf1 ip4:{OLD} ip6:{SIX_OLD} -all", f"v=spf1 ip4:{NEW} ip6:{SIX_OLD} -all", MAPPING | {SIX_OLD: SIX_NEW},
         ["spf_old_server"]),
        (f"v=spf1 ip4:{OLD} ip6:{SIX_OLD} -all", f"v=spf1 ip4:{NEW} ip6:{SIX_NEW} -all", MAPPING | {SIX_OLD: SIX_NEW},
         []),
        # Two that change places are both old and new.
        (f"v=spf1 ip4:{OLD} ip4:{NEW} -all", None, {OLD: NEW, NEW: OLD}, []),
    ],
)  # fmt: skip
def test_spf_of_a_move(before, after, mapping, expected):
    changed = None if after is None else spf(after)
    assert tags(changed, spf(before), mapping=mapping) == expected


def test_a_new_spf_where_there_was_none_has_to_cover_the_mail_server():
    without = {(ZONE, "TXT"): None}
    assert tags(spf(f"v=spf1 ip4:{ELSEWHERE} -all"), without) == ["spf_new_missing"]
    assert tags(spf("v=spf1 include:_spf.nowy.pl -all"), without) == []


def test_an_include_within_the_zone_is_followed():
    of_zone = {(f"_spf.{ZONE}", "TXT"): (f"v=spf1 ip4:{OLD} -all",), **spf(f"v=spf1 include:_spf.{ZONE} -all")}
    told = found(None, of_zone)
    assert [(one.tag, one.name) for one in told] == [("spf_new_missing", ZONE), ("spf_old_server", f"_spf.{ZONE}")]
    mended = {**of_zone, (f"_spf.{ZONE}", "TXT"): (f"v=spf1 ip4:{NEW} -all",)}
    assert tags(mended, of_zone) == []


def test_a_finding_names_both_servers():
    told = found(spf(f"v=spf1 ip4:{OLD} -all"))
    assert (told[0].values["old"], told[0].values["new"]) == (OLD, NEW)


def test_a_mapping_that_is_no_address_is_passed_over():
    assert tags(mapping={**MAPPING, "stary": "nowy"}) == []
