"""Who is calling, what the caller's role allows, and how passwords are kept."""

import hashlib
import json
import logging
import time
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Any, NamedTuple

import pydantic
from anyio import Lock, fail_after
from fastapi import Depends, HTTPException, Request
from fastapi.security import OAuth2PasswordBearer
from jose import jwk, jwt
from jose.exceptions import JOSEError, JWTError
from limits import RateLimitItem, parse
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter
from passlib.context import CryptContext
from pydantic import BaseModel, ValidationError
from sqlalchemy import ColumnElement, Select
from sqlalchemy import select as select_columns
from sqlmodel import Session, bindparam, col, or_, select, update

from fields import now, read_email_address, with_unicode_domain, without_case
from models import RANKS, Credential, PersonName, Role, User
from routing import Db, get_or_404, lock_row, on_event_loop, responds_with
from rows import insert_if_missing, is_taken, save, table_of
from schemas import LONGEST_PASSWORD, SignUp
from settings import settings

NAME_CLAIMS = ("given_name", "first_name"), ("family_name", "last_name")
LOCAL = "local_"  # what the clerkId of a user begins with who has no link to the identity provider

# OWASP's minimum for argon2id: 19 MiB, two passes
passwords = CryptContext(
    ["argon2"], deprecated="auto", argon2__time_cost=2, argon2__memory_cost=19456, argon2__parallelism=1
)


def normalised(password: str) -> str:
    """One form for the same characters, however a keyboard composes them."""
    return unicodedata.normalize("NFKC", password)


def hash_password(password: str) -> str:
    return str(passwords.hash(normalised(password)))


# Repeated failures slow down an account, and an address, for a while.
failures = MovingWindowRateLimiter(storage_from_string(settings.sign_in_limit_storage, wrap_exceptions=True))
PER_ACCOUNT, PER_ADDRESS = parse("10 per 15 minutes"), parse("50 per 15 minutes")
SIGN_UPS = parse("20 per 15 minutes")


def is_password(request: Request, account: str, password: str, password_hash: str | None) -> bool:
    """Whether this is the account's password; finding out takes as long where there is no account.

    A failure is counted, and too many of one account or one address are refused with 429. Who shares an address with
    somebody who guesses gets in all the same: the right password is taken for an account without failures of its own.
    """
    address = address_of(request)
    raise_429_beyond(PER_ACCOUNT, account)
    if failures.get_window_stats(PER_ACCOUNT, account).remaining < PER_ACCOUNT.amount:
        raise_429_beyond(PER_ADDRESS, address)
    if password_hash is None or len(password) > LONGEST_PASSWORD:
        passwords.dummy_verify()
    elif verifies(password, password_hash):
        return True
    failures.hit(PER_ACCOUNT, account)
    raise_429_beyond(PER_ADDRESS, address)
    failures.hit(PER_ADDRESS, address)
    return False


def limit_sign_ups(request: Request) -> None:
    """Count a sign-up, and refuse too many of one address with 429: each tells who has an account."""
    address = address_of(request)
    raise_429_beyond(SIGN_UPS, "sign-up", address)
    failures.hit(SIGN_UPS, "sign-up", address)


def address_of(request: Request) -> str:
    """The visitor's address: uvicorn believes an `X-Forwarded-For` only from `--forwarded-allow-ips`."""
    return request.client.host if request.client else "unknown"


def raise_429_beyond(limit: RateLimitItem, *key: str) -> None:
    if not failures.test(limit, *key):
        wait = max(1, round(failures.get_window_stats(limit, *key).reset_time - time.time()))
        raise HTTPException(429, f"Too many tries. Wait for {wait} seconds.", {"Retry-After": str(wait)})


def verifies(password: str, password_hash: str) -> bool:
    """Whether a stored hash is that of this password; a text that is no hash is that of none."""
    try:
        return bool(passwords.verify(normalised(password), password_hash))
    except ValueError:
        return False


def register(db: Session, body: SignUp, role: Role) -> User:
    """A new user who can sign in. An e-mail address belongs to one user (409)."""
    password_hash = hash_password(body.password)  # takes long: before anybody has to wait for us
    if is_taken(db, User, has_email(body.email)):
        raise HTTPException(409, "Someone has this e-mail address already.")
    user = User.model_validate(body, update={"clerk_id": "", "role": role})
    user.clerk_id = f"{LOCAL}{user.id}"
    save(db, user)
    keep_credential(db, user.id, password_hash=password_hash)
    return user


def has_email(address: str) -> ColumnElement[bool]:
    """Whether a user has this address, without case. Others may have stored its domain in Unicode."""
    return without_case(User.email).in_([without_case(form) for form in (address, with_unicode_domain(address))])


def find_account(db: Session, name: str) -> tuple[str | None, str | None]:
    """The id, and the hash of the password, of the user whom this name means.

    The hash is None for users who may not sign in.
    It is an e-mail address first, and a user name only if nobody, archived or not, has that address.
    """
    try:
        is_address = has_email(read_email_address(name))
    except ValueError:  # the other application may know addresses that we would not take
        is_address = without_case(User.email) == without_case(name.strip())
    is_meant = or_(is_address, User.username == name.strip())
    accounts = select(User.id, User.archived_at, Credential.password_hash).outerjoin(Credential)
    found = db.exec(accounts.where(is_meant).order_by(is_address.desc())).first()
    if found is None:
        return None, None
    user_id, archived_at, password_hash = found
    return user_id, None if archived_at else password_hash


def set_password(db: Session, user_id: str, password: str) -> None:
    """Give a user a password, even if it is the first one, and end all their tokens."""
    end_tokens(db, user_id, password_hash=hash_password(password))


def replace_password(db: Session, credential: Credential, password: str, kept_token: str) -> None:
    """Give a user a password instead of this one, unless somebody has just done so (409), and end all other tokens."""
    password_hash = hash_password(password)
    same = col(Credential.user_id) == credential.user_id, col(Credential.password_hash) == credential.password_hash
    if db.exec(update(Credential).where(*same).values(password_hash=password_hash)).rowcount == 0:
        raise HTTPException(409, "Your password has just been changed. Sign in again.")
    end_tokens(db, credential.user_id, kept_token)


def end_tokens(db: Session, user_id: str, kept_token: str | None = None, **values: object) -> None:
    """End all tokens of a user, but perhaps one."""
    kept = kept_token and fingerprint(kept_token)
    keep_credential(db, user_id, tokens_end_at=now(), kept_token=kept, **values)


def keep_credential(db: Session, user_id: str, **values: object) -> None:
    """Keep these facts of a user who may have had no credential yet."""
    insert_if_missing(db, Credential(user_id=user_id))
    db.exec(update(Credential).where(col(Credential.user_id) == user_id).values(**values))


# Tokens


def new_token(user_id: str, issued: datetime | None = None) -> str:
    """A token for `settings.token_hours`. It is issued to the millisecond, so that one that was ended in the same
    second is told from one that was issued after."""
    issued = issued or now()
    claims = {
        "sub": user_id,
        "iat": issued.timestamp(),
        "exp": int((issued + timedelta(hours=settings.token_hours)).timestamp()),
    }
    return str(jwt.encode(claims, settings.secret_key, algorithm="HS256"))


@lru_cache(maxsize=1000)
def read_own_token(token: str) -> dict[str, Any]:
    """The claims of a token of our own, once its signature holds. They are kept: verifying one takes an eighth of the
    time of a request. Whether it has expired in the meantime is for the caller to ask."""
    claims: dict[str, Any] = jwt.decode(token, settings.secret_key, algorithms=["HS256"], options=REQUIRED_CLAIMS)
    ClaimsInUse.model_validate(claims)
    return claims


def fingerprint(token: str) -> str:
    """What is kept of a token, to know it again."""
    return hashlib.sha256(token.encode()).hexdigest()


# Tokens of the identity provider with which the pages still sign in, such as Clerk

REQUIRED_CLAIMS = {"require_sub": True, "require_iat": True, "require_exp": True}
PAUSE = 60  # seconds between two fetches of the provider's keys
PATIENCE = 5  # seconds for the whole of a fetch
LARGEST = 100_000  # bytes of keys


Text = Annotated[str, pydantic.Field(pattern=r"^[^\x00]+$")]  # a database can't even look for NUL


class ClaimsInUse(BaseModel, strict=True):
    """What may stand in the claims that are used of a token."""

    sub: Text
    iat: Annotated[float, pydantic.Field(ge=0, lt=1e11)]
    email: Text | None = None


class KeySet:
    """The provider's public keys, fetched once, and again for an unknown one, but not more than once a minute."""

    def __init__(self) -> None:
        self.keys: dict[str, Any] = {}
        self.next_fetch = 0.0
        self.down = False
        self.lock = Lock()

    async def get(self, kid: str) -> Any:
        """The key of this id. While the provider doesn't answer, the request is put off with 503."""
        if kid not in self.keys:  # whose key is known waits for nobody
            async with self.lock:
                if kid not in self.keys and time.monotonic() >= self.next_fetch:
                    await self.fetch()
        if kid in self.keys:
            return self.keys[kid]
        if self.down:
            raise HTTPException(503, "The identity provider doesn't answer. Try again.", {"Retry-After": str(PAUSE)})
        raise JWTError("unknown key")

    async def fetch(self) -> None:
        self.next_fetch = time.monotonic() + PAUSE
        self.down = True
        try:
            with fail_after(PATIENCE):
                answer = json.loads(await download(settings.identity_jwks_url))
            self.keys = {key["kid"]: jwk.construct(key, "RS256") for key in answer["keys"] if key["kty"] == "RSA"}
            self.down = False
        except Exception as error:  # whatever it is that was answered, it is no set of keys
            logging.getLogger("logbook").error(json.dumps({"identityProvider": repr(error)}))


async def download(url: str) -> bytes:
    """What is there, if it is not too large."""
    import httpx  # only who has a provider waits for it at the start

    content, as_it_is = b"", {"Accept-Encoding": "identity"}  # what is small when compressed may be large
    async with httpx.AsyncClient() as client, client.stream("GET", url, headers=as_it_is) as answer:
        async for part in answer.raise_for_status().aiter_raw():
            content += part
            if len(content) > LARGEST:
                raise ValueError(f"more than {LARGEST} bytes")
    return content


key_set = KeySet()


def is_providers_token(token: str) -> bool:
    """Whether a token claims to be the provider's. Its family of algorithms is never tried with our own secret."""
    return bool(settings.identity_jwks_url) and jwt.get_unverified_header(token).get("alg") == "RS256"


async def read_providers_token(token: str) -> dict[str, Any]:
    """The claims of one of the provider's tokens, once signature, issuer, expiry and audience hold."""
    key = await key_set.get(str(jwt.get_unverified_header(token).get("kid")))
    audience = settings.identity_audience or None
    options = REQUIRED_CLAIMS | {"verify_aud": bool(audience), "require_aud": bool(audience)}
    claims: dict[str, Any] = jwt.decode(
        token, key, algorithms=["RS256"], issuer=settings.identity_issuer, audience=audience, options=options
    )
    return claims


# Who is calling


class Caller(NamedTuple):
    """The user whom the bearer token names."""

    id: str
    role: Role
    first_name: str
    last_name: str
    tokens_end_at: datetime | None
    kept_token: str | None

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"


PUBLIC: dict[str, Any] = {"security": []}  # `openapi_extra` of what needs no token


class Claims(NamedTuple):
    """What a token says, once it is verified: whom it names, by which of the user's columns. And the token itself."""

    column: str
    subject: str
    issued_at: datetime
    token: str
    email: str | None = None
    name: PersonName | None = None


def verified_email(claims: dict[str, Any]) -> str | None:
    """The e-mail address of which the provider says that it is the user's own."""
    email = claims.get("email")
    if claims.get("email_verified") is not True or not isinstance(email, str):
        return None
    try:
        return read_email_address(email)
    except ValueError:
        return None


def name_of(claims: dict[str, Any]) -> PersonName:
    """What the provider calls a person, in either of the usual spellings."""
    first_name, last_name = (claims.get(one) or claims.get(other) for one, other in NAME_CLAIMS)
    try:
        return PersonName(first_name=first_name or "Unknown", last_name=last_name or "User")
    except ValidationError:
        return PersonName(first_name="Unknown", last_name="User")


def find_caller(column: str) -> Select[Any]:
    """A few columns by a statement made once: a third of the time of loading the whole user."""
    user, credential = table_of(User).c, table_of(Credential).c
    return (
        select_columns(user.id, user.role, user.first_name, user.last_name)
        .add_columns(credential.tokens_end_at, credential.kept_token)
        .outerjoin(table_of(Credential), credential.user_id == user.id)
        .where(user[column] == bindparam("subject"), user.archived_at.is_(None))
    )


FIND_CALLER = {column: find_caller(column) for column in ("id", "clerk_id")}


def link(db: Session, email: str, clerk_id: str) -> None:
    """Link the provider's user to ours with this verified e-mail address, unless ours has a link already."""
    has_no_link = col(User.clerk_id).startswith(LOCAL, autoescape=True)
    db.exec(update(User).where(has_email(email), has_no_link).values(clerk_id=clerk_id))


def lock_caller(db: Session, user: Caller) -> None:
    """Refuse who has just been archived or given another role (409). Nobody does so until this request is over."""
    as_before = col(User.archived_at).is_(None), col(User.role) == user.role
    lock_row(db, get_or_404(db, User, user.id), *as_before, detail="Your account has just been changed. Try again.")


def sign_up_by_provider(db: Session, email: str, clerk_id: str, name: PersonName) -> None:
    """Make a guard of the provider's user whom nobody here knows yet, neither by link nor by e-mail address."""
    if not is_taken(db, User, or_(has_email(email), col(User.clerk_id) == clerk_id)):
        save(db, User.model_validate(name, update={"email": email, "clerk_id": clerk_id}))


def unknown_caller(detail: str = "Your sign-in is no longer valid. Sign in again.") -> HTTPException:
    return HTTPException(401, detail, {"WWW-Authenticate": "Bearer"})


# Dependencies


def hashing_slot() -> Iterator[None]:
    yield


# An endpoint that hashes runs in a thread and takes a slot, so that a rush of sign-ins can't fill the memory. It takes
# the slot before a connection: else those that wait would hold all connections.
HashingSlot = Annotated[None, Depends(hashing_slot, scope="function", max_concurrency=4)]


# Without SERVER_URL there is no slash in front: the docs page looks for it under the prefix that a proxy may add.
TOKEN_URL = f"{settings.server_url}/api/v1/auth/token".removeprefix("/")
BearerToken = Annotated[str, Depends(OAuth2PasswordBearer(tokenUrl=TOKEN_URL))]


async def read_token(token: BearerToken) -> Claims:
    """The claims of a token of our own, or of the identity provider. The two families of algorithms never mix."""
    try:
        if is_providers_token(token):
            claims = await read_providers_token(token)
            ClaimsInUse.model_validate(claims)
            if claims["sub"].startswith(LOCAL):  # else it would name a user who has no link to the provider
                raise unknown_caller()
            issued_at = datetime.fromtimestamp(claims["iat"], UTC)
            return Claims("clerk_id", claims["sub"], issued_at, token, verified_email(claims), name_of(claims))
        claims = read_own_token(token)
        if claims["exp"] <= time.time():
            raise unknown_caller()
        return Claims("id", claims["sub"], datetime.fromtimestamp(claims["iat"], UTC), token)
    except (JOSEError, OverflowError, RecursionError, TypeError, ValueError):  # header and claims may be any JSON
        raise unknown_caller() from None


@responds_with(401, "Any role may call this.")
@on_event_loop
def current_user(request: Request, db: Db, claims: Annotated[Claims, Depends(read_token)]) -> Caller:
    """The caller. The database holds the role, not the token, so that a change counts at once."""
    find, subject = FIND_CALLER[claims.column], {"subject": claims.subject}
    row = db.connection().execute(find, subject).first()
    if row is None and claims.email and claims.name:
        link(db, claims.email, claims.subject)
        if settings.allow_sign_up:
            sign_up_by_provider(db, claims.email, claims.subject, claims.name)
        row = db.connection().execute(find, subject).first()  # perhaps another request made it at this very moment
    if row is None and claims.column == "clerk_id":
        raise unknown_caller("Nobody here has this sign-in. Ask an admin for an account with your e-mail address.")
    if row is None:
        raise unknown_caller()
    caller = Caller(*row)
    if caller.role not in RANKS:  # a role that was added to the database later may do what a guard may
        caller = caller._replace(role=Role.GUARD)
    ended = caller.tokens_end_at
    if ended and claims.issued_at < ended and fingerprint(claims.token) != caller.kept_token:
        raise unknown_caller()
    request.state.user_id = caller.id
    return caller


CurrentUser = Annotated[Caller, Depends(current_user)]


def at_least(lowest: Role) -> Callable[[Caller], Caller]:
    """Let through who has this role or a higher one."""
    rule = f"This takes the role {lowest} or a higher one."

    @responds_with(403, rule)
    @on_event_loop
    def check(user: CurrentUser) -> Caller:
        if not user.role.reaches(lowest):
            raise HTTPException(403, rule)
        return user

    return check


ONLY_GUARDS = "This is for guards."


@responds_with(403, ONLY_GUARDS)
@on_event_loop
def only_guard(user: CurrentUser) -> Caller:
    """Let through who has the role GUARD, and no higher one."""
    if user.role is not Role.GUARD:
        raise HTTPException(403, ONLY_GUARDS)
    return user


Guard = Annotated[Caller, Depends(only_guard)]
Supervisor = Annotated[Caller, Depends(at_least(Role.SUPERVISOR))]
Admin = Annotated[Caller, Depends(at_least(Role.ADMIN))]
SuperAdmin = Annotated[Caller, Depends(at_least(Role.SUPER_ADMIN))]
