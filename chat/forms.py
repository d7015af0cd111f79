"""Chat's forms: what a browser may send, before an action looks at what it means."""

from django import forms
from django.utils.translation import gettext_lazy as _

from chat.models import Channel, Kind


class MessageForm(forms.Form):
    """A composer's. The action says what is wrong with a text, so that nothing typed is ever cut."""

    body = forms.CharField(required=False, strip=False, widget=forms.Textarea)
    client_id = forms.CharField(required=False, max_length=64)
    thread = forms.IntegerField(required=False)
    also_in_channel = forms.BooleanField(required=False)
    member = forms.IntegerField(required=False)  # who wrote it, where a script sends it later
    draft = forms.CharField(required=False, max_length=200)  # revisions of the draft that is sent


class ChannelForm(forms.ModelForm[Channel]):
    """A channel's name, topic and description; its kind when it's new."""

    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("Letters, digits, hyphens and underscores, such as design-team."),
    )
    topic = forms.CharField(label=_("Topic"), required=False, max_length=250)
    description = forms.CharField(
        label=_("Description"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    kind = forms.ChoiceField(
        label=_("Who can see it"),
        choices=[
            (Kind.PUBLIC, _("Public: everyone in the organization but guests can find and join it")),
            (Kind.PRIVATE, _("Private: only those who are added can see it")),
        ],
        widget=forms.RadioSelect,
        initial=Kind.PUBLIC,
    )
    is_default = forms.BooleanField(
        label=_("New members come in here"),
        required=False,
        help_text=_("Everyone who joins the organization, except guests, is added to this channel."),
    )

    class Meta:
        model = Channel
        fields = ("name", "topic", "description", "kind", "is_default")

    def _post_clean(self) -> None:
        """What the values mean is the action's to judge; the model isn't touched here."""


class PeopleForm(forms.Form):
    """Some people, chosen from those the asking member may see."""

    people = forms.TypedMultipleChoiceField(
        label=_("People"), coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: object, choices: list[tuple[int, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["people"]
        assert isinstance(field, forms.TypedMultipleChoiceField)  # noqa: S101 - declared above
        field.choices = choices
        field.error_messages = {
            "required": _("Choose someone."),
            "invalid_choice": _("Someone you chose isn't here any more. Choose again."),
        }


class DeleteForm(forms.Form):
    typed_name = forms.CharField(label=_("The channel's name"))
