"""Messages as people write them: mostly a sentence or two, now and then a list, a link, some code."""

SENTENCES = (
    "Morning. The import ran through the night without a single retry, so I'd call that one done.",
    "Could someone look at the numbers for the second quarter before the meeting at three?",
    "I've moved the review to Thursday: half of us are travelling, and there's *no* hurry.",
    "Thanks, that was it. It was the old certificate all along, renewed in March and never put in place.",
    "Lunch at **twelve**, the usual place. Tell me by eleven if you come along, so that I book a table.",
    "Agreed.",
    "The customer asked again about the export. I told them next week; `EXPORT_LIMIT` is 5,000 for now.",
    "See https://example.org/handbook/on-call for who is on call over the holidays.",
)
LONGER = (
    "Three things before we ship:\n\n- the migration on a copy of the real data\n- the new texts, in both languages\n"
    "- someone who isn't me to try the set-up from nothing",
    "This is what I see:\n\n```python\ndef total(rows):\n    return sum(row.amount for row in rows if row.paid)\n```\n"
    "and it's `None` for unpaid ones, hence the error.",
    "> Why do we do this at all?\n\nBecause twice a year somebody forgets, and then everyone spends a weekend on it.",
)


def body(number: int) -> str:
    """The text of the `number`th message."""
    if number % 8 == 7:
        return LONGER[number // 8 % len(LONGER)]
    first = SENTENCES[number % len(SENTENCES)]
    return f"{first} {SENTENCES[(number * 3 + 1) % len(SENTENCES)]}" if number % 3 == 0 else first
