"""Waiting for something to become true, with a bound; and what chance alone does not delay."""

import time


def until(condition, within: float = 5.0, what: str = "", every: float = 0.005):
    """Polls `condition` until it yields something true, and returns that."""
    deadline = time.monotonic() + within
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within} s: {what or condition}")
        time.sleep(every)


def never(condition, during: float, what: str = ""):
    """Watches for `during` seconds that `condition` stays false."""
    deadline = time.monotonic() + during
    while time.monotonic() < deadline:
        found = condition()
        assert not found, f"happened, and must not: {what or condition}: {found}"
        time.sleep(0.01)


def best(measure, attempts: int = 3) -> list[float]:
    """What `measure` lists, of each place the least of several attempts.

    Who holds something back does so each time, a busy machine does not.
    """
    return [min(place) for place in zip(*(measure() for _ in range(attempts)), strict=True)]
