"""Ten thousand open streams in one process: what each holds, and a post to all of them."""

from benchmarks.figures import keep
from benchmarks.place import Place
from benchmarks.streams import bounds, ours

STREAMS, RATE = 10_000, 1.0  # posts a second
AT_ONCE = 128


def run(place: Place) -> None:
    rows = [ours(place, world, STREAMS, RATE, 1, at_once=AT_ONCE) for world in place.worlds]
    rows += bounds(place, (STREAMS, RATE), at_once=AT_ONCE)
    keep("ten_thousand", rows, database=place.database, at_once=AT_ONCE)
