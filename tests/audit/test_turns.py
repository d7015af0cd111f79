"""The fair lock: first come, first served; and the same thread may take it again."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connection, connections

from audit.turns import Busy, FairLock, brief_turn, turn

DEADLINE = 10  # seconds


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + DEADLINE
    while not holds():
        assert time.monotonic() < end, "It hasn't come to that."
        threading.Event().wait(0.001)


def queue(lock: FairLock, names: range, arrived: list[int]) -> list[threading.Thread]:
    """Threads that wait for the lock, each begun when the one before stands in line."""
    threads = []

    def take(name: int) -> None:
        lock.acquire()
        arrived.append(name)
        lock.release()

    for number, name in enumerate(names, start=1):
        thread = threading.Thread(target=take, args=(name,), daemon=True)
        thread.start()
        until(lambda number=number: len(lock._waiting) == number)  # type: ignore[misc]
        threads.append(thread)
    return threads


def test_first_come_first_served() -> None:
    lock, arrived = FairLock(), list[int]()
    lock.acquire()
    threads = queue(lock, range(8), arrived)
    assert arrived == []
    lock.release()
    for thread in threads:
        thread.join(DEADLINE)
    assert arrived == list(range(8))


def test_who_lets_go_and_comes_again_stands_behind_those_who_wait() -> None:
    lock, arrived = FairLock(), list[int]()
    lock.acquire()
    threads = queue(lock, range(5), arrived)
    lock.release()
    lock.acquire()
    assert arrived == list(range(5))
    lock.release()
    for thread in threads:
        thread.join(DEADLINE)


def test_the_same_thread_takes_it_again_and_gives_it_back_as_often() -> None:
    lock, arrived = FairLock(), list[int]()
    lock.acquire()
    lock.acquire()
    (thread,) = queue(lock, range(1), arrived)
    lock.release()
    assert len(lock._waiting) == 1
    assert arrived == []
    lock.release()
    thread.join(DEADLINE)
    assert arrived == [0]
    lock.acquire()  # and it's free again
    lock.release()


def test_never_two_at_once() -> None:
    lock, inside, most = FairLock(), list[int](), list[int]()

    def work() -> None:
        for _ in range(200):
            lock.acquire()
            inside.append(1)
            most.append(len(inside))
            inside.pop()
            lock.release()

    threads = [threading.Thread(target=work, daemon=True) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE)
    assert len(most) == 1200
    assert max(most) == 1


def test_a_turn_ends_with_an_error(database: None) -> None:
    with pytest.raises(RuntimeError), turn():
        raise RuntimeError
    done: list[bool] = []

    def take() -> None:
        with turn():
            done.append(True)

    thread = threading.Thread(target=take, daemon=True)
    thread.start()
    thread.join(DEADLINE)
    assert done == [True]


def test_nobody_waits_behind_one_who_does_not_get_through() -> None:
    lock, refused = FairLock(patience=0.05), list[int]()
    lock.acquire()

    def take(name: int) -> None:
        try:
            lock.acquire()
        except Busy:
            refused.append(name)

    threads = [threading.Thread(target=take, args=(name,), daemon=True) for name in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE)
    assert sorted(refused) == [0, 1, 2]
    lock.release()
    lock.patience, arrived = DEADLINE, list[int]()  # and those who were turned away hold up nobody
    lock.acquire()
    (thread,) = queue(lock, range(1), arrived)
    lock.release()
    thread.join(DEADLINE)
    assert arrived == [0]


def test_what_can_be_left_undone_does_not_wait(committed: None) -> None:
    def stamp() -> str:
        try:
            with brief_turn():
                return "done"
        except OperationalError:
            return "left"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(stamp).result(DEADLINE) == "done"
        with turn():
            assert pool.submit(stamp).result(DEADLINE) == (
                "left" if connection.vendor == "sqlite" else "done"
            )
        assert pool.submit(stamp).result(DEADLINE) == "done"
        with brief_turn():  # and the next statement waits as long as ever
            pass
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                assert cursor.execute("PRAGMA busy_timeout").fetchone() == (15_000,)
