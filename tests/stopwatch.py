"""A stop for code that would run away on hostile input. It measures nothing.

A shared machine is too noisy for that: what is measured stands in `bench/`.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

# Hostile input costs a second or two where work grows in proportion, and four on a machine with much else
# to do; where it grows with the square it costs minutes.
RUNS_AWAY = 30


@contextmanager
def no_runaway(seconds: float = RUNS_AWAY) -> Iterator[None]:
    """Fails the test, in the middle of its block, once that has used so many seconds of processor time."""

    def stop(*_):
        raise AssertionError(f"Still not done after {seconds} seconds of processor time")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
