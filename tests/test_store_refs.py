"""Refs of our own go on from one, and none comes back."""

import pytest

from core.ground.messages import InputError
from tests.migrations import MARIA, act
from tests.stores import ON_BOTH, begin, empty

store = pytest.fixture(empty)


def refs_of(store, count):
    return [store.one(begin(store)).ref for _ in range(count)]


def test_refs_of_our_own_go_on_from_one(store):
    assert refs_of(store, 3) == ["P-1", "P-2", "P-3"]


def test_ref_of_our_own_never_comes_back_after_others_were_given(store):
    begin(store, ref="P-2")
    (mine,) = refs_of(store, 1)
    assert mine == "P-3"
    store.erase([store.by_ref(mine).id], act(MARIA), "na prośbę")
    assert refs_of(store, 2).count(mine) == 0


def test_ref_given_is_kept_and_taken_once(store):
    begin(store, ref=" ZL/2026/17 ")
    assert store.by_ref("ZL/2026/17") is not None
    for again in ("ZL/2026/17", " ZL/2026/17"):
        with pytest.raises(InputError, match=r"error.ref_taken"):
            begin(store, ref=again)
    assert len(store.all()) == 1


def test_ref_of_our_own_passes_by_one_that_was_given(store):
    begin(store, ref="P-2")
    begin(store, ref="P-4")
    refs = refs_of(store, 3)
    assert len({*refs, "P-2", "P-4"}) == 5


@ON_BOTH
def test_ref_of_our_own_never_comes_back_after_erasure(store):
    first = refs_of(store, 3)
    store.erase([m.id for m in store.all()[1:]], act(MARIA), "na prośbę")
    assert set(first).isdisjoint(refs_of(store, 3))
    store.erase([m.id for m in store.all()], act(MARIA), "na prośbę")
    assert set(first).isdisjoint(refs_of(store, 6))
