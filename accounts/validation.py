"""Checking what people give, in one form for every face."""

import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.errors import Invalid
from accounts.models.member import Member

RESERVED_NAMES = {"channel", "here"}


def one_line(text: str) -> str:
    """Text in NFC, without control characters, with single spaces and none around."""
    normal = unicodedata.normalize("NFC", text)
    kept = "".join(
        " " if c.isspace() else c for c in normal if c.isspace() or unicodedata.category(c)[0] != "C"
    )
    return " ".join(kept.split())


def check(model: type[models.Model], **values: Any) -> None:
    """Check values against the fields of `model`.

    Raises:
        Invalid: the first that doesn't fit, naming its field.
    """
    for name, value in values.items():
        field = model._meta.get_field(name)
        assert isinstance(field, models.Field)  # noqa: S101 - names are ours
        try:
            field.clean(value, None)
        except ValidationError as error:
            raise Invalid(" ".join(error.messages), field=name) from error


def display_name(text: str) -> str:
    """A display name in its normal form.

    Raises:
        Invalid: empty, too long, not mentionable, or a word that has a meaning of its own.
    """
    name = one_line(text)
    if name.casefold() in RESERVED_NAMES:
        raise Invalid(
            _("This name has a meaning of its own in WorkChat. Choose another."), field="display_name"
        )
    check(Member, display_name=name)
    return name
