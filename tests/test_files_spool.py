"""A sequence in a temporary file is a sequence like any other, in this process and in another."""

import pickle
from dataclasses import dataclass

import pytest

from core.files import spool
from core.files.spool import PAGE, Marks, Spool, scattered


@dataclass(frozen=True, slots=True)
class Thing:
    name: str
    number: int = 0


THINGS = [Thing(f"ż{n}", n) for n in range(3 * PAGE + 7)]


@pytest.mark.parametrize("count", [0, 1, PAGE - 1, PAGE, PAGE + 1, len(THINGS)])
def test_items_come_back_in_their_order_whichever_way_they_are_asked_for(count):
    things = THINGS[:count]
    kept = Spool(things)
    assert len(kept) == count and bool(kept) == bool(count)
    assert list(kept) == things and kept == things and things == list(reversed(list(reversed(kept))))
    assert [kept[place] for place in range(-count, count)] == [*things, *things]
    assert kept[2:PAGE:7] == things[2:PAGE:7] and kept[-3:] == things[-3:]
    assert kept != [*things, Thing("one more")] and kept != "no sequence of things"[count:]
    with pytest.raises(IndexError):
        kept[count]


def test_items_added_after_some_were_read_are_there():
    kept = Spool(THINGS[:PAGE])
    assert kept[PAGE - 1] == THINGS[PAGE - 1]
    for thing in THINGS[PAGE:]:
        kept.append(thing)
    assert kept == THINGS


def test_spool_in_a_folder_is_handed_over_by_pickling(tmp_path, monkeypatch):
    monkeypatch.setattr(spool, "_folder", tmp_path)
    handed = pickle.loads(pickle.dumps(Spool(THINGS)))
    assert handed == THINGS
    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_spool_without_a_folder_leaves_no_name_and_is_not_handed_over(tmp_path, monkeypatch):
    monkeypatch.setattr(spool.tempfile, "tempdir", str(tmp_path))
    kept = Spool(THINGS)
    assert not [*tmp_path.iterdir()] and kept == THINGS
    with pytest.raises(TypeError):
        pickle.dumps(kept)


def test_scattered_items_keep_their_order_within_a_bucket():
    odd, even = scattered(((n % 2 == 0, n) for n in range(1000)), 2)
    assert odd == [*range(1, 1000, 2)] and even == [*range(0, 1000, 2)]


def test_marks_give_the_number_that_a_text_had_first():
    marks, known = Marks(), {}
    for n in range(5000):
        text = f"ż{n % 3000}"
        assert marks.get(text) == known.get(text)
        assert marks.setdefault(text, n) == known.setdefault(text, n)
    assert marks.get("nobody") is None and marks.setdefault("", 2**32 - 1) == marks.get("") == 2**32 - 1
