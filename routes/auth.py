"""Signing up, in and out, and one's own password."""

from typing import Annotated

from fastapi import Depends, Form, HTTPException, Request

from fields import now
from models import Credential, Role, User
from routing import Db, Router, error_responses, in_thread
from schemas import PasswordChange, SignIn, SignUp, Token, UserPublic
from security import (
    PUBLIC,
    BearerToken,
    CurrentUser,
    HashingSlot,
    end_tokens,
    find_account,
    is_password,
    limit_sign_ups,
    new_token,
    read_token,
    register,
    replace_password,
)
from settings import settings

router = Router(prefix="/auth", max_body_size=10_000, tags=["auth"])


@router.post(
    "/sign-up",
    status_code=201,
    response_model=UserPublic,
    responses=error_responses(403, 409, 429),
    openapi_extra=PUBLIC,
)
@in_thread
def sign_up(request: Request, slot: HashingSlot, db: Db, body: SignUp) -> User:
    """Become a guard. Signing up may be switched off, or left to the identity provider, which proves addresses."""
    if settings.identity_issuer:
        raise HTTPException(403, "Sign up with the identity provider of the pages.")
    if not settings.allow_sign_up:
        raise HTTPException(403, "Signing up is switched off. Ask an admin for an account.")
    limit_sign_ups(request)
    return register(db, body, Role.GUARD)


@router.post("/token", response_model=Token, responses=error_responses(401, 429), openapi_extra=PUBLIC)
@in_thread
def sign_in(request: Request, slot: HashingSlot, db: Db, form: Annotated[SignIn, Form()]) -> Token:
    """Exchange a password for a bearer token. `username` is the e-mail address or the user name."""
    asked = now()  # a token is no newer than the password that was read for it
    user_id, password_hash = find_account(db, form.username)
    if not is_password(request, user_id or form.username.lower(), form.password, password_hash) or user_id is None:
        raise HTTPException(401, "Wrong name or password.", {"WWW-Authenticate": "Bearer"})
    lifetime = int(settings.token_hours * 3600)
    return Token(access_token=new_token(user_id, asked), token_type="bearer", expires_in=lifetime)


@router.post("/sign-out", status_code=204, dependencies=[Depends(read_token)])
def sign_out(db: Db, user: CurrentUser) -> None:
    """End all of the caller's tokens."""
    end_tokens(db, user.id)


@router.post("/password", status_code=204, responses=error_responses(403, 409, 429), dependencies=[Depends(read_token)])
@in_thread
def change_password(
    request: Request, slot: HashingSlot, db: Db, user: CurrentUser, token: BearerToken, body: PasswordChange
) -> None:
    """Set a new password, and end all tokens but the one of this request."""
    credential = db.get(Credential, user.id)
    if credential is None or credential.password_hash is None:
        raise HTTPException(409, "You have no password here yet. Ask an admin for one.")
    if not is_password(request, user.id, body.current_password, credential.password_hash):
        raise HTTPException(403, "That is not your current password.")
    replace_password(db, credential, body.new_password, kept_token=token)
