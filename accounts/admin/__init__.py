"""The operator's admin, for superusers: every change is one of our actions, and signing in is ours too.

What other packages register here writes past the log, or shows mails and the links in them: it's taken out.
"""

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from accounts.admin.invitations import InvitationAdmin
from accounts.admin.members import MemberAdmin
from accounts.admin.organizations import OrganizationAdmin
from accounts.admin.users import UserAdmin
from accounts.models import Invitation, Member, Organization, User


def to_own_password_page(_request: HttpRequest, _extra_context: object = None) -> HttpResponseRedirect:
    """The admin's page for a new password would not record it; ours does."""
    return redirect("account_change_password")


for foreign in (
    Authenticator, DBTaskResult, EmailAddress, Group, SocialAccount, SocialApp, SocialToken, UserSession,
):  # fmt: skip
    if admin.site.is_registered(foreign):
        admin.site.unregister(foreign)

admin.site.site_title = admin.site.site_header = _("WorkChat for operators")
admin.site.index_title = _("This server")
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.password_change = to_own_password_page  # type: ignore[method-assign,assignment]
admin.site.register(Organization, OrganizationAdmin)
admin.site.register(User, UserAdmin)
admin.site.register(Member, MemberAdmin)
admin.site.register(Invitation, InvitationAdmin)
