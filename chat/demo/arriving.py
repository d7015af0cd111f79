"""How the demo's people and channels come to be."""

from django.conf import settings

from accounts.actions import (
    accept_invitation,
    add_bot,
    create_organization,
    hide_first_steps,
    invite_member,
    update_profile,
    update_user,
)
from accounts.actions.users import confirm_address_of, sign_up
from accounts.caller import Caller, command
from accounts.models import Member, Role, User
from chat.actions import add_members, create_channel, open_direct, update_channel
from chat.demo.people import Company, Person
from chat.demo.transcript import Transcript
from chat.demo.working_days import WorkingDays
from chat.models import Channel, Kind

DEMO = command("demo")


def caller_of(member: Member) -> Caller:
    """The caller that the demo makes of a member."""
    return Caller(member, member.user, member.display_name, DEMO.via, DEMO.client)


def found(company: Company, *, password: str) -> dict[str, Member]:
    """The organization with everyone in it; returns its members by their keys. `password` is a hash."""
    founder, *others = company.people
    user = _user(founder, password)
    with_rights = user.is_superuser or settings.ORGANIZATION_CREATION == "anyone"
    if not with_rights:
        update_user(DEMO, user, is_active=True, operator=True)
    owner = create_organization(
        _caller_for(user), name=company.name, slug=company.slug, owner_name=founder.name
    )
    if not with_rights:
        update_user(DEMO, user, is_active=True, operator=False)
    members = {founder.key: _described(owner, founder)}
    for person in others:
        invitation = invite_member(caller_of(owner), email=person.email, role=person.role, base_url=None)
        member = accept_invitation(_caller_for(_user(person, password)), invitation, name=person.name)
        members[person.key] = _described(member, person)
    if company.bot:
        key, name = company.bot
        members[key] = add_bot(DEMO, owner.organization, name=name)
    hide_first_steps(caller_of(owner))
    if company.invited:
        invite_member(caller_of(owner), email=company.invited, role=Role.MEMBER, base_url=None)
    return members


def open_channel(transcript: Transcript, members: dict[str, Member], days: WorkingDays) -> Channel:
    """The channel of a transcript, with those in it who belong there."""
    about = transcript.about
    everyone = (key for key, member in members.items() if not member.is_guest)
    keys = everyone if about.get("people") == "everyone" else about.get("people", "").split()
    people = [members[key] for key in keys]
    if about.get("kind") == Kind.DIRECT:
        creator = members[about["created"]]
        return open_direct(caller_of(creator), people)
    topic, description = (days.named(about.get(key, "")) for key in ("topic", "description"))
    if "founder" in about:  # it has come with the organization
        founder = members[about["founder"]]
        channel = Channel.objects.get(organization=founder.organization_id, name=transcript.name)
        return update_channel(caller_of(founder), channel, topic=topic, description=description)
    creator = members[about["created"]]
    channel = create_channel(
        caller_of(creator),
        name=transcript.name,
        kind=about.get("kind", Kind.PUBLIC),
        topic=topic,
        description=description,
        is_default="default" in about,
    )
    if people:
        add_members(caller_of(creator), channel, people)
    return channel


def _user(person: Person, password: str) -> User:
    user = sign_up(DEMO, User(email=person.email, password=password), confirmed=True)
    confirm_address_of(user)
    if person.operator:
        update_user(DEMO, user, is_active=True, operator=True)
    return user


def _caller_for(user: User) -> Caller:
    return Caller(user=user, label=user.email, via=DEMO.via, client=DEMO.client)


def _described(member: Member, person: Person) -> Member:
    return update_profile(caller_of(member), member, title=person.title, timezone=person.timezone)
