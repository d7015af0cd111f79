"""What the layers above may hang on accounts. Signals' receivers run inside the action's transaction."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.dispatch import Signal
from django.http import HttpRequest

from accounts.models import Member

organization_created = Signal()  # log, caller, organization, owner
member_joined = Signal()  # log, caller, member: also when reactivated

# What the page around the content shows of the organization, as context for shell.html.
shell_context: list[Callable[[Member, HttpRequest], dict[str, Any]]] = []

# Called before anything is read for a whole page of a member's.
page_begins: list[Callable[[Member, HttpRequest], None]] = []

# The ids of the members whom a guest knows, as a query; whoever none of these names isn't there for a guest.
known_to_guest: list[Callable[[Member], QuerySet[Any, Any]]] = []
