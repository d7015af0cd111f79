"""An invitation that isn't mailed: its link is for the inviter to hand on."""

from collections.abc import Callable

from django.core import mail

from accounts.access import open_invitation
from accounts.actions import invite_member
from accounts.caller import Caller
from accounts.models import Member
from audit.models import Entry


def test_nothing_is_sent_and_the_link_works(anna: Member, caller: Callable[[Member], Caller]) -> None:
    invitation = invite_member(caller(anna), email="Ida@acme.example", role="member", base_url=None)
    assert mail.outbox == []
    assert open_invitation(invitation.token) == invitation
    assert Entry.objects.filter(action="invitation.create", entity_id=invitation.pk).count() == 1
