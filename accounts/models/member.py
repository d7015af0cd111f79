"""A member: a user inside one organization, or a bot. The key through which every object is reached."""

import unicodedata
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.models.organization import Organization
from accounts.models.user import User

HUES = 12

# Letters that no normal form takes apart, as people type them who haven't got them.
STROKES = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "\u0131": "i"}
)
MAX_PLAIN = 240  # characters

WORDS = 6  # of a display name at most
WITHIN_WORDS = "._'’-"


def name_form(name: str) -> None:
    """What an @mention can hold (chat.markdown): one to six words of letters, marks, digits and . _ ' ’ -

    Raises:
        ValidationError: it holds something else, or begins or ends with a sign.
    """
    words = name.split(" ")
    fits = all(word and all(is_letter(c) or c in WITHIN_WORDS for c in word) for word in words)
    if (
        not fits
        or len(words) > WORDS
        or not name[0].isalnum()
        or not (is_letter(name[-1]) or name[-1] == ".")
    ):
        raise ValidationError(
            _(
                "Use letters, digits, spaces and . ' - _ , beginning and ending with a letter or digit, "
                "in at most six words."
            )
        )


def is_letter(character: str) -> bool:
    """Whether a character is a letter, a digit, or a mark on one, as many scripts have them."""
    return character.isalnum() or unicodedata.category(character).startswith("M")


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    ADMIN = "admin", _("Admin")
    MEMBER = "member", _("Member")
    GUEST = "guest", _("Guest")

    @property
    def rank(self) -> int:
        """Higher is mightier; an owner's is 3, a guest's 0."""
        return {"guest": 0, "member": 1, "admin": 2, "owner": 3}[self.value]


class Kind(models.TextChoices):
    PERSON = "person", _("Person")
    BOT = "bot", _("Bot")


class State(models.TextChoices):
    ACTIVE = "active", _("Active")
    DEACTIVATED = "deactivated", _("Deactivated")


class MemberQuerySet(models.QuerySet["Member"]):
    def active(self) -> Self:
        return self.filter(state=State.ACTIVE)

    def by_name(self) -> Self:
        return self.order_by("name_folded", "id")


class Member(models.Model):
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="members")
    display_name = models.CharField(_("display name"), max_length=80, validators=[name_form])
    name_folded = models.CharField(max_length=240, editable=False)  # a letter folds to at most three
    name_plain = models.CharField(max_length=MAX_PLAIN, editable=False, default="")
    title = models.CharField(_("title"), max_length=80, blank=True)
    role = models.CharField(_("role"), max_length=8, choices=Role, default=Role.MEMBER)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.PERSON)
    picture = models.CharField(
        max_length=16, blank=True, default="", editable=False
    )  # Picture.digest, or none
    timezone = models.CharField(_("time zone"), max_length=64, default="UTC")
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.ACTIVE)
    # No notifications until then; nobody else sees it, so it isn't logged.
    quiet_until = models.DateTimeField(_("no notifications until"), null=True, blank=True)
    created_at = models.DateTimeField(_("joined"), default=now)

    objects = MemberQuerySet.as_manager()

    class Meta:
        ordering = ("name_folded", "id")
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(fields=["organization", "user"], name="one_member_a_user"),
            models.CheckConstraint(
                condition=Q(kind="bot", user=None) | Q(kind="person", user__isnull=False),
                name="bots_have_no_user",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "name_folded"], name="member_by_name"),
            models.Index(fields=["organization", "name_plain"], name="member_by_plain_name"),
        ]

    def __str__(self) -> str:
        return self.display_name

    def save(self, *args: object, **kwargs: object) -> None:
        self.name_folded = fold(self.display_name)
        self.name_plain = plain(self.display_name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def is_active(self) -> bool:
        return self.state == State.ACTIVE

    @property
    def rank(self) -> int:
        return Role(self.role).rank

    @property
    def is_quiet(self) -> bool:
        return self.quiet_until is not None and self.quiet_until > now()

    @property
    def is_guest(self) -> bool:
        return self.role == Role.GUEST

    def is_only_owner(self) -> bool:
        """Whether the organization would have no active owner without them. A query, for owners."""
        if self.role != Role.OWNER or not self.is_active:
            return False
        owners = Member.objects.active().filter(organization=self.organization_id, role=Role.OWNER)
        return not owners.exclude(pk=self.pk).exists()

    @property
    def initials(self) -> str:
        return initials_of(self.display_name)

    @property
    def picture_url(self) -> str:
        return picture_url(self.pk, self.picture)

    @property
    def hue(self) -> int:
        """0 to 11: the avatar's colour."""
        return self.pk % HUES


def fold(name: str) -> str:
    """A name as it's compared: without case."""
    return name.casefold()


def picture_url(member_id: int, picture: str) -> str:
    """The address of a member's picture, which changes with it; empty when they have none."""
    return reverse("accounts:picture", args=[member_id, picture]) if picture else ""


def plain(name: str) -> str:
    """A name as it's looked for: without case, and without the marks on its letters."""
    parts = unicodedata.normalize("NFKD", fold(name).translate(STROKES))
    return "".join(part for part in parts if unicodedata.category(part) != "Mn")[:MAX_PLAIN]


def initials_of(name: str) -> str:
    """One or two capitals for the avatar: of the first and last word."""
    words = name.split()
    letters = words[0][:1] + (words[-1][:1] if len(words) > 1 else "")
    return letters.upper()
