"""Ids as a query or a form gives them: texts that may say anything."""

from collections.abc import Iterable


def id_of(text: str | None) -> int | None:
    """The id that a text of 1 to 18 plain digits gives; None for any other text."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def ids_of(texts: Iterable[str]) -> list[int]:
    """The ids among some texts."""
    return [pk for text in texts if (pk := id_of(text)) is not None]
