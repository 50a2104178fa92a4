"""What is looked for: a telephone and a number of ours, however either is typed and however it was written down."""

import itertools

import pytest

from core.ground.messages import InputError
from core.ground.sought import looked_for
from core.ground.words import fold

TYPED = [
    *("+48 601 234 567", "601234567", "601-234-567", "0048601234567", "(601) 234 567", "48601234567", "601 234 567"),
    *("tel. 601 234 567", "Tel: +48601234567", "601 234 567 wew. 12", "601–234–567", "0601234567", "601.234.567"),
]
WRITTEN = [
    *TYPED,
    *("601 234 567, wew. 12", "22 123 45 67 / 601 234 567", "601234567;602345678", "+48602345678 +48601234567"),
    *("biuro 22 123 45 67, kom. 601 234 567", "601234567/602345678", "602 345 678\n601 234 567"),
]


def rings(text, phones):
    return looked_for(text).found("", phones=phones)


@pytest.mark.parametrize(("text", "phones"), list(itertools.product(TYPED, WRITTEN)))
def test_telephone_is_found_however_it_is_typed_and_written(text, phones):
    assert rings(text, phones) and not rings(text, phones.replace("1", "9"))


@pytest.mark.parametrize(
    ("text", "phones"),
    [
        *(("22 123 45 67", "(22) 123-45-67"), ("22/123 45 67", "+48 22 1234567"), ("(0-22) 123 45 67", "22 1234567")),
        *(("+49 30 1234567", "0049 30 123 45 67"), ("030 1234567", "+49 30 1234567"), ("+48 6012", "601 234 567")),
        *(("4860123", "601 234 567"), ("601", "601 234 567"), ("567", "601 234 567"), ("0048 601", "601 23")),
    ],
)
def test_other_telephones_and_beginnings_of_them(text, phones):
    assert rings(text, phones)


@pytest.mark.parametrize(
    ("text", "phones"),
    [
        # Where two telephones meet there is no third.
        *(("345678601", "602345678, 601234567"), ("345678601", "602345678/601234567"), ("234", "601 234 567")),
        *(("60", "601 234 567"), ("+48", "601 234 567"), ("601 234 567 8", "601 234 567"), ("0048 60", "601 234 567")),
    ],
)
def test_what_is_no_telephone_rings_nobody(text, phones):
    assert not rings(text, phones)


def test_number_of_ours_is_known_however_it_is_typed():
    for text in ("P61", "p 61", "P-61", "p-061", "P/61", "61", "P_61"):
        assert looked_for(text).is_ref("P-61"), text
        assert not any(looked_for(text).is_ref(ref) for ref in ("P-610", "P-6", "P-161", "Z-61/2")), text
    assert looked_for("z 17 2026").is_ref("Z/0017/2026") and not looked_for("+61").is_ref("P-61")


def test_digits_alone_find_no_number_by_chance():
    def found(text):
        return [n for n in range(1, 700) if looked_for(text).found("", ref=f"P-{n}")]

    assert found("6") == [6] and found("61") == [61] and found("7 1") == []
    assert found("P6") == [6, *range(60, 70), *range(600, 700)] and found("P-61") == [61, *range(610, 620)]


def test_digits_begin_a_number_in_a_name():
    hay = fold("Studio54 i 1200 drobiazgów\nsklep24.pl")
    assert all(looked_for(text).found(hay) for text in ("54", "24", "120", "sklep24", "studio 54", "drobiazgow 12"))
    assert not any(looked_for(text).found(hay) for text in ("4", "00", "200"))


def test_words_of_every_kind_are_wanted_together():
    sought = looked_for("kowalski P61 601234567")
    assert sought.found("jan kowalski", ref="P-61", phones="+48 601 234 567")
    assert not sought.found("jan kowalski", ref="P-61", phones="+48 601 234 568")
    assert not sought.found("jan kowal", ref="P-61", phones="+48 601 234 567")


def test_too_long_a_text_is_refused():
    with pytest.raises(InputError):
        looked_for("x" * 1001)
