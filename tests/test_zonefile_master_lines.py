"""The text of a zone file: words and logical lines, $GENERATE, and whose zone it is."""

import tracemalloc

import pytest

from core.zonefile import lexer
from core.zonefile.generate import MalformedError, TooManyError, expanded, filled
from core.zonefile.lexer import lines_of, tokens_of
from core.zonefile.origin import origin_of
from tests.zone_reading import body, short, tags, zone

# -- words and lines


def words(text):
    return [([token.text for token in line.tokens], line.number, line.last, line.fault) for line in lines_of(text)]


def test_a_line_is_its_words():
    assert words("a 1 IN A 192.0.2.1 ; note\r\n\n \t\nb\tTXT \"x ; y\" 'z'\r") == [
        (["a", "1", "IN", "A", "192.0.2.1"], 1, 1, ""),
        (["b", "TXT", "x ; y", "'z'"], 4, 4, ""),
    ]


def test_parentheses_join_lines_and_comments_in_them_are_none_of_the_data():
    assert words("@ SOA ns h ( ; first\n 1 ; (serial)\n\n 2 3\n4 5 ) ; all\nb A 192.0.2.1") == [
        (["@", "SOA", "ns", "h", "1", "2", "3", "4", "5"], 1, 5, ""),
        (["b", "A", "192.0.2.1"], 6, 6, ""),
    ]


def test_a_byte_order_mark_is_no_blank():
    assert [(line.indented, line.tokens[0].text) for line in lines_of("\ufeffwww A 192.0.2.1\n\u00a0A x")] == [
        (False, "www"),
        (True, "A"),
    ]


def test_escapes_keep_a_word_together():
    assert words(r'a\ b TXT "q\"q" \;x')[0][0] == [r"a\ b", "TXT", r"q\"q", r"\;x"]
    assert words("a\\")[0][0] == ["a\\"]


def test_a_parenthesis_nobody_closes_ends_where_a_record_begins():
    text = '@ SOA ns h ( 1 2\n 3 4 5\n\nwww IN A 192.0.2.1\nx TXT ( "a"\n'
    assert [(number, last, fault) for _, number, last, fault in words(text)] == [
        (1, 3, "unclosed_parenthesis"),
        (4, 4, ""),
        (5, 6, "unclosed_parenthesis"),
    ]


def test_a_list_of_types_in_parentheses_is_no_record():
    assert words("a NSEC b (\nA MX TXT RRSIG\n)")[0][0] == ["a", "NSEC", "b", "A", "MX", "TXT", "RRSIG"]


def test_a_record_has_so_many_lines_and_letters():
    text = "a TXT (\n" + " x\n" * (lexer.LINES_MAX + 10) + "b A 192.0.2.1\n"
    assert words(text)[0][3] == "unclosed_parenthesis"
    assert words("a TXT " + "x" * (lexer.LETTERS_MAX + 1))[0][3] == "line_long"


def test_values_that_stand_alone_are_split_into_words():
    assert [(token.text, token.quoted) for token in tokens_of('0 issue "a b" ( c ) "d')] == [
        ("0", False),
        ("issue", False),
        ("a b", True),
        ("c", False),
        ('"', False),
        ("d", False),
    ]


# -- whose zone it is


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("$ORIGIN Alfa.example.\n@ 300 A 192.0.2.1", "alfa.example."),
        ("$ORIGIN .\nalfa.example 300 IN SOA a. b. 1 2 3 4 5", "alfa.example."),
        ("$ORIGIN example.\nalfa 300 IN SOA a. b. 1 2 3 4 5", "alfa.example."),
        ("$ORIGIN beta.example.\nalfa.example. 300 IN SOA a. b. 1 2 3 4 5", "alfa.example."),
        (";; Domain:     alfa.example.\nalfa.example 300 IN SOA a. b. 1 2 3 4 5", "alfa.example."),
        (";; Domain:     alfa.example.\nwww 300 A 192.0.2.1", "alfa.example."),
        ("; Zone file for alfa.example\n@ 300 IN SOA a. b. 1 2 3 4 5", "alfa.example."),
        ("; <<>> DiG 9.18.49 <<>> AXFR alfa.example @192.0.2.53\n", "alfa.example."),
        ("; <<>> DiG 9.18.49 <<>> @192.0.2.53 alfa.example axfr +nocmd\n", "alfa.example."),
        ("alfa.example.\t3600\tIN\tSOA\t(a. b. 1\n 2 3 4 5)", "alfa.example."),
        ("żółw.example. 3600 SOA a. b. 1 2 3 4 5", "xn--w-uga1v8h.example."),
        ("www 300 A 192.0.2.1", ""),
        ("@ 300 IN SOA a. b. 1 2 3 4 5", ""),
    ],
)
def test_a_file_says_whose_zone_it_is(text, origin):
    assert origin_of(text) == origin
    assert zone(text, "").origin == origin


def test_without_an_origin_relative_names_are_told_and_absolute_ones_read():
    found = zone("www 300 A 192.0.2.1\nalfa.example. 300 A 192.0.2.2", "")
    assert tags(found.findings) == [(None, "origin_unknown"), (1, "origin_unknown")]
    assert [record.line for record in found.records] == [2]


# -- $GENERATE


def test_generate_counts_through():
    records, findings = body("$GENERATE 1-5/2 h${0,3,d} 300 A 192.0.2.$\n$GENERATE 1-2 $ PTR h${10}.beta.example.")
    assert short(records) == [
        ("h001.", 300, "A", "192.0.2.1"),
        ("h003.", 300, "A", "192.0.2.3"),
        ("h005.", 300, "A", "192.0.2.5"),
        ("1.", None, "PTR", "h11.beta.example."),
        ("2.", None, "PTR", "h12.beta.example."),
    ]
    assert {record.line for record in records} == {3, 4}
    assert tags(findings) == [(4, "ttl_unknown")]


@pytest.mark.parametrize(
    ("template", "number", "text"),
    [
        # As BIND 9.18.49's named-checkzone -D writes them.
        ("a${0,5,n}", 18, "a2.1.0"),
        ("b${0,4,n}", 18, "b2.1."),
        ("c${0,1,n}", 18, "c2.1"),
        ("e${2,6,N}", 18, "e4.1.0."),
        ("g${0,3,o}", 8, "g010"),
        ("h${0,3}", 8, "h008"),
        ("i$$x", 8, "i$x"),
        (r"j\$x", 8, "j$x"),
        ("k${0,3,X}", 255, "k0FF"),
        ("l${-2,3,d}", 5, "l003"),
        ("m${-9}", 5, "m-4"),
    ],
)
def test_modifiers_are_those_of_bind(template, number, text):
    assert filled(template, number) == text


@pytest.mark.parametrize(
    "line",
    [
        "1-3",
        "3-1 a A 192.0.2.$",
        "1-3/0 a A 192.0.2.$",
        "x a A $",
        "1-2 a${1,x} A $",
        "1-2 a${0,3,q} A 1",
        "1-2 a FOO $",
    ],
)
def test_a_generate_that_does_not_read_is_told(line):
    records, findings = body(f"$GENERATE {line}\n")
    assert (records, tags(findings)) == ([], [(3, "generate_malformed")])


def test_generate_is_bounded_for_the_whole_file():
    records, findings = body(
        "$GENERATE 1-900 a$ 300 A 192.0.2.1\n$GENERATE 1-101 b$ 300 A 192.0.2.1\n"
        "$GENERATE 1-999999999 c$ 300 A 192.0.2.1\n"
    )
    assert len(records) == 900
    assert tags(findings) == [(4, "generate_many"), (5, "generate_many")]
    assert findings[0].values == {"records": 101, "most": 100}
    with pytest.raises(TooManyError):
        expanded(("1-11", "a", "A", "$"), 10)
    with pytest.raises(MalformedError):
        filled("${-9,3,x}", 1)


def test_generate_is_bounded_in_letters_and_what_it_took_is_taken():
    long = "${0,255}" * 100
    text = f"$GENERATE 1-50 a$ 300 TXT {long}\n" + f"$GENERATE 1-50 b$ 300 TXT {long}\n" * 3
    records, findings = body(text + "$GENERATE 1-2 c$ 300 A 192.0.2.$\n")
    assert len(records) == 50
    assert tags(findings)[-4:] == [(line, "generate_many") for line in (4, 5, 6, 7)]
    with pytest.raises(TooManyError):
        expanded(("1-2", "aaa", "A", "$"), 10, 9)
    assert len(expanded(("1-2", "aaa", "A", "$"), 10, 10)) == 2


def test_generate_takes_no_more_memory_than_its_letters():
    lines = "".join(f"$GENERATE 1-100 {n}-$ TXT {'${0,255}' * 1_200}\n" for n in range(10))
    tracemalloc.start()
    body(lines)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 15_000_000
