"""Under /accounts/: signing in and out, and one's account. The names are those that allauth looks up."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from accounts.views import account, sessions, single_sign_on, two_factor

to_sign_in = RedirectView.as_view(pattern_name="account_login")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", account.account, name="account"),
    path("login/", account.SignIn.as_view(), name="account_login"),
    path("email/", account.addresses, name="account_email"),
    path("confirm-email/<str:key>/", account.ConfirmAddress.as_view(), name="account_confirm_email"),
    path("two-factor/", two_factor.overview, name="mfa_index"),
    path("two-factor/code/", two_factor.SecondStep.as_view(), name="mfa_authenticate"),
    path("two-factor/again/", two_factor.CodeAgain.as_view(), name="mfa_reauthenticate"),
    path("two-factor/app/", two_factor.SetUpApp.as_view(), name="mfa_activate_totp"),
    path("two-factor/app/remove/", two_factor.TakeOffApp.as_view(), name="mfa_deactivate_totp"),
    path("recovery-codes/", two_factor.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
    path("recovery-codes/new/", two_factor.NewRecoveryCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("passkeys/", two_factor.passkeys, name="mfa_list_webauthn"),
    path("passkeys/new/", two_factor.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("passkeys/again/", two_factor.PasskeyAgain.as_view(), name="mfa_reauthenticate_webauthn"),
    path("passkeys/sign-in/", two_factor.PasskeySignIn.as_view(), name="mfa_login_webauthn"),
    path("passkeys/<int:pk>/rename/", two_factor.RenamePasskey.as_view(), name="mfa_edit_webauthn"),
    path("passkeys/<int:pk>/remove/", two_factor.RemovePasskey.as_view(), name="mfa_remove_webauthn"),
    path("sessions/", sessions.sessions, name="usersessions_list"),
    path("sessions/<int:device_id>/end/", sessions.end, name="session_end"),
    path("sessions/end-others/", sessions.end_others, name="sessions_end_others"),
    path("sessions/end-all/", sessions.end_all, name="sessions_end_all"),
    path("sso/", single_sign_on.begin, name="openid_connect_login"),
    path("sso/callback/", single_sign_on.come_back, name="openid_connect_callback"),
    path("sso/connected/", single_sign_on.connected, name="socialaccount_connections"),
    path("sso/connected/new/", single_sign_on.begin_connecting, name="sso_connect"),
    path("sso/connected/<int:identity_id>/remove/", single_sign_on.disconnect, name="sso_disconnect"),
    path("sso/sign-up/", to_sign_in, name="socialaccount_signup"),
    path("", include("allauth.account.urls")),
]
