"""The ledger of deliveries: each post, each screen, how often, how soon, and whether it was the right message."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

Owed = Callable[[int], int]  # to how many screens a post is owed


class Ledger:
    """Times are CLOCK_MONOTONIC's, in seconds; posts have the numbers that the poster gave them."""

    def __init__(self) -> None:
        self.sent: dict[int, float] = {}
        self.answered: dict[int, float] = {}
        # The message's id that the answer, or else the first screen, told
        self.identities: dict[int, bytes] = {}
        self.seen: dict[int, dict[int, int]] = {}
        self.receipts: list[tuple[int, float]] = []
        self.wrong = 0

    def receipt(self, screen: int, number: int, identity: bytes | None, at: float) -> None:
        """A screen got a post."""
        times = self.seen.setdefault(number, {})
        times[screen] = times.get(screen, 0) + 1
        if identity and self.identities.setdefault(number, identity) != identity:
            self.wrong += 1
        self.receipts.append((number, at))

    def is_complete(self, numbers: Iterable[int], owed: Owed) -> bool:
        """Whether all were answered, and each is on every screen that it's owed to."""
        return all(
            number in self.answered and len(self.seen.get(number, ())) >= owed(number) for number in numbers
        )

    def account(self, numbers: Sequence[int], owed: Owed) -> dict[str, Any]:
        """Every delivery that was owed: whether it came, how often, and after how many milliseconds."""
        wanted = set(numbers)
        receipts = [(number, at) for number, at in self.receipts if number in wanted]
        return {
            "posts": len(numbers),
            "delivered": len(receipts),
            "lost": sum(owed(number) - len(self.seen.get(number, ())) for number in numbers),
            "doubled": sum(
                times - 1 for number in numbers for times in self.seen.get(number, {}).values() if times > 1
            ),
            "wrong": self.wrong,
            "answer": [(self.answered[number] - self.sent[number]) * 1000 for number in numbers],
            "from post": [(at - self.sent[number]) * 1000 for number, at in receipts],
            "from answer": [(at - self.answered[number]) * 1000 for number, at in receipts],
        }

    def forget(self, numbers: Sequence[int]) -> None:
        """Let go of what has been accounted for."""
        gone = set(numbers)
        self.receipts = [receipt for receipt in self.receipts if receipt[0] not in gone]
        for kept in (self.sent, self.answered, self.identities, self.seen):
            for number in gone:
                kept.pop(number, None)
