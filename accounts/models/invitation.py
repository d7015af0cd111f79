"""An invitation by mail: to one address, with the role it gives, until it's accepted, revoked or too old."""

from datetime import datetime, timedelta

from django.core import signing
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.models.member import Member, Role
from accounts.models.organization import Organization

LIFETIME = timedelta(days=14)
SALT, MAIL_SALT = "workchat.invitation", "workchat.invitation.mail"


def two_weeks_from_now() -> datetime:
    return now() + LIFETIME


class Invitation(models.Model):
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=8, choices=Role, default=Role.MEMBER)
    invited_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("sent"), default=now)
    expires_at = models.DateTimeField(_("expires"), default=two_weeks_from_now)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return self.email

    @property
    def token(self) -> str:
        """What a link holds that admins may hand on: the id, signed by the server's key; nothing stored."""
        return signing.Signer(salt=SALT).sign(str(self.pk))

    @property
    def mailed_token(self) -> str:
        """What the link in the mail holds: who brings it has read the mail, and so the address is theirs."""
        return signing.Signer(salt=MAIL_SALT).sign(str(self.pk))

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > now()

    @staticmethod
    def id_of(token: str) -> int | None:
        """The invitation a token names; None when it's forged."""
        mailed = Invitation.id_of_mailed(token)
        return _read(token, SALT) if mailed is None else mailed

    @staticmethod
    def id_of_mailed(token: str) -> int | None:
        """The invitation a token out of the mail itself names; None for any other token."""
        return _read(token, MAIL_SALT)


def _read(token: str, salt: str) -> int | None:
    try:
        return int(signing.Signer(salt=salt).unsign(token))
    except signing.BadSignature:
        return None
