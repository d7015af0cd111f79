"""How the admin changes anything: by an action, as the operator who is signed in."""

from typing import Any, Generic, TypeVar

from django.contrib import admin, messages
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from accounts.caller import Caller
from accounts.errors import ActionError
from accounts.web import caller_of
from audit.turns import turn

M = TypeVar("M", bound=models.Model)


class OperatorAdmin(admin.ModelAdmin[M], Generic[M]):
    """A model's admin. Subclasses say what `add` and `change` are, and allow the one or the other."""

    show_full_result_count = False
    list_per_page = 50

    def add(self, caller: Caller, values: dict[str, Any]) -> M:
        """Make a new one by an action."""
        raise NotImplementedError

    def change(self, caller: Caller, thing: M, values: dict[str, Any]) -> None:
        """Change `thing` by actions."""
        raise NotImplementedError

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        try:
            # Django opens a transaction around the form; none may be opened before it's this thread's turn.
            with turn():
                return super().changeform_view(request, object_id, form_url, extra_context)
        except ActionError as error:
            self.message_user(request, str(error.message), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: M, form: ModelForm[M], change: bool) -> None:
        caller = caller_of(request, via="admin")
        if change:
            self.change(caller, obj, form.cleaned_data)
        else:
            made = self.add(caller, form.cleaned_data)
            obj.__dict__.update(made.__dict__)
