"""Channels for operators: to be seen, not read. What was said in them isn't shown, and changes are their people's."""

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from chat.models import Channel


@admin.register(Channel)
class ChannelAdmin(admin.ModelAdmin[Channel]):
    list_display = ("__str__", "organization", "kind", "people_count", "created_at", "archived_at")
    list_filter = ("kind", ("archived_at", admin.EmptyFieldListFilter))
    list_per_page = 100
    list_select_related = ("organization",)
    ordering = ("organization", "name_folded", "id")
    search_fields = ("name", "=organization__slug")
    search_help_text = _("A part of the channel's name, or an organization's address")
    fields = (
        "organization",
        "kind",
        "name",
        "topic",
        "description",
        "is_default",
        "created_by",
        "created_at",
        "archived_at",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Channel]:
        people = Count("memberships", filter=Q(memberships__member__state="active"))
        return super().get_queryset(request).annotate(people_count=people)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Channel | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Channel | None = None) -> bool:
        return False

    @admin.display(description=_("members"))
    def people_count(self, channel: Channel) -> int:
        return int(getattr(channel, "people_count", 0))
