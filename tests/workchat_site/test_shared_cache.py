"""The cache of several processes: it loses no count, and what is counted is forgotten when it should be."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.test import override_settings
from django.utils.timezone import now

from accounts.attempts import first_within, too_many
from workchat_site.models import CacheRow
from workchat_site.worker import tidy

SHARED = {
    "default": {"BACKEND": "workchat_site.shared_cache.SharedCache", "LOCATION": "workchat_cache"},
}


@pytest.fixture(autouse=True)
def _nothing_cached() -> None:
    """Nothing to clear: the database is put back."""


@override_settings(CACHES=SHARED)
def test_no_attempt_is_lost_when_many_are_counted_at_once(committed: None) -> None:
    def guess(_number: int) -> bool:
        try:
            return too_many("guess", "chloe", limit=10, seconds=60)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        refused = list(pool.map(guess, range(24)))
    assert refused.count(False) == 10


@pytest.mark.django_db
@override_settings(CACHES=SHARED)
def test_counting_on_does_not_put_off_the_end() -> None:
    assert first_within("guess", "chloe", seconds=60)
    row = CacheRow.objects.get()
    assert not too_many("guess", "chloe", limit=2, seconds=60)
    assert CacheRow.objects.get().expires == row.expires
    CacheRow.objects.update(expires=now() - timedelta(seconds=2))
    assert not too_many("guess", "chloe", limit=1, seconds=60)
    assert CacheRow.objects.get().expires > now()


@pytest.mark.django_db
@override_settings(CACHES=SHARED)
def test_what_has_expired_is_tidied_away() -> None:
    first_within("guess", "chloe", seconds=60)
    first_within("guess", "ben", seconds=60)
    CacheRow.objects.filter(pk=CacheRow.objects.order_by("pk")[0].pk).update(
        expires=now() - timedelta(seconds=1)
    )
    tidy()
    assert CacheRow.objects.count() == 1
