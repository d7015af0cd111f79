"""The site's one table: the cache that several processes share where there is no Redis."""

from django.db import models


class CacheRow(models.Model):
    """What Django's database cache keeps, in the columns that it expects."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "workchat_cache"

    def __str__(self) -> str:
        return self.cache_key
