"""@here: it calls those who are here when it is posted, each by name, so that it counts for nobody else."""

from collections.abc import Iterable, Sequence

from accounts.presence import presence
from chat.markdown import Mentioned
from chat.models import Channel, Membership, Mention
from chat.models.mention import Reach

MOST = 1000  # called one by one; more of them are everyone


def called_here(
    channel: Channel, author_id: int, mentions: Sequence[Mentioned], *, before: Iterable[Mention] = ()
) -> list[Mentioned]:
    """The mentions of a text, with @here as the members it calls; as it is where nobody knows who is here.

    `before` are those whom the message called by @here when it was posted: an edit calls no others.
    """
    here = next((one for one in mentions if one.kind == Reach.HERE), None)
    if here is None:
        return list(mentions)
    others = [one for one in mentions if one.kind != Reach.HERE]
    if before := list(before):
        return others + [Mentioned(one.member_id, Reach.HERE, here.written) for one in before]
    present = presence.here(channel.organization_id)
    if present is None:
        return list(mentions)
    inside = Membership.objects.filter(channel=channel.pk, member__state="active").exclude(member=author_id)
    called = sorted(present.intersection(inside.values_list("member", flat=True)))
    if len(called) > MOST:
        return list(mentions)
    return others + [Mentioned(member_id, Reach.HERE, here.written) for member_id in called]
