"""Domains of e-mail addresses: what one is, and which belong to nobody in particular."""

from django.core.exceptions import ValidationError
from django.core.validators import DomainNameValidator
from django.utils.translation import gettext_lazy as _

from accounts.errors import Invalid

# Providers that give an address to whoever asks. The list can't be complete; that an admin needs an address at the
# domain themselves, and that those who join are on record, stands behind it.
ANYONES = frozenset({
    "aol.com", "arcor.de", "bluewin.ch", "duck.com", "fastmail.com", "free.fr", "freenet.de", "gmail.com",
    "gmx.at", "gmx.ch", "gmx.com", "gmx.de", "gmx.net", "googlemail.com", "hey.com", "hotmail.co.uk",
    "hotmail.com", "hotmail.de", "hotmail.fr", "hushmail.com", "icloud.com", "laposte.net", "libero.it",
    "live.com", "mac.com", "mail.com", "mail.ru", "mailbox.org", "me.com", "msn.com", "naver.com", "orange.fr",
    "outlook.com", "outlook.de", "pm.me", "posteo.de", "proton.me", "protonmail.com", "qq.com", "seznam.cz",
    "t-online.de", "tuta.com", "tutanota.com", "web.de", "wp.pl", "ya.ru", "yahoo.co.jp", "yahoo.co.uk",
    "yahoo.com", "yahoo.de", "yahoo.fr", "yandex.com", "yandex.ru", "zoho.com", "126.com", "163.com",
})  # fmt: skip


def domain_of(email: str) -> str:
    """The domain of an address, as `Domain.name` has it; empty when it has none."""
    _local, at, name = email.rpartition("@")
    try:
        return _plain(name) if at else ""
    except UnicodeError:
        return ""


def domain_name(text: str) -> str:
    """A domain's name in the form in which it's compared; `@acme.example` will do.

    Raises:
        Invalid: it's no domain, or a provider's with which anyone can have an address.
    """
    try:
        name = _plain(text.strip().rpartition("@")[2].rstrip("."))
        DomainNameValidator(accept_idna=False)(name)
    except (UnicodeError, ValidationError):
        raise Invalid(_("Write a domain such as acme.example."), field="name") from None
    if name in ANYONES:
        raise Invalid(_("Anyone can have an address at this domain. Invite people one by one."), field="name")
    return name


def _plain(name: str) -> str:
    return name.lower().encode("idna").decode("ascii") if name else ""
