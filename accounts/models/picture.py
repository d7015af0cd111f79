"""A member's picture, as small as it's shown. It's kept in the database: it comes and goes with the log's entry."""

from django.db import models

from accounts.models.member import Member


class Picture(models.Model):
    member = models.OneToOneField(Member, on_delete=models.CASCADE, primary_key=True, related_name="+")
    digest = models.CharField(max_length=16)  # also the member's `picture`, which is what pages ask for
    content = models.BinaryField()  # WebP

    def __str__(self) -> str:
        return self.digest
