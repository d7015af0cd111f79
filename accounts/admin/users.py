"""Accounts: made by an operator who vouches for the address, let in or shut out, made operators."""

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib import admin, messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.actions import create_user, update_user
from accounts.actions.users import remove_second_factors, set_new_password
from accounts.admin.base import OperatorAdmin
from accounts.caller import Caller
from accounts.errors import Invalid
from accounts.models import Member, User
from accounts.web import caller_of


class NewUserForm(forms.ModelForm[User]):
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Have them change it. Their address counts as confirmed."),
    )

    class Meta:
        model = User
        fields = ("email", "is_superuser")

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        try:
            set_new_password(User(email=self.cleaned_data.get("email", "")), password)
        except Invalid as error:
            raise forms.ValidationError(str(error.message)) from error
        return password


class UserAdmin(OperatorAdmin[User]):
    list_display = ("email", "is_active", "is_superuser", "organizations", "created_at", "last_login")
    list_filter = ("is_active", "is_superuser")
    search_fields = ("email", "emailaddress__email", "members__display_name")
    fields = ("email", "is_active", "is_superuser", "organizations", "created_at", "last_login")
    readonly_fields = ("email", "organizations", "created_at", "last_login")
    actions = ("remove_second_factors",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        members = Prefetch("members", Member.objects.select_related("organization"))
        return super().get_queryset(request).prefetch_related(members)

    @admin.display(description=_("Organizations"))
    def organizations(self, user: User) -> str:
        return ", ".join(f"{member.organization.name} ({member.role})" for member in user.members.all())

    @admin.action(description=_("Take second factors off (their person has lost them)"))
    def remove_second_factors(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Each is told by mail: they should know, above all if they didn't ask."""
        for user in queryset:
            if remove_second_factors(caller_of(request, via="admin"), user):
                get_adapter().send_notification_mail("mfa/email/factors_removed", user)
                self.message_user(request, _("%(user)s: second factors taken off.") % {"user": user})
            else:
                self.message_user(request, _("%(user)s has none.") % {"user": user}, messages.WARNING)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return True

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm[User]]:
        return super().get_form(request, obj, change, **kwargs) if obj else NewUserForm

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        return super().get_fields(request, obj) if obj else ("email", "password", "is_superuser")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        return super().get_readonly_fields(request, obj) if obj else ()

    def add(self, caller: Caller, values: dict[str, Any]) -> User:
        return create_user(
            caller, email=values["email"], password=values["password"], operator=values["is_superuser"]
        )

    def change(self, caller: Caller, thing: User, values: dict[str, Any]) -> None:
        update_user(caller, thing, is_active=values["is_active"], operator=values["is_superuser"])
