"""Names as people write them: read where they are names, told what to write where they are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dns.names import LABEL_MAX, NAME_MAX, Name, parse_name, split_names
from core.ground.messages import InputError
from core.language import ENGLISH, POLISH

LETTERS = st.text() | st.text(alphabet="aąłż.-_xn0:/@ *ßאب۰\u200c\u0915\u094d。Ａ", max_size=20)


def refused(text):
    with pytest.raises(InputError) as caught:
        parse_name(text, "domain")
    (error,) = caught.value.errors
    for language in (POLISH, ENGLISH):
        sentence = language.mistake(error)
        assert "{" not in sentence and "error." not in sentence
    return error


@pytest.mark.parametrize(
    "text",
    ["example.pl", "EXAMPLE.PL", " example.pl. ", "\ufeffexample\u200b.pl\n", "ｅｘａｍｐｌｅ.pl", "example。pl"],
)
def test_case_blanks_invisible_letters_and_the_last_dot_do_not_matter(text):
    assert parse_name(text) == Name("example.pl", "example.pl")


@pytest.mark.parametrize("text", ["ŻÓŁW.pl", "żółw.PL.", "xn--w-uga1v8h.pl", "XN--W-UGA1V8H.PL", "z\u0307o\u0301łw.pl"])
def test_polish_name_is_one_name_however_it_is_written(text):
    assert parse_name(text) == Name("xn--w-uga1v8h.pl", "żółw.pl")


@pytest.mark.parametrize("text", ["www.example.pl", "ns1.a-b.com.pl", "4lomza.pl", "123.pl", "a.xn--p1ai"])
def test_names_with_parts_digits_and_hyphens_are_taken_as_given(text):
    assert parse_name(text).ascii == text


def test_sharp_s_is_a_letter_of_its_own():
    assert parse_name("straße.de").ascii == "xn--strae-oqa.de"


def test_name_with_an_invisible_joiner_is_shown_in_ascii():
    joined = "xn--" + "क्\u200dष".encode("punycode").decode() + ".in"
    assert parse_name(joined) == Name(joined, joined)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "error.empty"),
        (" \u200b", "error.empty"),
        ("192.0.2.1", "error.name_address"),
        ("2001:db8::1", "error.name_address"),
        ("[2001:db8::1]", "error.name_address"),
        ("http://192.0.2.1/", "error.name_address"),
        ("a b.pl", "error.name_space"),
        ("_dmarc.example.pl", "error.name_underscore"),
        ("*.example.pl", "error.name_wildcard"),
        ("a..pl", "error.name_empty_label"),
        (".example.pl", "error.name_empty_label"),
        ("example.pl..", "error.name_empty_label"),
        (".", "error.name_empty_label"),
        ("-a.pl", "error.name_hyphen"),
        ("a-.pl", "error.name_hyphen"),
        ("ab--c.pl", "error.name_hyphen"),
        ("localhost", "error.name_one_label"),
        ("żółw", "error.name_one_label"),
        ("https://example", "error.name_one_label"),
        ("192.0.2", "error.name_numeric_end"),
        ("192.0.2.256", "error.name_numeric_end"),
        ("１９２.0.2.256", "error.name_numeric_end"),
        ("xn--.pl", "error.name_punycode"),
        ("xn--a.pl", "error.name_letters"),
        ("xn--zzzzzzzzzzzz99999.pl", "error.name_punycode"),
        ("a!b.pl", "error.name_letters"),
        ("☃.pl", "error.name_letters"),
        ("xn--n3h.pl", "error.name_letters"),
        ("℀.pl", "error.name_letters"),
        ("aא.pl", "error.name_bidi"),
        (f"{'a' * 64}.pl", "error.name_label_long"),
        (f"{'ż' * 60}.pl", "error.name_label_long"),
        (f"{'ﷺ' * 100}.pl", "error.name_label_long"),
        (f"{'a.' * 126}pl", "error.too_long"),
        ("ż" * 5000, "error.too_long"),
        ("a:b:c", "error.name_letters"),
    ],
)  # fmt: skip
def test_what_is_no_name_is_told_why(text, message):
    assert refused(text).message.id == message


@pytest.mark.parametrize(
    ("text", "message", "name"),
    [
        ("https://www.example.pl/kontakt", "error.name_url", "www.example.pl"),
        ("HTTPS://Example.PL", "error.name_url", "example.pl"),
        ("https://u:tajne@żółw.pl?x=1", "error.name_url", "żółw.pl"),
        ("example.pl/kontakt", "error.name_url", "example.pl"),
        ("//example.pl/", "error.name_url", "example.pl"),
        ("example.pl#gdzie", "error.name_url", "example.pl"),
        ("jan@example.pl", "error.name_email", "example.pl"),
        ("mailto:jan@example.pl", "error.name_email", "example.pl"),
        ("example.pl:8443", "error.name_port", "example.pl"),
        ("example.pl:", "error.name_port", "example.pl"),
    ],
)
def test_name_inside_something_pasted_is_offered(text, message, name):
    error = refused(text)
    assert (error.message.id, error.message.values["name"]) == (message, name)
    assert name in POLISH.mistake(error)


@pytest.mark.parametrize("text", ["https://jan:tajne@example.pl/x", "ftp://jan:taj/ne@example.pl", "jan:tajne@a.pl"])
def test_password_in_a_pasted_address_is_not_repeated(text):
    with pytest.raises(InputError) as caught:
        parse_name(text)
    assert "taj" not in str(caught.value) + POLISH.mistake(caught.value.errors[0])


def test_port_of_a_url_is_told_before_the_rest():
    error = refused("https://example.pl:8443/x")
    assert (error.message.id, error.message.values["name"]) == ("error.name_port", "example.pl")


def test_longest_label_and_longest_name_are_names():
    label = "a" * LABEL_MAX
    longest = f"{label}.{label}.{label}.{'a' * 58}.pl"
    assert len(longest) == NAME_MAX
    assert parse_name(longest).ascii == longest
    assert refused(f"a{'.' + longest}").message.id == "error.too_long"


def test_mistake_names_the_field_it_was_in():
    with pytest.raises(InputError) as caught:
        parse_name("a b", "old_ns")
    assert (caught.value.errors[0].field, caught.value.errors[0].value) == ("old_ns", "a b")


@given(LETTERS | LETTERS.map(lambda text: f"{text}.pl") | LETTERS.map(lambda text: f"xn--{text}.pl"))
def test_any_text_is_a_name_that_reads_again_or_refused_with_a_reason(text):
    try:
        name = parse_name(text)
    except InputError as error:
        assert all(POLISH.mistake(mistake) for mistake in error.errors)
    else:
        assert parse_name(name.ascii) == parse_name(name.display) == name
        assert name.ascii.isascii() and len(name.ascii) <= NAME_MAX


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        ("", []),
        (" \n,; ", []),
        ("a.pl", ["a.pl"]),
        ("a.pl, b.pl;c.pl|d.pl\ne.pl\tf.pl+g.pl", ["a.pl", "b.pl", "c.pl", "d.pl", "e.pl", "f.pl", "g.pl"]),
        ("a.pl i b.pl oraz c.pl and d.pl / e.pl & f.pl", ["a.pl", "b.pl", "c.pl", "d.pl", "e.pl", "f.pl"]),
        ("i.pl ORAZ oraz.pl", ["i.pl", "oraz.pl"]),
        ("https://a.pl/x,y;z|w+v b.pl", ["https://a.pl/x,y;z|w+v", "b.pl"]),
        ("https://a.pl,https://b.pl/?q=1,2,http://c.pl", ["https://a.pl", "https://b.pl/?q=1,2", "http://c.pl"]),
        ("https://a.pl/x, b.pl", ["https://a.pl/x", "b.pl"]),
        ("https://a.pl, b.pl", ["https://a.pl", "b.pl"]),
        ("a.pl+https://b.pl", ["a.pl", "https://b.pl"]),
        ("a.pl/kontakt, b.pl", ["a.pl/kontakt", "b.pl"]),
    ],
)
def test_cell_with_several_domains_is_taken_apart(cell, parts):
    assert split_names(cell) == parts


@given(
    st.lists(st.from_regex(r"[a-z]{3,8}\.pl", fullmatch=True)), st.sampled_from([", ", ";", " i ", "\n", " / ", "+"])
)
def test_joined_names_come_apart_again(names, between):
    assert split_names(between.join(names)) == names


@given(st.text())
def test_parts_keep_every_letter_but_separators(cell):
    assert all(part in cell and part.strip() for part in split_names(cell))
