"""What a process holds for everybody is made once, whoever needs it first."""

import threading

import pytest

from pages.parts.once import Once


def test_of_many_who_need_it_at_once_one_makes_it():
    made, gate = [], threading.Barrier(8)

    @Once
    def thing(name):
        made.append(name)
        return object()

    found = []

    def need():
        gate.wait()
        found.append(thing("a"))

    threads = [threading.Thread(target=need) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == ["a"] and len(set(map(id, found))) == 1
    assert thing("b") is not thing("a")
    thing.clear()
    assert thing("a") is not found[0]


def test_error_is_not_kept():
    tries = []

    @Once
    def thing():
        tries.append(1)
        if len(tries) == 1:
            raise OSError("not yet")
        return "there"

    with pytest.raises(OSError, match="not yet"):
        thing()
    assert thing() == thing() == "there" and len(tries) == 2
