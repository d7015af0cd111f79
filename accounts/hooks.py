"""What the layers above may hang on accounts' actions. Receivers run inside the action's transaction."""

from django.dispatch import Signal

organization_created = Signal()  # log, caller, organization, owner
member_joined = Signal()  # log, caller, member: also when reactivated
