"""The directory of channels, and who is in one."""

from django.db.models import Case, Count, Q, QuerySet, When

from accounts.models import Member
from accounts.validation import one_line
from chat import access
from chat.models import Channel, Kind, Membership


def directory(member: Member, *, search: str = "", archived: bool = False) -> list[Channel]:
    """The named channels that `member` may see, by name, each with `people`, the number of its active members."""
    found = access.channels(member).exclude(kind=Kind.DIRECT).filter(archived_at__isnull=not archived)
    if search := one_line(search).removeprefix("#").casefold():
        found = found.filter(
            Q(name_folded__contains=search) | Q(topic__icontains=search) | Q(description__icontains=search)
        )
    ids = found.values("pk")
    counted = Membership.objects.filter(channel__in=ids, member__state="active").values("channel")
    counts = dict(counted.annotate(people=Count("pk")).values_list("channel", "people"))
    channels = list(found.order_by("name_folded"))
    for channel in channels:
        channel.people = counts.get(channel.pk, 0)
    return channels


def members_of(channel: Channel) -> QuerySet[Member]:
    """The members of a channel that access gave, active ones first, by name."""
    inside = Member.objects.filter(memberships__channel=channel)
    return inside.order_by("state", "name_folded", "id")


def entry_channel(member: Member, *, last: int | None) -> int | None:
    """The id of the channel to show first: `last` when `member` is still in it, else the oldest that everyone comes
    into, else any; None when they're in none that is open.
    """
    mine = Channel.objects.filter(memberships__member=member.pk, archived_at=None)
    first_of_all = Case(When(pk=last or 0, then=0), When(is_default=True, then=1), default=2)
    return mine.order_by(first_of_all, "id").values_list("pk", flat=True).first()


def direct_with(member: Member, other_id: int) -> int | None:
    """The id of the direct channel of `member` and one other; None when there is none yet."""
    key = ",".join(map(str, sorted((member.pk, other_id))))
    return access.channels(member).filter(members_key=key).values_list("id", flat=True).first()
