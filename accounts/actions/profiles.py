"""One's own profile, and the picture in it."""

from hashlib import sha256

from django.utils.translation import gettext_lazy as _

from accounts import validation
from accounts.actions.members import acting, change_member, forget_kept_rows
from accounts.attempts import too_many
from accounts.caller import Caller
from accounts.errors import Invalid
from accounts.models import Member
from accounts.models.picture import Picture
from accounts.permissions import require, standing_to
from accounts.pictures import square
from accounts.timezones import timezones
from accounts.validation import check, one_line
from audit.recording import record

MOST_PICTURES = 10  # of a member in a minute: each is seconds of work, and has every row of theirs drawn anew


def update_profile(
    caller: Caller,
    member: Member,
    *,
    display_name: str | None = None,
    title: str | None = None,
    timezone: str | None = None,
) -> Member:
    """Change what is given of a member's own profile; returns the member as they are now.

    Raises:
        Refused: it's somebody else's.
        Invalid: a name, title or time zone that can't be.
    """
    given: dict[str, str] = {}
    if display_name is not None:
        given["display_name"] = validation.display_name(display_name)
    if title is not None:
        given["title"] = one_line(title)
        check(Member, title=given["title"])
    if timezone is not None:
        if timezone not in timezones():
            raise Invalid(_("There is no such time zone."), field="timezone")
        given["timezone"] = timezone
    with record(caller, member.organization_id) as log:
        actor = acting(caller, member)
        require(actor, "member.update", standing_to(actor, member))
        member.refresh_from_db()
        change_member(log, member, "member.update", **given)
        if "display_name" in given:
            forget_kept_rows(member.organization)
    return member


def set_picture(caller: Caller, member: Member, *, picture: bytes) -> Member:
    """Show a member by this picture, of which the middle is taken; returns the member.

    Raises:
        Refused: it's somebody else's profile.
        Invalid: it's no picture, or too large, or there were too many.
    """
    if too_many("picture", str(member.pk), limit=MOST_PICTURES, seconds=60):
        raise Invalid(_("You have changed your picture often. Try again in a minute."), field="picture")
    content = square(picture)
    digest = sha256(content).hexdigest()[:16]
    with record(caller, member.organization_id) as log:
        actor = acting(caller, member)
        require(actor, "member.update", standing_to(actor, member))
        member.refresh_from_db()
        Picture.objects.update_or_create(member=member, defaults={"digest": digest, "content": content})
        change_member(log, member, "member.update", picture=digest)
        forget_kept_rows(member.organization)
    return member


def remove_picture(caller: Caller, member: Member) -> Member:
    """Show a member by their initials again; returns the member.

    Raises:
        Refused: the member isn't the caller, nor below them.
    """
    with record(caller, member.organization_id) as log:
        actor = acting(caller, member)
        require(actor, "member.remove_picture", standing_to(actor, member))
        member.refresh_from_db()
        if member.picture:
            Picture.objects.filter(member=member).delete()
            change_member(log, member, "member.update", picture="")
            forget_kept_rows(member.organization)
    return member
