"""The small parts of every page: icons, avatars, the stylesheet's address."""

import re
from functools import lru_cache
from typing import Protocol

from django import template
from django.forms import BaseForm
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from lucide.templatetags.lucide import lucide

from accounts.models import Member
from accounts.presence import presence
from workchat_site.script import ACCOUNT_SCRIPT, SCRIPT
from workchat_site.stylesheet import STYLESHEET

register = template.Library()
HUES = 12
OPENING_TAG = re.compile(r"<svg[^>]*>")


class Person(Protocol):
    """What an avatar needs to know of a member."""

    id: int
    initials: str
    picture_url: str


@register.simple_tag
@lru_cache(maxsize=1024)
def icon(name: str, label: str = "", *, size: int = 18) -> SafeString:
    """Lucide's icon as inline SVG, `size` pixels wide: decoration, or an image if it has a label."""
    role = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    # The stroke's look is the stylesheet's: a page may hold a hundred icons.
    opening = format_html(
        '<svg class="icon" width="{}" height="{}" viewBox="0 0 24 24" {}>', size, size, role
    )
    return mark_safe(opening + shapes(name + ""))  # noqa: S308 - a package's own drawing


@register.simple_tag
def avatar(member: Person, size: str = "") -> SafeString:
    """The member's initials on the hue of their id, their picture over them; `size` is empty, `small` or `large`."""
    return format_html(
        '<span class="avatar{} hue-{}" aria-hidden="true" data-initials-of="{}">{}{}</span>',
        f" {size}" if size else "",
        member.id % HUES,
        member.id,
        member.initials,
        format_html('<img src="{}" alt="" loading="lazy">', member.picture_url) if member.picture_url else "",
    )


@register.simple_tag
def present(member_id: int, word: str) -> SafeString:
    """A dot that says by shape, colour and word whether someone is here; the live stream keeps it up."""
    return format_html(
        '<span class="presence" data-presence-of="{}" data-state="{}"><span class="visually-hidden">{}</span></span>',
        member_id,
        word,
        {"active": _("active"), "away": _("away")}.get(word, ""),
    )


@register.simple_tag
def presence_of(member: Member) -> SafeString:
    """The same, of a member as they are now."""
    return present(member.pk, presence.word(member.organization_id, member.pk))


@register.simple_tag
def stylesheet() -> str:
    """The address of the one stylesheet."""
    return STYLESHEET.url()


@register.simple_tag
def script() -> str:
    """The address of the one script."""
    return SCRIPT.url()


@register.simple_tag
def account_script() -> str:
    """The address of the account pages' script."""
    return ACCOUNT_SCRIPT.url()


@register.filter
def theme(cookie: str) -> str:
    """The theme that a browser's cookie names: system, light or dark."""
    return cookie if cookie in {"light", "dark"} else "system"


@register.filter
def hue(number: int) -> str:
    """The hue's class for any id."""
    return f"hue-{number % HUES}"


@register.filter
def without_placeholders(form: BaseForm) -> BaseForm:
    """The form, whose labels say it already."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
    return form


@lru_cache(maxsize=256)
def shapes(name: str) -> str:
    return OPENING_TAG.sub("", str(lucide(name)).replace("\n", ""), count=1)
