"""What people type. Forms only parse: whether it will do is for the action to say."""

from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import Member, Role
from accounts.timezones import timezones


class LongSelect(forms.Select):
    """A select that writes its hundreds of options at once, where Django's renders a template for each."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((choice, " selected" if choice == value else "", label) for choice, label in self.choices),
        )
        return format_html(
            '<select name="{}"{}>{}</select>', name, flatatt(self.build_attrs(self.attrs, attrs)), options
        )


class DisplayNameForm(forms.Form):
    display_name = forms.CharField(
        label=_("Your name"),
        max_length=80,
        help_text=_("As others here see it and mention you by it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class NewOrganizationForm(DisplayNameForm):
    name = forms.CharField(
        label=_("Name of the organization"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    slug = forms.CharField(
        label=_("Address"),
        max_length=40,
        required=False,
        help_text=_(
            "Its place in links, such as “acme”. It can't be changed later. Leave it empty to use the name."
        ),
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    field_order = ["name", "slug", "display_name"]


class SetUpForm(DisplayNameForm):
    code = forms.CharField(
        label=_("Set-up code"),
        max_length=40,
        help_text=_("The server printed it when it started."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "code-input", "spellcheck": "false"}),
    )
    name = forms.CharField(
        label=_("Name of your organization"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    email = forms.EmailField(label=_("Email"), widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=_("At least 10 characters."),
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"}),
    )
    field_order = ["code", "name", "display_name", "email", "password"]


class OrganizationForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)


class RoleForm(forms.Form):
    """Offers the roles that `giver` may give; the action has the last word."""

    role = forms.ChoiceField(label=_("Role"), initial=Role.MEMBER)

    def __init__(self, *args: Any, giver: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)  # noqa: S101 - declared above
        role.choices = [(given.value, given.label) for given in Role if given.rank <= giver.rank]


class InvitationForm(RoleForm):
    email = forms.EmailField(
        label=_("Email"), widget=forms.EmailInput(attrs={"autocomplete": "off", "autocapitalize": "none"})
    )
    field_order = ["email", "role"]


class DomainForm(forms.Form):
    name = forms.CharField(
        label=_("Domain"),
        max_length=260,
        help_text=_("The part of the address after the @, such as acme.example."),
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}
        ),
    )


class PictureForm(forms.Form):
    picture = forms.FileField(
        label=_("Picture"),
        allow_empty_file=True,  # which is no picture, and the action says so
        help_text=_("JPEG, PNG, WebP or GIF, up to 10 MB. The middle of it is shown, as a square."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
    )


class ProfileForm(forms.Form):
    display_name = forms.CharField(
        label=_("Display name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    title = forms.CharField(
        label=_("Title"),
        max_length=80,
        required=False,
        help_text=_("What you do here, such as “Design lead”."),
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    timezone = forms.ChoiceField(label=_("Time zone"), widget=LongSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = self.fields["timezone"]
        assert isinstance(zone, forms.ChoiceField)  # noqa: S101 - declared above
        zone.choices = [(name, name.replace("_", " ")) for name in timezones()]
