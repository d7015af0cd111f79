"""What people do in a series: real actions by the cast, in whatever channels they see.

A step is a kind and three small numbers, which choose who, what and how among what there is at that moment; so any
series can be played, shrunk and written down. What the actions refuse is part of life: nothing happens then.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from accounts.actions import (
    change_role,
    deactivate_member,
    leave_organization,
    reactivate_member,
    update_organization,
    update_profile,
)
from accounts.errors import Invalid, NotThere, Refused
from accounts.models import Member, Role
from chat import access, actions
from chat.models import Channel, Message
from tests.cast import caller_of, member

CAST = ("anna", "ben", "chloe", "gus", "zoe")
IN_ACME = CAST[:4]
ELSEWHERE = "said in Globex alone"  # in everything that Zoe writes
BODIES = (
    "Plain words", "*Some* `code`\n\n> and a quote", "@{other} look", "@channel all of you", "@here quick",
    "a line\nand another", "```python\nprint(1)\n```", "🎉",
)  # fmt: skip


class Step(NamedTuple):
    kind: str
    who: int = 0
    what: int = 0
    how: int = 0


class World:
    """The organizations, and how people act in them."""

    def __init__(self) -> None:
        self.names = {name: member(name).pk for name in CAST}
        self.number = 0

    def person(self, number: int) -> Member:
        name = CAST[number % len(CAST)]
        return Member.objects.select_related("organization", "user").get(pk=self.names[name])

    def other(self, person: Member, number: int) -> Member:
        """Someone else of the same organization, who may have left it."""
        others = Member.objects.filter(organization=person.organization).exclude(pk=person.pk).order_by("pk")
        found = list(others) or [person]
        return found[number % len(found)]

    def channel(self, person: Member, number: int) -> Channel | None:
        seen = list(access.channels(person).order_by("pk"))
        return seen[number % len(seen)] if seen else None

    def message(self, person: Member, number: int) -> Message | None:
        """One of the newest messages that they see; the newest for 0."""
        seen = Message.objects.filter(channel__in=[channel.pk for channel in access.channels(person)])
        found = list(seen.select_related("channel", "author").order_by("-pk")[:12])
        return found[number % len(found)] if found else None

    def body(self, person: Member, how: int) -> str:
        self.number += 1
        body = BODIES[how % len(BODIES)].replace("{other}", self.other(person, how).display_name)
        said = ELSEWHERE if person.organization.slug != "acme" else f"number {self.number}"
        return f"{body}\n\n{said}" if body != "🎉" else body

    def do(self, step: Step) -> None:
        """Somebody does something, if they may."""
        person = self.person(step.who)
        with suppress(Refused, Invalid, NotThere):
            DOING[step.kind](self, person, step.what, step.how)


def post(world: World, person: Member, what: int, how: int) -> None:
    if channel := world.channel(person, what):
        actions.post_message(caller_of(person), channel, body=world.body(person, how))


def reply(world: World, person: Member, what: int, how: int) -> None:
    if message := world.message(person, what):
        root = access.thread(person, message.root_id)
        actions.post_message(
            caller_of(person),
            root.channel,
            body=world.body(person, how // 2),
            thread=root,
            also_in_channel=how % 2 == 1,
        )


def edit(world: World, person: Member, what: int, how: int) -> None:
    if message := world.message(person, what):
        # Only the author may; so it's they who do.
        actions.edit_message(caller_of(world_member(message)), message, body=world.body(person, how))


def delete(world: World, person: Member, what: int, _how: int) -> None:
    if message := world.message(person, what):
        actions.delete_message(caller_of(person if person.rank else world_member(message)), message)


def world_member(message: Message) -> Member:
    return Member.objects.select_related("organization", "user").get(pk=message.author_id)


def mark_read(world: World, person: Member, what: int, how: int) -> None:
    if channel := world.channel(person, what):
        newest = channel.messages.order_by("-pk")[how % 3 :].first()
        actions.mark_read(caller_of(person), channel, message_id=newest.pk if newest else 0)


def create_channel(world: World, person: Member, what: int, how: int) -> None:
    world.number += 1
    kind = "private" if how % 2 else "public"
    actions.create_channel(
        caller_of(person), name=f"new-{world.number}", kind=kind, topic="About it" if what % 2 else ""
    )


def update_channel(world: World, person: Member, what: int, how: int) -> None:
    world.number += 1
    given = [
        {"name": f"renamed-{world.number}"},
        {"topic": f"topic {world.number}"},
        {"description": f"text {world.number}"},
    ]
    if channel := world.channel(person, what):
        actions.update_channel(caller_of(person), channel, **given[how % 3])  # type: ignore[arg-type]


def archive_channel(world: World, person: Member, what: int, how: int) -> None:
    if channel := world.channel(person, what):
        act = actions.unarchive_channel if channel.is_archived else actions.archive_channel
        act(caller_of(person), channel)


def delete_channel(world: World, person: Member, what: int, _how: int) -> None:
    if (channel := world.channel(person, what)) and channel.name:
        actions.delete_channel(caller_of(person), channel, typed_name=channel.name)


def join(world: World, person: Member, what: int, _how: int) -> None:
    if channel := world.channel(person, what):
        actions.join_channel(caller_of(person), channel)


def leave(world: World, person: Member, what: int, _how: int) -> None:
    if channel := world.channel(person, what):
        actions.leave_channel(caller_of(person), channel)


def add(world: World, person: Member, what: int, how: int) -> None:
    if channel := world.channel(person, what):
        actions.add_members(caller_of(person), channel, [world.other(person, how)])


def remove(world: World, person: Member, what: int, how: int) -> None:
    if channel := world.channel(person, what):
        actions.remove_member(caller_of(person), channel, world.other(person, how))


def open_direct(world: World, person: Member, what: int, how: int) -> None:
    actions.open_direct(caller_of(person), {world.other(person, what), world.other(person, how)})


def rename_member(world: World, person: Member, _what: int, how: int) -> None:
    world.number += 1
    if how % 3:
        update_profile(
            caller_of(person), person, display_name=f"{person.display_name.split()[0]} Neu{world.number}"
        )
    else:
        update_profile(caller_of(person), person, title=f"Title {world.number}")


def give_role(world: World, person: Member, what: int, how: int) -> None:
    change_role(caller_of(person), world.other(person, what), role=Role.values[how % len(Role.values)])


def deactivate(world: World, person: Member, what: int, _how: int) -> None:
    deactivate_member(caller_of(person), world.other(person, what))


def reactivate(world: World, person: Member, what: int, _how: int) -> None:
    reactivate_member(caller_of(person), world.other(person, what))


def leave_altogether(_world: World, person: Member, _what: int, _how: int) -> None:
    leave_organization(caller_of(person))


def rename_organization(world: World, person: Member, _what: int, _how: int) -> None:
    world.number += 1
    update_organization(
        caller_of(person), person.organization, name=f"{person.organization.slug} {world.number}"
    )


DOING: dict[str, Callable[[World, Member, int, int], None]] = {
    "post": post, "reply": reply, "edit": edit, "delete": delete, "mark_read": mark_read,
    "create_channel": create_channel, "update_channel": update_channel, "archive_channel": archive_channel,
    "delete_channel": delete_channel, "join": join, "leave": leave, "add": add, "remove": remove,
    "open_direct": open_direct, "rename_member": rename_member, "give_role": give_role, "deactivate": deactivate,
    "reactivate": reactivate, "leave_altogether": leave_altogether, "rename_organization": rename_organization,
}  # fmt: skip
