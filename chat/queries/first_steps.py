"""What a new organization begins with, and how far it is."""

from typing import NamedTuple

from django.db.models import Exists, OuterRef

from accounts.access import has_second_factor
from accounts.models import Domain, Invitation, Member, Organization
from chat.models import Channel, Kind, Message

STEPS = 5


class FirstSteps(NamedTuple):
    """Each step, and whether it's done. Four queries."""

    picture: bool
    protected: bool
    invite: bool
    channel: bool
    message: bool
    first_channel: int | None  # where one may say hello

    @property
    def done(self) -> int:
        return sum((self.picture, self.protected, self.invite, self.channel, self.message))

    @property
    def total(self) -> int:
        return STEPS


def first_steps(member: Member) -> FirstSteps:
    """How far the member's organization is."""
    mine = {"organization": OuterRef("pk")}
    others = Member.objects.filter(**mine, user__isnull=False).exclude(pk=member.pk)
    here = Organization.objects.filter(pk=member.organization_id).annotate(
        others=Exists(others),
        invited=Exists(Invitation.objects.filter(**mine)),
        domain=Exists(Domain.objects.filter(**mine)),
        spoken=Exists(Message.objects.filter(**mine)),
    )
    found = here.values("others", "invited", "domain", "spoken", "join_secret").get()
    channels = Channel.objects.filter(organization=member.organization_id).exclude(kind=Kind.DIRECT)
    open_to_me = channels.filter(archived_at=None, memberships__member=member)
    return FirstSteps(
        picture=bool(member.picture),
        protected=member.user is not None and has_second_factor(member.user),
        invite=bool(found["others"] or found["invited"] or found["domain"] or found["join_secret"]),
        channel=channels.order_by()[1:2].exists(),
        message=found["spoken"],
        first_channel=open_to_me.order_by("id").values_list("pk", flat=True).first(),
    )
