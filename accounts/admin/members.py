"""Members: another role, shut out, let in again, as when an organization lost its last owner; and bots."""

from typing import Any

from django.http import HttpRequest

from accounts.actions import add_bot, change_role, deactivate_member, reactivate_member
from accounts.admin.base import OperatorAdmin
from accounts.caller import Caller
from accounts.models import Member, State


class MemberAdmin(OperatorAdmin[Member]):
    list_display = ("display_name", "organization", "user", "role", "kind", "state", "created_at")
    list_filter = ("role", "kind", "state")
    list_select_related = ("organization", "user")
    search_fields = ("display_name", "user__email", "organization__name", "=organization__slug")
    fields = ("display_name", "organization", "user", "role", "kind", "state", "title", "created_at")
    readonly_fields = ("display_name", "organization", "user", "kind", "title", "created_at")
    raw_id_fields = ("organization",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return True  # a bot; people come in by invitation

    def get_fields(self, request: HttpRequest, obj: Member | None = None) -> Any:
        return super().get_fields(request, obj) if obj else ("organization", "display_name")

    def get_readonly_fields(self, request: HttpRequest, obj: Member | None = None) -> Any:
        return super().get_readonly_fields(request, obj) if obj else ()

    def add(self, caller: Caller, values: dict[str, Any]) -> Member:
        return add_bot(caller, values["organization"], name=values["display_name"])

    def change(self, caller: Caller, thing: Member, values: dict[str, Any]) -> None:
        # The form has put its values on `thing`; each action reads it anew.
        role, state = values["role"], values["state"]
        thing.refresh_from_db()
        if role != thing.role:
            change_role(caller, thing, role=role)
        if state != thing.state:
            (reactivate_member if state == State.ACTIVE else deactivate_member)(caller, thing)
