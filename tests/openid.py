"""A fake OpenID Connect provider: the one third party that single sign-on needs, served for real on a free port."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT, SECRET = "workchat", "a secret of two: us & them"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
STRANGERS_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Provider:
    """Knows one person at a time, and can be told to be wrong in each way that matters."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}/realm"
        self.person: dict[str, Any] = {"sub": "p-1", "email": "chloe@acme.example", "email_verified": True}
        self.claims: dict[str, Any] = {}  # instead of the right ones, in the ID token
        self.told: dict[str, Any] = {}  # instead of the right ones, as user info
        self.configuration: dict[str, Any] = {}  # instead of the right ones
        self.instead: dict[str, Any] = {}  # by path: what is answered there whatever is asked
        self.key = KEY
        self.down = False
        self.codes: dict[str, dict[str, str]] = {}
        self.calls: list[str] = []

    def authorize(self, address: str) -> dict[str, str]:
        """The person signs in at `address` and agrees; what their browser brings back."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert urlsplit(address).path == "/realm/authorize"
        assert (asked["client_id"], asked["response_type"]) == (CLIENT, "code")
        assert (asked["code_challenge_method"], len(asked["code_challenge"])) == ("S256", 43)
        assert set(asked["scope"].split()) == {"openid", "email", "profile"}
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def answer(self, path: str, form: dict[str, str], authorization: str) -> tuple[int, Any]:
        self.calls.append(path)
        if self.down:
            return 503, {}
        if path in self.instead:
            return 200, self.instead[path]
        match path:
            case "/realm/.well-known/openid-configuration":
                names = {
                    "authorization_endpoint": "authorize",
                    "token_endpoint": "token",
                    "jwks_uri": "keys",
                    "userinfo_endpoint": "userinfo",
                }
                return 200, {"issuer": self.issuer} | {
                    name: f"{self.issuer}/{end}" for name, end in names.items()
                } | self.configuration
            case "/realm/keys":
                return 200, {
                    "keys": [
                        RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True) | {"kid": "k1", "alg": "RS256"}
                    ]
                }
            case "/realm/token":
                return self.token(form)
            case "/realm/userinfo":
                return (200, self.person | self.told) if authorization == "Bearer access" else (401, {})
        return 404, {}

    def token(self, form: dict[str, str]) -> tuple[int, Any]:
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if (
            asked is None
            or proof != asked["code_challenge"]
            or form.get("redirect_uri") != asked["redirect_uri"]
            or (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET)
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        right = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "sub": self.person["sub"],
        }
        token = jwt.encode(right | self.claims, self.key, algorithm="RS256", headers={"kid": "k1"})
        return 200, {"access_token": "access", "token_type": "Bearer", "id_token": token}


@contextmanager
def serving() -> Iterator[Provider]:
    """A provider that answers."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            form = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
            status, said = provider.answer(
                urlsplit(self.path).path, form, self.headers.get("Authorization", "")
            )
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the name that is called

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = Provider(server.server_port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield provider
    server.shutdown()
    server.server_close()
    thread.join()
