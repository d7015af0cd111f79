"""Invitations: seen, and taken back."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.actions import revoke_invitation
from accounts.admin.base import OperatorAdmin
from accounts.errors import ActionError
from accounts.models import Invitation
from accounts.web import caller_of


class InvitationAdmin(OperatorAdmin[Invitation]):
    list_display = ("email", "organization", "role", "invited_by", "created_at", "open")
    list_select_related = ("organization", "invited_by")
    search_fields = ("email", "organization__name", "=organization__slug")
    actions = ("revoke",)

    def has_change_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        return False

    @admin.display(description=_("Open"), boolean=True)
    def open(self, invitation: Invitation) -> bool:
        return invitation.is_open

    @admin.action(description=_("Take back the selected invitations"))
    def revoke(self, request: HttpRequest, invitations: QuerySet[Invitation]) -> None:
        caller = caller_of(request, via="admin")
        for invitation in invitations:
            try:
                revoke_invitation(caller, invitation)
            except ActionError as error:
                self.message_user(request, f"{invitation.email}: {error.message}", messages.ERROR)
