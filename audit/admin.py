"""The log for operators: read-only, the newest first. Texts aren't in it, so none are shown."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from audit.models import Entry, Value


@admin.register(Entry)
class EntryAdmin(admin.ModelAdmin[Entry]):
    list_display = ("created_at", "organization", "position", "action", "who", "via", "client")
    list_per_page = 100
    ordering = ("-id",)
    search_fields = ("^action", "=request_id", "=organization__slug")
    search_help_text = _("The beginning of an action, a request's id, or an organization's address")
    show_full_result_count = False
    fields = (
        "created_at", "organization", "position", "action", "who", "user", "via", "client",
        "from_address", "entity_type", "entity_id", "subject", "channel", "old", "new", "request_id",
        "values_digest", "digest",
    )  # fmt: skip
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        named = ("organization", "actor", "user", "subject", "channel", "value")
        return super().get_queryset(request).select_related(*named)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        return False

    @admin.display(description=_("actor"))
    def who(self, entry: Entry) -> str:
        return said(entry, "actor_name")

    @admin.display(description=_("address"))
    def from_address(self, entry: Entry) -> str:
        return said(entry, "address")

    @admin.display(description=_("before"))
    def old(self, entry: Entry) -> str:
        return said(entry, "old")

    @admin.display(description=_("after"))
    def new(self, entry: Entry) -> str:
        return said(entry, "new")


def said(entry: Entry, name: str) -> str:
    """One part of an entry's value as text; empty once it's erased."""
    try:
        part: Any = getattr(entry.value, name)
    except Value.DoesNotExist:
        return str(_("erased"))
    if part is None or isinstance(part, str):
        return part or ""
    return json.dumps(part, ensure_ascii=False, sort_keys=True)
