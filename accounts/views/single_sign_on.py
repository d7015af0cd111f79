"""To the provider of single sign-on and back, and the identities that one has there."""

from collections.abc import Callable

import structlog
from allauth.account.decorators import reauthentication_required
from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.helpers import complete_social_login
from allauth.socialaccount.internal import statekit
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from requests import RequestException

from accounts.actions.identities import disconnect_identity
from accounts.attempts import too_many
from accounts.errors import Invalid
from accounts.models import User
from accounts.queries import identities_of
from accounts.signing_in.provider import PROVIDER, NotBelieved, ProviderClient
from accounts.signing_in.single_sign_on import SingleSignOnAdapter, connect
from accounts.web import answering, caller_of

View = Callable[..., HttpResponseBase]
# Whoever is at an open browser has to show who they are before they change who may come in.
asked_again: Callable[[View], View] = reauthentication_required
TRIES, WITHIN = 30, 60  # an address may begin so often in so many seconds
logger = structlog.get_logger(__name__)


@require_http_methods(["GET", "POST"])
@never_cache
def begin(request: HttpRequest) -> HttpResponse:
    """Off to the provider, to sign in."""
    if request.method == "GET":
        return redirect("account_login")
    if request.user.is_authenticated:
        return redirect("landing")
    return _leave(request, AuthProcess.LOGIN, next_url=get_next_redirect_url(request))


@require_POST
@login_required
@asked_again
def begin_connecting(request: HttpRequest) -> HttpResponse:
    """Off to the provider, to sign in by it from now on."""
    return _leave(request, AuthProcess.CONNECT, next_url=None)


@require_GET
@never_cache
def come_back(request: HttpRequest) -> HttpResponse:
    """Back from the provider: in, or told why not."""
    _require_provider()
    state = statekit.unstash_state(request, provider_id=PROVIDER, state_id=request.GET.get("state", ""))
    if state is None:
        return _failed(request, "expired", status=400)
    if "code" not in request.GET:
        code = request.GET.get("error", "")
        return _failed(
            request, "cancelled" if code == "access_denied" else "failed", status=400, reason=code[:80]
        )
    try:
        login = ProviderClient(request).who_came(state)
    except (OAuth2Error, RequestException) as error:
        return _failed_by(request, error)
    if state["process"] == AuthProcess.CONNECT:
        return _connected(request, login)
    response: HttpResponse = complete_social_login(request, login)
    return response


@require_http_methods(["GET", "HEAD"])
@login_required
def connected(request: HttpRequest) -> HttpResponse:
    """The identities that one signs in by."""
    assert isinstance(request.user, User)  # noqa: S101 - signed in
    identities = identities_of(request.user)
    context = {"identities": identities, "provider": settings.OIDC_NAME if settings.OIDC_ISSUER else ""}
    return render(request, "socialaccount/connections.html", context)


@require_POST
@login_required
@asked_again
@answering
def disconnect(request: HttpRequest, identity_id: int) -> HttpResponse:
    """No longer sign in by this identity."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - signed in
    others = identities_of(user).exclude(pk=identity_id).exists()
    needed = not settings.PASSWORD_SIGN_IN or not (user.has_usable_password() or others)
    try:
        disconnect_identity(caller_of(request), user, identity_id, needed=needed)
    except Invalid as error:
        messages.error(request, str(error.message))
    else:
        context = {"provider": settings.OIDC_NAME}
        SingleSignOnAdapter(request).send_notification_mail(
            "socialaccount/email/account_disconnected", user, context=context
        )
        messages.success(request, _("Disconnected."))
    return redirect("socialaccount_connections")


def _leave(request: HttpRequest, process: str, *, next_url: str | None) -> HttpResponse:
    """By a page of ours that goes on by itself: the content security policy lets no form end up elsewhere."""
    _require_provider()
    if too_many("sso", caller_of(request).ip, limit=TRIES, seconds=WITHIN):
        return _failed(request, "often", status=429)
    user = request.user if isinstance(request.user, User) else None
    try:
        provider = SingleSignOnAdapter(request).get_provider(request)
        address = provider.begin(request, process=process, next_url=next_url, user=user)
    except (OAuth2Error, RequestException) as error:
        return _failed_by(request, error)
    return render(request, "socialaccount/leaving.html", {"address": address, "provider": settings.OIDC_NAME})


def _connected(request: HttpRequest, login: SocialLogin) -> HttpResponse:
    user = request.user
    if not isinstance(user, User) or login.state["data"]["user"] != user.pk:
        return _failed(request, "expired", status=400)
    known = SocialAccount.objects.filter(provider=PROVIDER, uid=login.account.uid).first()
    if known is None:
        connect(request, user, login)
        messages.success(request, _("Connected. You can sign in by it from now on."))
    elif known.user_id == user.pk:
        messages.info(request, _("It was connected already."))
    else:
        messages.error(request, _("Another account here is connected with it. Disconnect it there first."))
    return redirect("socialaccount_connections")


def _failed_by(request: HttpRequest, error: Exception) -> HttpResponse:
    reason = str(error) if isinstance(error, NotBelieved) else ""
    logger.warning("single_sign_on_failed", error=type(error).__name__, reason=reason)
    if isinstance(error, RequestException):
        return _failed(request, "unreachable", status=503)
    return _failed(request, "failed", status=502)


def _failed(request: HttpRequest, what: str, *, status: int, reason: str = "") -> HttpResponse:
    context = {"what": what, "provider": settings.OIDC_NAME, "reason": reason}
    return render(request, "socialaccount/authentication_error.html", context, status=status)


def _require_provider() -> None:
    if not settings.OIDC_ISSUER:
        raise Http404
