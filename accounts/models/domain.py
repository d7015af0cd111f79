"""A domain of an organization: who has a confirmed address there may join without an invitation."""

from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.models.organization import Organization


class Domain(models.Model):
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="domains")
    name = models.CharField(_("domain"), max_length=253, db_index=True)  # in lower case, IDNs as xn--…
    created_at = models.DateTimeField(_("added"), default=now)

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="one_domain_of_a_name")]

    def __str__(self) -> str:
        return self.name
