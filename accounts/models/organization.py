"""An organization: the wall behind which members, channels and messages live."""

from django.core.validators import MinLengthValidator, RegexValidator
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

slug_form = RegexValidator(
    r"^[a-z0-9](?:-?[a-z0-9])*\Z", _("Use lower-case letters, digits and single hyphens between them.")
)


class Organization(models.Model):
    name = models.CharField(_("name"), max_length=80)
    slug = models.CharField(
        _("address"), max_length=40, unique=True, validators=[MinLengthValidator(2), slug_form]
    )
    join_secret = models.CharField(max_length=43, blank=True, default="")  # empty: the join link is off
    # Raised when a name that message rows show changes, so that kept rows are made again.
    names_version = models.PositiveIntegerField(default=0)
    first_steps = models.BooleanField(default=True)  # whether its admins are still shown what to begin with
    requires_two_factor = models.BooleanField(default=False)  # of everyone who enters
    created_at = models.DateTimeField(_("created"), default=now)

    class Meta:
        ordering = ("name", "id")
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")

    def __str__(self) -> str:
        return self.name
