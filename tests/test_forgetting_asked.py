"""What a client writes who asks to be forgotten is found as they wrote it, and takes no stranger along."""

import pytest

from core.forgetting.asked import MOST, read
from core.ground.messages import InputError

JAN = "Jan Kowalski\n601 234 567\nNIP 526-10-40-828\nżółw.pl\nJan@Zolw.pl"
SURE, LIKE, NOTHING = True, False, None


def said(asked, text, **more):
    marks = asked.marks(text, **more)
    return any(mark.sure for mark in marks) if marks else None


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("Pan JAN  Kowalski prosi o telefon", SURE),
        ("prosił Jan\nKowalski", SURE),
        ("Jan Kowalski-Nowak", LIKE),
        ("Janina Kowalska", LIKE),
        ("z Janem Kowalskim", LIKE),
        ("Kowalski Jan", LIKE),
        ("dzwonił Kowalski", LIKE),
        ("Jan.Kowalski@a.pl", LIKE),
        ("Jan Nowak", NOTHING),
        ("Janusz, Kowal", NOTHING),
        ("+48 601-234-567", SURE),
        ("tel. 601234567", SURE),
        ("tel601234567", SURE),
        ("0048601234567", SURE),
        ("601 234 567, 602 111 222", SURE),
        ("(601) 234-567", SURE),
        ("12 601 234 567", LIKE),
        ("6012345678", NOTHING),
        ("1601234567", NOTHING),
        ("PL5261040828", SURE),
        ("526-104-08-28", SURE),
        ("https://www.żółw.pl/kontakt", SURE),
        ("XN--W-UGA1V8H.PL", SURE),
        ("sklep.żółw.pl", LIKE),
        ("biuro@żółw.pl", LIKE),
        ("żółw.pl.example", NOTHING),
        ("moj-żółw.pl", NOTHING),
        ("zolw.pl", NOTHING),
        ("jan@zolw.pl.", SURE),
        ("anna.jan@zolw.pl", NOTHING),
        ("jan@zolw.plus", NOTHING),
        ("", NOTHING),
    ],
)
def test_each_thing_is_found_in_a_text_and_strangers_are_not(text, how):
    assert said(read(JAN), text) is how


@pytest.mark.parametrize(
    ("asked", "name", "how"),
    [
        ("Jan Kowalski", "jan kowalski", SURE),
        ("Jan Kowalski", "Jan Kowalski Transport", LIKE),
        ("Łąka", "łąka", SURE),
        ("Laka", "Łąka", SURE),
        ("Jan", "Jan Nowak", LIKE),
        ("Jan", "Janina", LIKE),
        ("Róża i Spółka", "Róża i Spółka", SURE),
        ("Róża i Spółka", "Róża", NOTHING),
    ],
)
def test_longer_name_that_begins_with_theirs_is_somebody_elses(asked, name, how):
    assert said(read(asked), name, name=True) is how


def test_one_word_is_sure_only_where_nothing_stands_beside_it():
    assert said(read("Jan"), "dzwonił Jan") is LIKE and said(read("Jan"), "Jan") is SURE


def test_what_is_blanked_is_what_was_found_and_no_more():
    assert read(JAN).without("Jan Kowalski, 601 234 567 albo jan@zolw.pl, po 15", "…") == "…, … albo …, po 15"


def test_accents_set_apart_from_their_letters_are_found():
    assert read("Róża Łąka").without("pani Ro\u0301z\u0307a Łąka", "…") == "pani …"


@pytest.mark.parametrize(
    ("text", "id"),
    [
        (" ", "missing"),
        ("ab", "forget_short"),
        ("\n".join(f"Jan {n}" for n in range(100, 101 + MOST)), "at_most"),
        ("x" * 300, "too_long"),
    ],
)
def test_what_says_too_little_or_too_much_is_refused(text, id):
    with pytest.raises(InputError) as refused:
        read(text)
    (mistake,) = refused.value.errors
    assert (mistake.field, mistake.message.id) == ("person", f"error.{id}")


def test_long_texts_full_of_the_name_are_read_in_time():
    text = "Jan Kowalski 601 234 567 " * 4_000
    assert len(read(JAN).marks(text)) >= 8_000
