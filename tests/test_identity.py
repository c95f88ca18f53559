"""Tokens of the identity provider with which the pages still sign in, beside our own."""

import hashlib
import hmac
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from jose import jwk, jwt
from jose.utils import base64url_encode
from pydantic import ValidationError
from sqlmodel import select

from conftest import Person, made, together
from models import Role, User
from security import LARGEST, KeySet, is_providers_token
from settings import Settings, settings

ISSUER = "https://clerk.example.com"
PASSWORD = "sixteen herons"
LEE = {"email": "Lee@example.com", "firstName": "Lee", "lastName": "Lark", "role": "SUPERVISOR", "password": PASSWORD}
KEYS = {kid: rsa.generate_private_key(public_exponent=65537, key_size=2048) for kid in ("first", "second", "foreign")}


def pem(kid):
    formats = PrivateFormat.PKCS8, NoEncryption()
    return KEYS[kid].private_bytes(Encoding.PEM, *formats).decode()


def public_bytes(encoding):
    key = KEYS["first"].public_key()
    return key.public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)


def public_key(kid):
    return jwk.construct(pem(kid), "RS256").public_key().to_dict() | {"kid": kid, "use": "sig"}


class Provider:
    """Serves its public keys, and counts how often it is asked for them."""

    def __init__(self):
        self.answer = {"keys": [public_key("first")]}
        self.status = 200
        self.fetches = 0
        self.asked, self.may_answer = Event(), Event()
        self.may_answer.set()
        self.drips, self.may_stop = False, Event()
        self.keys = KeySet()  # what the service has fetched

    def serve(self, request):
        self.fetches += 1
        self.asked.set()
        self.answers_in_time = self.may_answer.wait(4)  # the service waits for five seconds
        request.send_response(self.status)
        request.end_headers()
        with suppress(OSError):  # the service may have gone by then
            while self.drips and not self.may_stop.wait(0.01):
                request.wfile.write(b" ")
            request.wfile.write(json.dumps(self.answer).encode())


class Clock(SimpleNamespace):
    """Seconds pass when the test says so; tokens end as usual."""

    time = staticmethod(time.time)

    def monotonic(self):
        return self.seconds


@pytest.fixture
def clock(monkeypatch):
    clock = Clock(seconds=1000)
    monkeypatch.setattr("security.time", clock)
    return clock


@pytest.fixture
def provider(monkeypatch, clock):
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            provider.serve(self)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(settings, "identity_issuer", ISSUER)
    monkeypatch.setattr(settings, "identity_jwks_url", f"http://127.0.0.1:{server.server_port}/jwks.json")
    monkeypatch.setattr("security.key_set", provider.keys)
    yield provider
    server.shutdown()
    thread.join()
    server.server_close()


def claims_of(sub, **claims):
    """What a token says, but for those claims that are None."""
    issued = int(time.time())
    claims = {"iss": ISSUER, "sub": sub, "iat": issued, "exp": issued + 60} | claims
    return {name: value for name, value in claims.items() if value is not None}


def token(sub="user_0", key="first", kid="first", **claims):
    return jwt.encode(claims_of(sub, **claims), pem(key), "RS256", headers={"kid": kid} if kid else {})


def token_by_hand(algorithm, secret=None):
    header = {"alg": algorithm, "typ": "JWT", "kid": "first"}
    parts = b".".join(base64url_encode(json.dumps(part).encode()) for part in (header, claims_of("user_0")))
    signature = hmac.digest(secret, parts, hashlib.sha256) if secret else b""
    return (parts + b"." + base64url_encode(signature)).decode()


def status(token):
    return Person(token).get("/users/me").status_code


# `guard` is the first whom the fixtures make: their clerkId is user_0


def test_a_token_of_the_provider_names_a_user_by_their_clerk_id(provider, guard):
    answer = Person(token("user_0")).get("/users/me")
    assert answer.status_code == 200
    assert answer.json()["id"] == guard.id


def test_a_token_of_our_own_works_beside_it_and_asks_no_provider(provider, guard):
    assert guard.get("/users/me").status_code == 200
    assert provider.fetches == 0


def test_the_role_is_that_of_the_database(provider, guard):
    assert Person(token("user_0", role="ADMIN")).get("/vehicles").status_code == 403


DEEP = base64url_encode(b"[" * 50_000).decode() + ".e30."
BAD = {
    "another issuer": lambda: token(iss="https://clerk.example.org"),
    "no issuer": lambda: token(iss=None),
    "expired": lambda: token(iat=int(time.time()) - 120, exp=int(time.time()) - 60),
    "not yet": lambda: token(nbf=int(time.time()) + 60),
    "no expiry": lambda: token(exp=None),
    "no issue": lambda: token(iat=None),
    "nobody": lambda: token(sub=None),
    "another key": lambda: token(key="foreign"),
    "an unknown key id": lambda: token(key="foreign", kid="foreign"),
    "no key id": lambda: token(kid=None),
    "a key id that is a list": lambda: token(kid=["first"]),
    "HS256 with the public key in PEM": lambda: token_by_hand("HS256", public_bytes(Encoding.PEM)),
    "HS256 with the public key in DER": lambda: token_by_hand("HS256", public_bytes(Encoding.DER)),
    "RS256 with the public key as a secret": lambda: token_by_hand("RS256", public_bytes(Encoding.PEM)),
    "no algorithm": lambda: token_by_hand("none"),
    "our own secret and the provider's claims": lambda: jwt.encode(claims_of("user_0"), settings.secret_key, "HS256"),
    "a deep header": lambda: DEEP,
    "a name that is no text": lambda: token(7),
    "a name that is empty": lambda: token(""),
    "a name with half a character": lambda: token("user_0\ud800"),
    "a name with NUL": lambda: token("user_0\0"),
    "issued in text": lambda: token(iat="1700000000"),
    "issued true": lambda: token(iat=True),
    "issued when no calendar reaches": lambda: token(iat=10**12),
    "issued before all times": lambda: token(iat=-(10**12)),
    "issued never": lambda: token(iat=float("inf")),
    "issued at no number": lambda: token(iat=float("nan")),
    "issued in a list": lambda: token(iat=[1]),
    "expires never": lambda: token(exp=float("inf")),
    "expires in a list": lambda: token(exp=[1]),
    "good never": lambda: token(nbf=float("inf")),
    "good in an object": lambda: token(nbf={}),
    "an address that is a list": lambda: token(email=["a@example.com"], email_verified=True),
    "an address that is an object": lambda: token(email={"a": "a@example.com"}, email_verified=True),
    "an address with half a character": lambda: token(email="\ud800@example.com", email_verified=True),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_a_token_with_one_fault_is_refused(provider, guard, bad):
    answer = Person(bad()).get("/users/me")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "odd",
    [
        {"sub": 7},
        {"sub": "\ud800"},
        {"sub": "\0"},
        {"iat": float("inf")},
        {"iat": 10**12},
        {"iat": True},
        {"iat": "1700000000"},
        {"exp": float("inf")},
        {"exp": [1]},
    ],
)
def test_odd_claims_of_our_own_are_refused_as_well(guard, odd):
    claims = {"sub": guard.id, "iat": int(time.time()), "exp": int(time.time()) + 60} | odd
    assert status(jwt.encode(claims, settings.secret_key, "HS256")) == 401


@pytest.mark.parametrize("bad", [token, lambda: DEEP])
def test_without_a_provider_none_of_its_tokens_is_good(guard, bad):
    assert status(bad()) == 401


@pytest.mark.parametrize(
    ("aud", "expected"), [("logbook", 200), (["logbook", "x"], 200), ("another", 401), (None, 401)]
)
def test_an_audience_that_is_set_must_be_the_tokens(provider, guard, monkeypatch, aud, expected):
    monkeypatch.setattr(settings, "identity_audience", "logbook")
    assert status(token(aud=aud)) == expected


def test_without_an_audience_that_is_set_any_will_do(provider, guard):
    assert status(token(aud="whoever")) == 200


@pytest.mark.parametrize("missing", ["identity_issuer", "identity_jwks_url"])
def test_keys_and_issuer_are_set_together(missing):
    both = {"identity_issuer": ISSUER, "identity_jwks_url": f"{ISSUER}/jwks.json"}
    Settings(**both)
    with pytest.raises(ValidationError, match="IDENTITY_ISSUER and IDENTITY_JWKS_URL"):
        Settings(**both | {missing: ""})


def test_the_package_with_a_known_hole_is_not_used(provider, guard):
    assert status(token()) == 200
    assert "jose" in sys.modules
    assert "ecdsa" not in sys.modules


# Linking


@pytest.fixture
def lee(admin, super_admin):
    """A supervisor whom an admin made here."""
    return made(admin.post("/users", json=LEE))


@pytest.mark.parametrize(
    "email", ["Lee@example.com", "lee@EXAMPLE.com", " LEE@example.com ", "Lee Lark <lee@example.com>"]
)
def test_a_verified_email_address_links_the_user_who_has_it(provider, lee, email):
    answer = Person(token("user_lee", email=email, email_verified=True)).get("/users/me")
    assert answer.status_code == 200
    assert answer.json() == lee | {"clerkId": "user_lee", "updatedAt": answer.json()["updatedAt"]}


def test_a_link_stays_whatever_the_next_token_says(provider, lee):
    status(token("user_lee", email=LEE["email"], email_verified=True))
    assert status(token("user_lee")) == 200
    assert status(token("user_lee", email="another@example.com", email_verified=True)) == 200


def test_a_linked_user_still_signs_in_with_their_password(provider, lee, anyone):
    status(token("user_lee", email=LEE["email"], email_verified=True))
    form = {"username": LEE["email"], "password": PASSWORD}
    own = anyone.post("/auth/token", data=form).json()["access_token"]
    assert Person(own).get("/users/me").json()["clerkId"] == "user_lee"


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_email_address_that_is_not_verified_links_nobody(provider, lee, db, verified):
    assert status(token("user_lee", email=LEE["email"], email_verified=verified)) == 401
    assert db.get(User, lee["id"]).clerk_id == lee["clerkId"]


@pytest.mark.parametrize(
    "email", [["Lee@example.com"], {"Lee@example.com": 1}, 1, "", "Lee", "Lee@example.com, x@y.org"]
)
def test_an_email_address_that_is_none_links_nobody(provider, lee, db, email):
    assert status(token("user_lee", email=email, email_verified=True)) == 401
    assert db.get(User, lee["id"]).clerk_id == lee["clerkId"]


def test_the_kelvin_sign_is_not_taken_for_a_k(provider, admin, db):
    kim = made(admin.post("/users", json=LEE | {"email": "kim@example.com"}))
    assert status(token("user_kim", email="\N{KELVIN SIGN}im@example.com", email_verified=True)) == 401
    assert db.get(User, kim["id"]).clerk_id == kim["clerkId"]


def test_nobody_is_known_at_the_provider_by_the_name_of_who_has_no_link(provider, lee):
    assert lee["clerkId"].startswith("local_")
    assert status(token(lee["clerkId"])) == 401
    assert status(token(lee["clerkId"], email=LEE["email"], email_verified=True)) == 401
    assert status(token("user_lee", email=LEE["email"], email_verified=True)) == 200


def test_a_user_with_a_link_gets_no_other(provider, guard, db):
    assert status(token("user_other", email=guard.email, email_verified=True)) == 401
    assert db.get(User, guard.id).clerk_id == "user_0"


def test_an_archived_user_is_not_linked(provider, lee, super_admin, db):
    super_admin.post(f"/users/{lee['id']}/archive")
    assert status(token("user_lee", email=LEE["email"], email_verified=True)) == 401
    assert db.get(User, lee["id"]).clerk_id == lee["clerkId"]


def test_eight_first_requests_of_one_user_all_find_them_linked(provider, lee):
    person = Person(token("user_lee", email=LEE["email"], email_verified=True))
    assert status(token("nobody")) == 401  # the keys are there
    assert together(*[lambda: person.get("/users/me")] * 8) == [200] * 8


# The first sign-in of somebody new

NOA = {"email": "Noa@example.com", "email_verified": True, "given_name": "Noa", "family_name": "Reed"}


def test_somebody_new_becomes_a_guard_who_can_work_at_once(provider, dock):
    noa = Person(token("user_noa", **NOA))
    me = noa.get("/users/me").json()
    assert (me["clerkId"], me["email"], me["firstName"], me["lastName"]) == ("user_noa", NOA["email"], "Noa", "Reed")
    assert (me["role"], me["archivedAt"]) == ("GUARD", None)
    assert made(noa.post("/duty-sessions", json={"locationId": dock["id"]}))["userId"] == me["id"]


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        ({"first_name": "Noa", "last_name": "Reed"}, "Noa Reed"),
        ({"given_name": "Noa", "first_name": "N."}, "Noa User"),
        ({"family_name": "Reed", "given_name": ""}, "Unknown Reed"),
        ({}, "Unknown User"),
        *[({"given_name": odd, "family_name": odd}, "Unknown User") for odd in (["Noa"], 7, "x" * 101, "\0", "\ud800")],
    ],
)
def test_names_come_from_the_token_where_it_has_them(provider, names, shown):
    me = Person(token("user_noa", email=NOA["email"], email_verified=True, **names)).get("/users/me").json()
    assert f"{me['firstName']} {me['lastName']}" == shown


@pytest.mark.parametrize("claims", [NOA | {"email_verified": False}, {"given_name": "Noa"}, NOA | {"email": "Noa"}])
def test_nobody_is_made_without_a_verified_email_address(provider, db, claims):
    assert status(token("user_noa", **claims)) == 401
    assert db.exec(select(User)).all() == []


def test_where_signing_up_is_switched_off_nobody_is_made_and_the_answer_says_what_to_do(provider, db, monkeypatch):
    monkeypatch.setattr(settings, "allow_sign_up", False)
    answer = Person(token("user_noa", **NOA)).get("/users/me")
    assert answer.status_code == 401
    assert "admin" in answer.json()["detail"]
    assert db.exec(select(User)).all() == []


def test_with_a_provider_nobody_signs_up_past_it(provider, anyone, db):
    body = {"email": "noa@example.com", "password": PASSWORD, "firstName": "Noa", "lastName": "Reed"}
    assert anyone.post("/auth/sign-up", json=body).status_code == 403
    assert db.exec(select(User)).all() == []


def test_an_archived_user_is_not_made_anew(provider, guard, super_admin, db):
    super_admin.post(f"/users/{guard.id}/archive")
    for sub in "user_0", "user_other":
        assert status(token(sub, **NOA | {"email": guard.email})) == 401
    assert len(db.exec(select(User)).all()) == 2


def test_eight_first_requests_of_somebody_new_make_one_person(provider, guard, db):
    person = Person(token("user_noa", **NOA))
    assert status(token("nobody")) == 401  # the keys are there
    assert together(*[lambda: person.get("/users/me")] * 8) == [200] * 8
    assert len(db.exec(select(User)).all()) == 2


# The end of a token


def test_signing_out_ends_the_providers_tokens_that_were_issued_before(provider, guard):
    before = token(iat=int(time.time()) - 5)
    assert Person(before).post("/auth/sign-out").status_code == 204
    assert status(before) == 401
    assert guard.get("/users/me").status_code == 401
    assert status(token(iat=int(time.time()) + 5)) == 200


def test_the_providers_tokens_of_an_archived_user_stop_working_for_good(provider, guard, super_admin):
    before = token(iat=int(time.time()) - 5)
    super_admin.post(f"/users/{guard.id}/archive")
    assert status(before) == 401
    super_admin.post(f"/users/{guard.id}/unarchive")
    assert status(before) == 401
    assert status(token(iat=int(time.time()) + 5)) == 200


# The provider's keys


def test_keys_are_fetched_once_for_many_requests(provider, guard, clock):
    for _ in range(3):
        assert status(token()) == 200
        clock.seconds += 3600
    assert provider.fetches == 1


def test_a_new_key_is_fetched_when_it_is_first_used(provider, guard, clock):
    status(token())
    provider.answer["keys"].append(public_key("second"))
    clock.seconds += 60
    assert status(token(key="second", kid="second")) == 200
    assert status(token()) == 200
    assert provider.fetches == 2


def test_unknown_keys_are_not_asked_for_more_than_once_a_minute(provider, guard, clock):
    for seconds, fetches in (0, 1), (59, 1), (1, 2), (1, 2), (58, 2), (1, 3):
        clock.seconds += seconds
        assert status(token(key="foreign", kid="foreign")) == 401
        assert provider.fetches == fetches


def test_eight_requests_at_the_start_fetch_the_keys_once(provider, someone, monkeypatch):
    arrived = []

    def is_providers(_):
        arrived.append(True)
        if len(arrived) == 8:
            provider.may_answer.set()
        return True

    monkeypatch.setattr("security.is_providers_token", is_providers)
    provider.may_answer.clear()
    someone(Role.GUARD)
    with Person(token()) as person:  # one server, which all eight reach
        assert together(*[lambda: person.get("/users/me")] * 8) == [200] * 8
    assert provider.fetches == 1


def test_who_has_a_known_key_does_not_wait_for_an_unknown_one(provider, someone):
    someone(Role.GUARD)
    known, unknown = token(), token(key="foreign", kid="foreign")
    with Person() as person:
        assert get_me(person, known).status_code == 200
        provider.keys.next_fetch = 0
        provider.asked.clear()
        provider.may_answer.clear()
        stranger = Thread(target=get_me, args=[person, unknown])
        stranger.start()
        assert provider.asked.wait(10)
        assert get_me(person, known).status_code == 200
        provider.may_answer.set()
        stranger.join()
    assert provider.answers_in_time


@pytest.mark.parametrize(("method", "path"), [("GET", "/logs"), ("POST", "/auth/sign-out"), ("POST", "/auth/password")])
def test_who_waits_for_keys_keeps_nobody_waiting(provider, guard, monkeypatch, method, path):
    crowd = settings.pool_size + settings.pool_overflow + 1
    all_are_here, arrived = Event(), []

    def count(token):
        arrived.append(True)
        if len(arrived) >= crowd:
            all_are_here.set()
        return is_providers_token(token)

    monkeypatch.setattr("security.is_providers_token", count)
    provider.may_answer.clear()
    unknown = {"Authorization": f"Bearer {token(key='foreign', kid='foreign')}"}
    with Person() as person, ThreadPoolExecutor(crowd) as strangers:
        waiting = [strangers.submit(person.request, method, path, headers=unknown) for _ in range(crowd)]
        assert all_are_here.wait(3)
        assert person.get("/users/me", headers=guard.headers).status_code == 200
        assert person.get("http://testserver/health").status_code == 200
        provider.may_answer.set()
        assert {answer.result().status_code for answer in waiting} == {401}
    assert provider.answers_in_time


def test_keys_that_come_byte_by_byte_are_not_waited_for(provider, guard, monkeypatch):
    monkeypatch.setattr("security.PATIENCE", 0.3)
    provider.drips = True
    assert put_off(token())
    provider.may_stop.set()


def test_keys_that_are_too_many_are_not_read(provider, guard):
    provider.answer["more"] = "x" * LARGEST
    assert put_off(token())


def get_me(person, token):
    return person.get("/users/me", headers={"Authorization": f"Bearer {token}"})


def put_off(token):
    answer = Person(token).get("/users/me")
    return answer.status_code == 503 and answer.headers["retry-after"] == "60"


NO_KEYS = [(500, {}), (302, {}), (200, {}), (200, []), (200, None), (200, {"keys": [{"kty": "RSA", "kid": "first"}]})]


@pytest.mark.parametrize(("code", "answer"), NO_KEYS)
def test_while_the_provider_gives_no_keys_its_tokens_are_put_off(provider, guard, code, answer):
    provider.status, provider.answer = code, answer
    assert put_off(token())
    assert put_off(token())
    assert provider.fetches == 1


def test_while_the_provider_cannot_be_reached_one_signs_in_here(provider, lee, anyone, monkeypatch):
    monkeypatch.setattr(settings, "identity_jwks_url", "http://127.0.0.1:1/jwks.json")
    assert put_off(token("user_lee"))
    own = anyone.post("/auth/token", data={"username": LEE["email"], "password": PASSWORD}).json()["access_token"]
    assert status(own) == 200


def test_a_provider_that_is_back_is_asked_again_after_a_minute(provider, guard, clock):
    provider.status = 500
    assert put_off(token())
    provider.status = 200
    clock.seconds += 60
    assert status(token()) == 200


def test_keys_that_are_known_are_good_while_the_provider_is_down(provider, guard, clock):
    assert status(token()) == 200
    provider.status = 500
    clock.seconds += 60
    assert put_off(token(key="second", kid="second"))
    assert status(token()) == 200
