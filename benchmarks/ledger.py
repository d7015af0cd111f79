"""The ledger of deliveries: each post, each screen, how often, how soon, and whether it was the right message."""

from collections.abc import Iterable, Sequence
from typing import Any


class Ledger:
    """Times are CLOCK_MONOTONIC's, in seconds; posts have the numbers that the poster gave them."""

    def __init__(self) -> None:
        self.sent: dict[int, float] = {}
        self.answered: dict[int, float] = {}
        self.identities: dict[
            int, bytes
        ] = {}  # the message's id that the answer, or else the first screen, told
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

    def is_complete(self, numbers: Iterable[int], screens: int) -> bool:
        """Whether all were answered, and each is on every screen."""
        return all(
            number in self.answered and len(self.seen.get(number, ())) >= screens for number in numbers
        )

    def account(self, numbers: Sequence[int], screens: int) -> dict[str, Any]:
        """Every delivery that was owed: whether it came, how often, and after how many milliseconds."""
        receipts = [(number, at) for number, at in self.receipts if number in numbers]
        return {
            "posts": len(numbers),
            "delivered": len(receipts),
            "lost": sum(screens - len(self.seen.get(number, ())) for number in numbers),
            "doubled": sum(
                times - 1 for number in numbers for times in self.seen.get(number, {}).values() if times > 1
            ),
            "wrong": self.wrong,
            "answer": [(self.answered[number] - self.sent[number]) * 1000 for number in numbers],
            "from post": [(at - self.sent[number]) * 1000 for number, at in receipts],
            "from answer": [(at - self.answered[number]) * 1000 for number, at in receipts],
        }
