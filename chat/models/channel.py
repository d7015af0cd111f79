"""A channel: public or private with a name, or direct between two to nine members."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.models import Member, Organization
from accounts.models.member import MAX_PLAIN, is_letter, plain

MAX_DIRECT = 9  # members of a direct channel
MAX_DESCRIPTION = 1000  # characters


def name_form(name: str) -> None:
    """A channel's name is one word of letters, marks, digits, - and _

    Raises:
        ValidationError: it holds something else, or begins or ends with a sign.
    """
    fits = all(is_letter(character) or character in "-_" for character in name)
    if not fits or not name[:1].isalnum() or not is_letter(name[-1]):
        raise ValidationError(
            _("Use letters, digits, hyphens and underscores, beginning and ending with a letter or digit.")
        )


class Kind(models.TextChoices):
    PUBLIC = "public", _("Public")
    PRIVATE = "private", _("Private")
    DIRECT = "direct", _("Direct message")


class Channel(models.Model):
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="channels")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.PUBLIC)
    name = models.CharField(_("name"), max_length=60, null=True, validators=[name_form])
    name_folded = models.CharField(max_length=180, null=True, editable=False)
    name_plain = models.CharField(max_length=MAX_PLAIN, editable=False, default="")
    topic = models.CharField(_("topic"), max_length=250, blank=True)
    description = models.TextField(_("description"), max_length=MAX_DESCRIPTION, blank=True)
    is_default = models.BooleanField(_("everyone who joins comes in here"), default=False)
    # The ids of a direct channel's members in ascending order, "3,17": what makes it unique by its set.
    members_key = models.CharField(max_length=200, null=True, editable=False)
    created_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("created"), default=now)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        constraints = [
            models.UniqueConstraint(fields=["organization", "name_folded"], name="one_channel_a_name"),
            models.UniqueConstraint(fields=["organization", "members_key"], name="one_direct_channel_a_set"),
            models.CheckConstraint(
                condition=Q(kind="direct", name=None, members_key__isnull=False)
                | Q(kind__in=["public", "private"], name__isnull=False, members_key=None),
                name="direct_channels_have_members_for_a_name",
            ),
        ]
        indexes = [models.Index(fields=["organization", "name_plain"], name="channel_by_plain_name")]

    # How the member who asks stands to it; access sets these.
    membership_id: int | None = None
    read_position: int = 0
    notification_level: str = ""
    # What the member has begun to write here, and in the thread that was asked for, where access was asked for it.
    draft_body: str | None = None
    draft_revision: str | None = None
    draft_earlier: str | None = None
    thread_draft_body: str | None = None
    thread_draft_revision: str | None = None
    thread_draft_earlier: str | None = None
    people: int = 0  # in it, where a query counted them

    def __str__(self) -> str:
        return f"#{self.name}" if self.name else f"direct {self.members_key}"

    def save(self, *args: object, **kwargs: object) -> None:
        self.name_folded = self.name.casefold() if self.name else None
        self.name_plain = plain(self.name or "")
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def is_direct(self) -> bool:
        return self.kind == Kind.DIRECT

    @property
    def is_private(self) -> bool:
        return self.kind == Kind.PRIVATE

    @property
    def is_public(self) -> bool:
        return self.kind == Kind.PUBLIC

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None
