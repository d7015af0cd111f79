"""Verifying a chain: whether it is whole, and which entry is the first that isn't."""

from dataclasses import dataclass

from django.db.models import Q

from audit.digests import entry_digest, values_digest
from audit.models import NOTHING_BEFORE, Entry, Head, Value


@dataclass(frozen=True)
class Flaw:
    """The first broken place of a chain."""

    position: int
    reason: str


def verify_chain(organization_id: int | None) -> Flaw | None:
    """None when every entry follows from the one before, and every value that exists is the one recorded."""
    head = Head.objects.get(Q(organization_id=organization_id))
    position, digest = 0, NOTHING_BEFORE
    chain = Entry.objects.filter(Q(organization_id=organization_id))
    # What is appended meanwhile isn't part of what is verified.
    entries = chain.filter(position__lte=head.position).order_by("position")
    for entry in entries.select_related("value").iterator(chunk_size=2000):
        position += 1
        if entry.position != position:
            return Flaw(position, "an entry is missing")
        if entry.digest != entry_digest(entry, previous=digest):
            return Flaw(position, "the entry was altered")
        digest = entry.digest
        try:
            value = entry.value
        except Value.DoesNotExist:  # erased, which is allowed
            continue
        if entry.values_digest != values_digest(value):
            return Flaw(position, "the value was altered")
    if (position, digest) != (head.position, head.digest):
        return Flaw(position + 1, "the end of the log is missing")
    beyond = chain.filter(position__gt=head.position).exists()
    if beyond and not Head.objects.filter(pk=head.pk, position__gt=head.position).exists():
        return Flaw(position + 1, "an entry stands after the end of the log")
    return None
