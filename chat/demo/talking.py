"""How the demo's messages come to be: posted, edited and deleted in the order in which it all was."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import Member
from chat.actions import archive_channel, delete_message, edit_message, post_message
from chat.demo.arriving import caller_of
from chat.demo.transcript import Said, Transcript, When
from chat.demo.working_days import WorkingDays
from chat.models import Channel, Message

Conversation = tuple[Channel, Transcript]


@dataclass
class Posted:
    said: Said
    message: Message


@dataclass(frozen=True)
class _Event:
    """Posting what was said; with a `text` editing it to that; or else deleting it."""

    when: When
    said: Said
    channel: Channel
    text: str | None = None
    deletes: bool = False


def talk(
    conversations: Sequence[Conversation], members: dict[str, Member], days: WorkingDays
) -> list[Posted]:
    """Let everyone say what they said; returns the messages in their order."""
    posted: dict[int, Posted] = {}
    for event in sorted(_events(conversations), key=lambda event: event.when.order):
        said, caller = event.said, caller_of(members[event.said.author])
        if event.deletes:
            delete_message(caller, posted[id(said)].message)
        elif event.text is not None:
            edit_message(caller, posted[id(said)].message, body=days.named(event.text))
        else:
            root = posted[id(said.thread)].message if said.thread else None
            message = post_message(
                caller,
                event.channel,
                body=days.named(said.text),
                thread=root,
                also_in_channel=said.also_in_channel,
            )
            posted[id(said)] = Posted(said, message)
    return list(posted.values())


def archive(conversations: Sequence[Conversation], members: dict[str, Member]) -> None:
    """Archive the channels that have had their time."""
    for channel, transcript in conversations:
        if "archived" in transcript.about:
            archive_channel(caller_of(members[transcript.about["archived"].split()[-1]]), channel)


def _events(conversations: Sequence[Conversation]) -> list[_Event]:
    events = []
    for channel, transcript in conversations:
        for said in transcript.said:
            events.append(_Event(said.when, said, channel))
            events += [_Event(at, said, channel, text=text) for at, text in said.edits]
            if said.deleted:
                events.append(_Event(said.deleted, said, channel, deletes=True))
    return events
