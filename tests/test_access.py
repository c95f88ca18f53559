"""Every action of the contract by every kind of caller."""

from datetime import timedelta
from itertools import product

import pytest
from fastapi.testclient import TestClient
from jose import jwt

from fields import now
from main import app
from models import Role
from security import new_token
from settings import settings
from tests.world import ACTIONS, OPERATIONS, build, request_for

NOBODY, GUARDS, EVERYONE = set(), {Role.GUARD}, set(Role)
SUPERVISORS = EVERYONE - GUARDS
ADMINS = SUPERVISORS - {Role.SUPERVISOR}
SUPER_ADMINS = {Role.SUPER_ADMIN}

# Who may, by the words of the contract: with somebody else's things, and with one's own
MAY = {
    "public": (EVERYONE, EVERYONE),
    "any": (EVERYONE, EVERYONE),
    "any (own; ADMIN+ all)": (EVERYONE, EVERYONE),
    "SUPERVISOR+": (SUPERVISORS, SUPERVISORS),
    "ADMIN+": (ADMINS, ADMINS),
    "SUPER_ADMIN": (SUPER_ADMINS, SUPER_ADMINS),
    "self": (NOBODY, EVERYONE),
    "owner": (NOBODY, EVERYONE),
    "owner of the duty session": (NOBODY, EVERYONE),
    "owner of the duty session or ADMIN+": (ADMINS, EVERYONE),
    "recipient": (NOBODY, EVERYONE),
    "assigned signer": (NOBODY, EVERYONE),
    "owner and SUPERVISOR+": (NOBODY, SUPERVISORS),
    "self or SUPERVISOR+": (SUPERVISORS, EVERYONE),
    "owner or SUPERVISOR+": (SUPERVISORS, EVERYONE),
    "author or SUPERVISOR+": (SUPERVISORS, EVERYONE),
    "author or assigned signer or SUPERVISOR+": (SUPERVISORS, EVERYONE),
    "owner or ADMIN+": (ADMINS, EVERYONE),
    "any (a guard only at his duty location)": (SUPERVISORS, EVERYONE),
    "GUARD on duty": (NOBODY, GUARDS),
    "SUPERVISOR+ on duty": (NOBODY, SUPERVISORS),
    "GUARD": (GUARDS, GUARDS),
}
# People who may, but are off duty, get 409
ON_DUTY_ONLY = {"createLog", "sendGuardMessage", "sendSupervisorReply"}

CLOSED = [action for action in ACTIONS.values() if action.who != "public"]
CASES = [
    pytest.param(action, role, own, id=f"{action.name}-{role}-{'own' if own else 'stranger'}")
    for action, role, own in product(ACTIONS.values(), Role, (False, True))
    if not own or MAY[action.who][0] != MAY[action.who][1]
]


def expected(action, role, own):
    may_with_others, may_with_own = MAY[action.who]
    if role in (may_with_own if own else may_with_others):
        return action.success
    return 409 if action.name in ON_DUTY_ONLY and role in may_with_own else 403


def send(request, token=None):
    return TestClient(app).request(**request, headers={"Authorization": f"Bearer {token}"} if token else {})


@pytest.mark.parametrize(("action", "role", "own"), CASES)
def test_only_those_who_may_succeed(action, role, own):
    build(caller=role, owner=role if own else Role.GUARD)
    answer = send(request_for(action.name, role), new_token("owner" if own else "caller"))
    assert answer.status_code == expected(action, role, own), answer.text
    assert str(answer.status_code) in OPERATIONS[action.name][2]["responses"]
    assert answer.is_success or answer.json()["detail"]


def signed(key=settings.secret_key, algorithm="HS256", issued=timedelta(0)):
    """A token of an account that works, but for what is wrong with it."""
    begin = now() + issued
    claims = {"sub": "caller", "iat": begin.timestamp(), "exp": begin.timestamp() + 3600}
    if algorithm == "none":
        _, body, _ = jwt.encode(claims, key).split(".")
        return f"eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{body}."
    return jwt.encode(claims, key, algorithm=algorithm)


STRANGERS = {
    "anonymous": lambda: None,
    "archived": lambda: new_token("gone"),
    "vanished": lambda: new_token("nobody"),
    "expired": lambda: signed(issued=-timedelta(hours=2)),
    "of another key": lambda: signed(key="another key, also of 32 bytes or more"),
    "of another algorithm": lambda: signed(algorithm="HS512"),
    "unsigned": lambda: signed(algorithm="none"),
    "no token at all": lambda: "x",
}


@pytest.mark.parametrize("token", STRANGERS.values(), ids=STRANGERS)
def test_nobody_gets_in_without_a_valid_sign_in(token):
    build(caller=Role.SUPER_ADMIN)
    for action in CLOSED:
        answer = send(request_for(action.name), token())
        assert answer.status_code == 401, action.name
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["detail"]


def test_the_tokens_that_are_refused_would_be_good_but_for_one_thing():
    build(caller=Role.GUARD)
    assert send(request_for("getCurrentUser"), signed()).status_code == 200


@pytest.mark.parametrize("token", STRANGERS.values(), ids=STRANGERS)
def test_what_is_public_is_public_whatever_token_is_sent(token):
    build()
    for name in "signUp", "signIn":
        assert send(request_for(name), token()).status_code == ACTIONS[name].success
    assert send({"method": "GET", "url": "/health"}, token()).status_code == 200


def test_every_action_has_a_rule():
    assert {action.who for action in ACTIONS.values()} <= set(MAY)
