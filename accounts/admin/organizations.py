"""Organizations: renamed here; made on the page that makes the maker their owner."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.actions import update_organization
from accounts.admin.base import OperatorAdmin
from accounts.caller import Caller
from accounts.models import Organization, State


class OrganizationAdmin(OperatorAdmin[Organization]):
    list_display = ("name", "slug", "active_members", "has_join_link", "created_at")
    search_fields = ("name", "slug")
    fields = ("name", "slug", "active_members", "has_join_link", "created_at")
    readonly_fields = fields[1:]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organization]:
        active = Count("members", filter=Q(members__state=State.ACTIVE))
        return super().get_queryset(request).annotate(active_members=active)

    @admin.display(description=_("Active members"))
    def active_members(self, organization: Organization) -> int:
        return int(getattr(organization, "active_members", 0))

    @admin.display(description=_("Join link"), boolean=True)
    def has_join_link(self, organization: Organization) -> bool:
        return bool(organization.join_secret)

    def change(self, caller: Caller, thing: Organization, values: dict[str, Any]) -> None:
        update_organization(caller, thing, name=values["name"])
