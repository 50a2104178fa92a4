"""What a process holds for everybody is made once, whoever needs it first."""

import threading

import pytest

from pages.parts.shared.once import Once


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


class Counted:
    """A lock that tells how many came to it."""

    def __init__(self, lock, awaited):
        self.lock, self.left, self.all_came = lock, awaited, threading.Event()

    def __enter__(self):
        self.left -= 1
        if not self.left:
            self.all_came.set()
        self.lock.acquire()

    def __exit__(self, *_):
        self.lock.release()


def test_those_who_waited_while_somebody_tried_share_the_error_and_who_comes_later_tries_anew():
    tries, got = [], []

    @Once
    def thing():
        tries.append(1)
        if len(tries) == 1:
            assert lock.all_came.wait(60)
            raise OSError("database is locked")
        return "there"

    lock = thing._lock = Counted(threading.Lock(), 8)

    def need():
        try:
            got.append(thing())
        except OSError as error:
            got.append(error)

    threads = [threading.Thread(target=need) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(tries) == 1 and [str(one) for one in got] == ["database is locked"] * 8
    assert thing() == "there" and len(tries) == 2
