"""Inside an organization, under /o/<slug>/: people and settings."""

from django.urls import path

from accounts.views import domains, invitations, organizations, people, pictures, profile, roles

urlpatterns = [
    path("people/", people.people, name="people"),
    path("people/<int:person_id>/", people.person, name="person"),
    path("people/<int:person_id>/role/", roles.change_role, name="change_role"),
    path("people/<int:person_id>/deactivate/", roles.deactivate, name="deactivate"),
    path("people/<int:person_id>/reactivate/", roles.reactivate, name="reactivate"),
    path("people/<int:person_id>/picture/remove/", pictures.remove, name="remove_picture"),
    path("settings/", organizations.settings, name="organization"),
    path("settings/two-factor/", organizations.two_factor, name="two_factor"),
    path("settings/invitations/", invitations.invitations, name="invitations"),
    path("settings/invitations/<int:invitation_id>/revoke/", invitations.revoke, name="invitation_revoke"),
    path("settings/join-link/", invitations.join_link, name="join_link"),
    path("settings/domains/", domains.add, name="add_domain"),
    path("settings/domains/<int:domain_id>/remove/", domains.remove, name="remove_domain"),
    path("settings/profile/", profile.profile, name="profile"),
    path("settings/profile/picture/", profile.picture, name="set_picture"),
    path("settings/leave/", profile.leave, name="leave"),
]
