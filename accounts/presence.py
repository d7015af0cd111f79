"""Who is here now: an answer from memory, for pages and for @here. What feeds it is the live stream (chat.live).

Each server process tells of the members whose pages it has open; what a process told is dropped when it falls silent.
Read from any thread: tables are replaced whole, never changed where others read.
"""

from collections.abc import Iterable

OFFLINE, AWAY, ACTIVE = 0, 1, 2
WORDS = ("", "away", "active")
OWN = "own"  # the name of this process among those that tell

States = dict[int, int]  # by member; who is offline isn't in it


class Presence:
    """By process and organization, the members who are here."""

    def __init__(self) -> None:
        self.told: dict[str, dict[int, States]] = {}
        self.is_known = False  # whether everyone who is here can be known to this process

    def state(self, organization_id: int, member_id: int) -> int:
        """OFFLINE, AWAY or ACTIVE: the most that any process tells."""
        tables = [told[organization_id] for told in self.told.values() if organization_id in told]
        return max((table.get(member_id, OFFLINE) for table in tables), default=OFFLINE)

    def word(self, organization_id: int, member_id: int) -> str:
        """The state as a word: "active", "away", or nothing."""
        return WORDS[self.state(organization_id, member_id)]

    def here(self, organization_id: int) -> frozenset[int] | None:
        """The ids of everyone who isn't offline; None when this process can't know."""
        if not self.is_known:
            return None
        tables = [told[organization_id] for told in self.told.values() if organization_id in told]
        return frozenset().union(*tables)

    def tell(self, process: str, states: Iterable[tuple[int, int, int]], *, whole: bool = False) -> None:
        """What a process says of (organization, member, state), of some or, if `whole`, of all it knows."""
        tables = {} if whole else dict(self.told.get(process, {}))
        fresh: set[int] = set()
        for organization_id, member_id, state in states:
            if organization_id not in fresh:
                fresh.add(organization_id)
                tables[organization_id] = dict(tables.get(organization_id, {}))
            if state == OFFLINE:
                tables[organization_id].pop(member_id, None)
            else:
                tables[organization_id][member_id] = state
        self.told = self.told | {process: {pk: table for pk, table in tables.items() if table}}

    def forget(self, process: str) -> None:
        """A process is gone, and with it all that it told."""
        self.told = {name: told for name, told in self.told.items() if name != process}


presence = Presence()
