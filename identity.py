"""Tokens of the identity provider with which the pages still sign in, such as Clerk."""

import json
import logging
import time
from typing import Annotated, Any

from anyio import Lock, fail_after
from fastapi import HTTPException
from jose import jwk, jwt
from jose.exceptions import JWTError
from pydantic import BaseModel, Field

from settings import settings

REQUIRED_CLAIMS = {"require_sub": True, "require_iat": True, "require_exp": True}
PAUSE = 60  # seconds between two fetches of the provider's keys
PATIENCE = 5  # seconds for the whole of a fetch
LARGEST = 100_000  # bytes of keys


Text = Annotated[str, Field(pattern=r"^[^\x00]+$")]  # a database can't even look for NUL


class ClaimsInUse(BaseModel, strict=True):
    """What may stand in the claims that are used of a token."""

    sub: Text
    iat: Annotated[float, Field(ge=0, lt=1e11)]
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


def is_providers(token: str) -> bool:
    """Whether a token claims to be the provider's. Its family of algorithms is never tried with our own secret."""
    return bool(settings.identity_jwks_url) and jwt.get_unverified_header(token).get("alg") == "RS256"


async def read(token: str) -> dict[str, Any]:
    """The claims of one of the provider's tokens, once signature, issuer, expiry and audience hold."""
    key = await key_set.get(str(jwt.get_unverified_header(token).get("kid")))
    audience = settings.identity_audience or None
    options = REQUIRED_CLAIMS | {"verify_aud": bool(audience), "require_aud": bool(audience)}
    claims: dict[str, Any] = jwt.decode(
        token, key, algorithms=["RS256"], issuer=settings.identity_issuer, audience=audience, options=options
    )
    return claims
