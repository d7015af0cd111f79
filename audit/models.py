"""The log: per organization one append-only chain of entries; its end is the head, its contents are values.

The chain with no organization is the server's own. Entries are never updated or deleted (triggers hold that,
in migration 0002) and outlive what they name, so their foreign keys are unconstrained; a value may be erased.
"""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

NOTHING_BEFORE = "0" * 64


class Outliving(models.ForeignKey[Any, Any]):
    """A foreign key to something that may be gone: no constraint, and its deletion does nothing here."""

    def __init__(self, to: Any, **kwargs: Any) -> None:
        settled = {"on_delete": models.DO_NOTHING, "db_constraint": False, "null": True, "related_name": "+"}
        super().__init__(to, **(kwargs | settled))

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.ForeignKey", args, kwargs


class Head(models.Model):
    """The end of an organization's chain; locking its row is what gives writers their one order."""

    organization = models.OneToOneField(
        "accounts.Organization", on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+"
    )
    position = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, default=NOTHING_BEFORE)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=Q(organization=None), name="one_head_for_the_server"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organization_id or 'server'}@{self.position}"


class Entry(models.Model):
    """One thing that happened: who, through which face, what, to what, in which channel."""

    organization = Outliving("accounts.Organization", db_index=False)
    position = models.PositiveBigIntegerField(_("position"))
    actor = Outliving("accounts.Member", db_index=False, verbose_name=_("actor"))
    user = Outliving("accounts.User", db_index=False, verbose_name=_("account"))
    subject = Outliving("accounts.Member", db_index=False, verbose_name=_("about"))
    via = models.CharField(_("via"), max_length=16)
    client = models.CharField(_("client"), max_length=80, blank=True)
    action = models.CharField(_("action"), max_length=64)
    entity_type = models.CharField(_("kind of thing"), max_length=32)
    entity_id = models.BigIntegerField(_("thing"), null=True)
    channel = Outliving("chat.Channel", db_index=False, verbose_name=_("channel"))
    request_id = models.CharField(_("request"), max_length=36, blank=True)
    created_at = models.DateTimeField(_("at"))
    values_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural = _("entries")
        constraints = [
            models.UniqueConstraint(fields=["organization", "position"], name="one_entry_a_position"),
            models.UniqueConstraint(
                fields=["position"], condition=Q(organization=None), name="one_server_entry_a_position"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.action}"


class Value(models.Model):
    """What an entry is about in detail: old and new, the actor's name and address then. It can be erased."""

    entry = models.OneToOneField(
        Entry, on_delete=models.DO_NOTHING, db_constraint=False, primary_key=True, related_name="value"
    )
    salt = models.CharField(max_length=32)
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    actor_name = models.CharField(max_length=254, blank=True)
    address = models.CharField(max_length=45, blank=True)

    def __str__(self) -> str:
        return f"value of {self.entry_id}"
