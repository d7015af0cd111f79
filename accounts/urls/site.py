"""Outside of organizations: the landing, the ways in. `unnamed` ones stand in no namespace."""

from django.urls import path

from accounts.views import domains, joining, landing, organizations, pictures, setup

unnamed = [
    path("", landing.landing, name="landing"),
    path("setup/", setup.set_up, name="setup"),
]
urlpatterns = [
    path("organizations/", landing.organizations, name="organizations"),
    path("organizations/new/", organizations.create, name="create_organization"),
    path("organizations/<slug:slug>/join/", domains.join, name="join_by_domain"),
    path("invitation/<str:token>/", joining.invitation, name="invitation"),
    path("pictures/<int:person_id>/<slug:digest>.webp", pictures.picture, name="picture"),
    path("join/<slug:slug>/<str:secret>/", joining.join, name="join"),
]
