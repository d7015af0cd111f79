"""Reading a transcript: what was said in one channel, in a file named for it.

It begins with `key: value` lines about the channel. A line `== day HH:MM person` begins a message, `-- [day] HH:MM
person [also]` a reply to it (`also`: sent to the channel as well), `~~ [day] HH:MM` the text to which the message or
reply above was edited, `xx [day] HH:MM` deletes it. Days are working days back, 0 the latest; one that isn't given is
that of the line above. `{weekday 3}` becomes the name of such a day.
"""

import re
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import NamedTuple

MARKER = re.compile(
    r"^(?P<kind>==|--|~~|xx) (?:(?P<day>\d+) )?(?P<clock>\d\d:\d\d)(?: (?P<person>[a-z]+)(?P<also> also)?)?$"
)


class When(NamedTuple):
    """A minute of a working day; the larger day is the earlier one."""

    day: int
    clock: time

    @property
    def order(self) -> tuple[int, time]:
        return -self.day, self.clock


@dataclass
class Said:
    """A message, or a reply when it has a thread."""

    when: When
    author: str
    text: str = ""
    thread: "Said | None" = None
    also_in_channel: bool = False
    edits: list[tuple[When, str]] = field(default_factory=list)
    deleted: When | None = None


@dataclass
class Transcript:
    name: str  # the channel's; a direct one's has its people's keys
    about: dict[str, str]
    said: list[Said]


def when(text: str, *, day: int = 0) -> When:
    """A time such as "3 09:15", or "09:15" on the given day."""
    *days, clock = text.split()
    return When(int(days[0]) if days else day, time.fromisoformat(clock))


def transcripts(folder: Path) -> list[Transcript]:
    """Those of an organization, by their names."""
    return [read(path.stem, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.md"))]


def read(name: str, text: str) -> Transcript:
    """One transcript.

    Raises:
        ValueError: a line isn't what it should be there; the message names it.
    """
    head, _, rest = text.partition("\n\n")
    about = dict(line.split(": ", 1) for line in head.splitlines())
    said: list[Said] = []
    for marker, body in _parts(rest):
        _add(said, marker, body)
    return Transcript(name, about, said)


def _parts(text: str) -> list[tuple[re.Match[str], str]]:
    """Markers, each with the text below it."""
    parts: list[tuple[re.Match[str], list[str]]] = []
    for line in text.splitlines():
        if marker := MARKER.match(line):
            parts.append((marker, []))
        elif parts:
            parts[-1][1].append(line)
        elif line:
            raise ValueError(f"A transcript's messages begin with a marker, not with: {line}")
    return [(marker, "\n".join(lines).strip("\n")) for marker, lines in parts]


def _add(said: list[Said], marker: re.Match[str], body: str) -> None:
    kind, day, person = marker["kind"], marker["day"], marker["person"] or ""
    at = When(int(day) if day else said[-1].when.day if said else 0, time.fromisoformat(marker["clock"]))
    if bool(person) != (kind in {"==", "--"}) or bool(body) == (kind == "xx") or (kind != "==" and not said):
        raise ValueError(f"A transcript's line is out of place: {marker[0]}")
    if kind == "==":
        said.append(Said(at, person, body))
    elif kind == "--":
        root = said[-1].thread or said[-1]
        said.append(Said(at, person, body, thread=root, also_in_channel=bool(marker["also"])))
    elif kind == "~~":
        said[-1].edits.append((at, body))
    else:
        said[-1].deleted = at
