"""The cache of several processes without Redis: Django's in the database, counting without losing a count.

Attempts to sign in are counted here (accounts/attempts.py, allauth's limits), so that N processes don't allow N times
as many.
"""

import base64
import pickle
from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.db import transaction
from django.utils.timezone import now

from audit.turns import turn
from workchat_site.models import CacheRow


class SharedCache(DatabaseCache):
    """Django's own adds by reading and setting, whereby counts are lost, and the time of expiry too."""

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Add `delta` to a number; returns the sum.

        Raises:
            ValueError: there is no such key.
        """
        made = self.make_and_validate_key(key, version=version)
        with turn(), transaction.atomic():
            row = CacheRow.objects.select_for_update().filter(pk=made, expires__gt=now()).first()
            if row is None:
                raise ValueError(f"There is no {key!r}.")
            count: int = pickle.loads(base64.b64decode(row.value)) + delta  # noqa: S301 - written here
            row.value = base64.b64encode(pickle.dumps(count, self.pickle_protocol)).decode()
            row.save(update_fields=["value"])
        return count

    def _base_set(self, *given: Any, **more: Any) -> bool:
        with turn():
            return bool(super()._base_set(*given, **more))  # type: ignore[misc] # Django's, not in its stubs
