"""What a page says: titles, visible text, words to know it by, and whose empty page it is."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cutover.asking.certificates import certificate_of
from core.cutover.asking.page_text import TEXT_MAX, TITLE_MAX, lacking, read_page, triples
from core.cutover.judging.likeness import ALIKE, likeness
from core.cutover.settings import PAGE_BYTES
from core.ground.messages import InputError
from core.ground.settings import ROOT
from tests.web_servers import DEFAULTS, parse_default_pages

HTML = "text/html; charset=utf-8"


def text_of(html, kind=HTML):
    return read_page(html.encode() if isinstance(html, str) else html, kind)


def test_a_title_and_what_is_visible_are_read_on_one_line():
    found = text_of(
        "<!DOCTYPE html><!-- <title>nie</title> --><html><head>\n<TITLE lang=pl>\n Róże &amp;  dalie </TITLE>"
        "<title>x</title><style>p { color: red }</style></head><body><p>Wysy<b>łka</b> w&nbsp;całym<br>kraju"
        "<script>if (a<b) document.write('<p>nie')</script><input value='a>b'> od 9&euro;<noscript>bez JS</noscript>"
    )
    assert found.title == "Róże & dalie"
    assert found.text == "Wysyłka w całym kraju od 9€ bez JS"


def test_a_script_in_a_title_is_text():
    found = text_of("<title><script>alert(1)</script>&lt;img src=x&gt;</title><p>&lt;script&gt;")
    assert found.title == "<script>alert(1)</script><img src=x>" and found.text == "<script>"


@pytest.mark.parametrize(
    ("content", "kind", "title"),
    [
        ("<title>Żółw</title>".encode("iso-8859-2"), "text/html; charset=ISO-8859-2", "Żółw"),
        ("<meta charset='windows-1250'><title>Żółw</title>".encode("cp1250"), "text/html", "Żółw"),
        ("<meta content='text/html; charset=iso-8859-2'><title>Żółw".encode("iso-8859-2"), "", "Żółw"),
        ("<title>Żółw</title>".encode("cp1250"), "text/html", "Żółw"),
        ("<title>Żółw</title>".encode(), "text/html", "Żółw"),
        ("\ufeff<title>Żółw</title>".encode("utf-16-le"), "text/html; charset=iso-8859-1", "Żółw"),
        ("<title>Żółw</title>".encode(), "text/html; charset=utf8", "Żółw"),
        # What is a codec of Python's, but no encoding of a page.
        (b"<title>3c</title>", "text/html; charset=hex", "3c"),
        (b"<title>a\\u0142</title>", "text/html; charset=unicode_escape", "a\\u0142"),
        (b"<title>a</title>", "text/html; charset=undefined", "a"),
        (b"<title>a</title>", "text/html; charset=../../etc/passwd", "a"),
        (b"<title>a\xff\xfe\x00b</title>", "text/html; charset=utf-8", "a��b"),
        ("<title>日本</title>".encode("shift_jis"), "text/html; charset=Shift_JIS", "日本"),
    ],
)
def test_letters_are_those_of_the_header_the_page_or_what_fits(content, kind, title):
    assert read_page(content, kind).title == title


def test_what_is_no_text_says_nothing_and_plain_text_has_no_tags():
    assert read_page(b"<title>x</title>", "image/png") == read_page(b"", "") == read_page(b"%PDF", "application/pdf")
    assert text_of("a <b> c", "text/plain").text == "a <b> c"
    assert text_of('{"a": "<p>"}', "application/json").text == '{"a": "<p>"}'


def test_titles_and_texts_are_bounded_and_show_no_letter_that_nobody_sees():
    found = text_of(f"<title>{'a' * 9_000}</title>{'b ' * 9_000}")
    assert (len(found.title), len(found.text)) == (TITLE_MAX, TEXT_MAX)
    assert text_of("<title>a\u202eb\x1b[31m\0c</title>").title == "ab[31mc"


def test_thousands_of_nested_tags_are_no_depth():
    found = text_of("<div>" * 50_000 + "w środku" + "</div>" * 50_000)
    assert found.text == "w środku"


SHAPES = [
    *("<", "<!--", "<!-- x>", '<a href="', '<a x">="', "<script>", "</script ", "<title>", "&#" + "9" * 50, "&", "<a "),
    *("='", "<![CDATA[", "<?", "\0", "<p>x", "<a =\" =' ", "<svg", "<a b='c'", "<script></scriptx", "</a", "a\u0301"),
    *("&amp", "</title", "<template></template", " ", "<a><!--", "= ", "<a= ", "<a\n\n\n=\n", "\u202e", "charset="),
]


def test_half_a_megabyte_of_any_shape_is_read_in_the_time_of_its_letters():
    # In a process of its own, which the kernel ends where the pattern takes the square of them.
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_CPU, (120, 120))\n"
        "from core.cutover.asking.page_text import read_page\n"
        f"for shape in {SHAPES!r}:\n"
        f"    read_page((shape * ({PAGE_BYTES} // len(shape.encode()))).encode(), 'text/html')\n"
        "print('done')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == "done\n", done.stderr[-2_000:]


PIECES = st.sampled_from([*SHAPES, ">", "/", "'", '"', "x", "</script>", "-->", "</title>", ";", "&#x41;"])


@given(st.lists(PIECES, max_size=60), st.sampled_from([HTML, "", "text/html; charset=", "text/plain", "é"]))
def test_whatever_is_sent_is_read(pieces, kind):
    found = read_page("".join(pieces).encode(), kind)
    assert found.text.isprintable() and found.title.isprintable() and len(found.title) <= TITLE_MAX


@given(st.binary(max_size=300), st.sampled_from([HTML, "", "text/html; charset=big5", "text/html; charset=utf-16"]))
def test_whatever_bytes_and_types_are_sent_are_read(content, kind):
    assert len(read_page(content, kind).text) <= TEXT_MAX


def test_dates_and_tokens_do_not_make_a_page_another():
    one = text_of(
        "<h1>Witamy w sklepie</h1> Dziś jest 30.11.2026, odwiedzin: 12 345 <p>Róże i dalie wysyłamy w 24h a1b2c3d4"
    )
    two = text_of(
        "<h1>Witamy w sklepie</h1> Dziś jest 01.12.2026, odwiedzin: 12 401 <p>Róże i dalie wysyłamy w 48h ffee0099"
    )
    assert likeness(one.words, two.words) == 1.0


def test_other_pages_are_unlike_and_one_with_another_headline_is_alike():
    shop = "Róże dalie piwonie i lilie wysyłamy codziennie rano w całym kraju a płatność jest przy odbiorze "
    other = "Kancelaria radców prawnych obsługa firm porady przez telefon umowy spory i windykacja należności"
    assert likeness(triples(shop), triples(other)) == 0.0
    assert likeness(triples(shop + "nowość tulipany"), triples(shop + "promocja storczyki")) > ALIKE
    assert likeness(frozenset(), frozenset()) == 1.0 and likeness(frozenset(), triples("jedno")) == 0.0


@pytest.mark.parametrize(
    ("old", "new", "lacks"),
    [
        (
            "Kup herbatę z malin, telefon Ani, otwarte w piątki",
            "Kup herbatę z malin, otwarte w piątki",
            ("telefon Ani",),
        ),
        ("Wpis z 12 maja: nowe róże w sklepie", "wpis Z 30 lipca: nowe róże w sklepie", ("Wpis z 12 maja",)),
        ("Kup herbatę z malin", "Tu powstaje nowa strona", ("Kup herbatę z malin",)),
        ("Kup herbatę z malin", "Dziś: kup herbatę z malin i inne", ()),
        ("Róże dalie piwonie", "", ("Róże dalie piwonie",)),
        ("Nowe róże", "Nowe dalie", ()),
        ("", "Róże", ()),
        ("12 34 56 78", "Róże", ()),
    ],
)
def test_what_the_new_page_lacks_of_the_old_is_told(old, new, lacks):
    assert lacking(old, triples(new)) == lacks


def test_what_is_lacking_is_told_in_a_few_short_pieces():
    kept = "nasze róże kwitną w ogrodzie"
    found = lacking(" ".join(f"{kept} {'dalie ' * 100}" for _ in range(9)), triples(" ".join([kept] * 9)))
    assert len(found) == 3 and all(len(piece) == 120 for piece in found)


def test_words_are_known_again_in_another_process():
    code = "from core.cutover.asking.page_text import triples; print(sorted(triples('róże i dalie w całym kraju')))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(sorted(triples("róże i dalie w całym kraju")))


@pytest.mark.parametrize(
    ("html", "whose"),
    [
        ("<title>Welcome to nginx!</title><h1>Welcome to nginx!</h1><p>If you see this page, ...", "nginx"),
        ("<html><body><h1>It works!</h1></body></html>", "Apache"),
        ("<title>Apache2 Debian Default Page: It works</title>", "Apache (Debian)"),
        ("<title>HTTP Server Test Page powered by: Rocky Linux</title>", "Apache"),
        ("<h1>SORRY!</h1>If you are the owner of this website,\nplease contact your hosting provider: x", "cPanel"),
        ("<title>Domain Default page</title>", "Plesk"),
        ("This is a default webpage generated for <b>a.pl</b> by Plesk.", "Plesk"),
        ("<html>Apache is functioning normally</html>", "DirectAdmin"),
        ("<title>a.pl &mdash; Coming Soon</title>", "HestiaCP"),
        (
            "<title>Coming Soon</title><h1>We're working on it!</h1><p>This site is currently under construction.</p>"
            "<section><strong>Domain:</strong> a.pl</section>",
            "HestiaCP",
        ),
        ("<title>Domena a.pl jest utrzymywana na serwerach nazwa.pl</title>", "nazwa.pl"),
        ("<title>Strona w budowie</title>", "w budowie / under construction"),
        ("<title>Index of /</title><h1>Index of /</h1>", "Index of /"),
        ("<title>Kwiaty</title>It works! Nasz nowy sklep działa.", ""),
        ("<title>Kwiaty</title>Jak ustawić serwer: Welcome to nginx! i dalej", ""),
        ("<title>b.pl — Coming Soon</title>", ""),
        ("", ""),
        (f"<title>Welcome to nginx!</title>{'długi wykład ' * 400}", ""),
    ],
)
def test_an_empty_page_is_known_by_what_it_says(html, whose):
    found = text_of(html)
    assert DEFAULTS.whose("a.pl", found.title, found.text) == whose


def test_every_entry_of_the_file_says_something():
    assert all(one.title or one.text or one.whole for one in DEFAULTS.page)
    with pytest.raises(InputError):
        parse_default_pages('[[page]]\nname = "x"\nbody = "y"')


@pytest.mark.parametrize("der", [None, b"", b"no certificate", b"\x30\x82\xff\xff", bytes(5_000)])
def test_what_is_no_certificate_tells_nothing_and_fits_as_the_handshake_said(der):
    assert certificate_of(der, "expired")[:4] == ((), "", None, False)
    assert certificate_of(der).fits
