"""The digests that make the log tamper-evident.

An entry's digest is SHA-256 over the previous digest and the entry's fields; a value's is HMAC-SHA256 of its
canonical JSON under its own salt, so that an erased value can't be guessed from what remains.
"""

import hashlib
import hmac
import json
from datetime import UTC
from typing import Any

from audit.models import Entry, Value

FIELDS = (
    "organization_id", "position", "actor_id", "user_id", "subject_id", "via", "client", "action",
    "entity_type", "entity_id", "channel_id", "request_id", "values_digest",
)  # fmt: skip


def canonical(thing: Any) -> bytes:
    """JSON with sorted keys, no spaces, UTF-8: the same bytes for the same thing, always."""
    return json.dumps(thing, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def values_digest(value: Value) -> str:
    """64 hexadecimal digits for what `value` says."""
    said = {"old": value.old, "new": value.new, "actor": value.actor_name, "address": value.address}
    return hmac.new(value.salt.encode(), canonical(said), hashlib.sha256).hexdigest()


def entry_digest(entry: Entry, *, previous: str) -> str:
    """64 hexadecimal digits for `entry` standing after the entry whose digest is `previous`."""
    said = {name: getattr(entry, name) for name in FIELDS}
    said["created_at"] = entry.created_at.astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(previous.encode() + canonical(said)).hexdigest()
