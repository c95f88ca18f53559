"""Configuration: the environment, or a .env file, read once."""

import os
import re
import secrets
import tempfile
from pathlib import Path
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import make_url

PRISMA_OPTIONS = ("schema", "pgbouncer", "connection_limit", "pool_timeout", "socket_timeout", "statement_cache_size")


class Settings(BaseSettings):
    """Each field is the environment variable of the same name in capitals; .env.example explains them."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore")

    database_url: str = "sqlite:///logbook.db"
    secret_key: str = ""
    token_hours: float = 12
    time_zone: ZoneInfo = ZoneInfo("UTC")
    hq_location: str = "HQ401"
    allow_sign_up: bool = True
    demo_data: bool = False
    cors_origins: Annotated[list[str], NoDecode] = []
    first_admin_email: str = ""
    first_admin_password: str = ""
    sign_in_limit_storage: str = "memory://"
    pool_size: int = 5
    pool_overflow: int = 10
    identity_issuer: str = ""
    identity_jwks_url: str = ""
    identity_audience: str = ""
    rapidapi_proxy_secret: str = ""
    server_url: str = ""
    base_path: str = ""
    telemetry: bool = False

    @field_validator("database_url")
    @classmethod
    def use_psycopg(cls, value: str) -> str:
        """`postgres://` and `postgresql://` mean psycopg; what only Prisma understands of an address is left out.
        The embedded database is a file."""
        url = make_url(re.sub("^postgres(ql)?://", "postgresql+psycopg://", value))
        if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
            raise ValueError("set DATABASE_URL to a file, such as sqlite:///logbook.db: nothing is shared in memory")
        return url.difference_update_query(PRISMA_OPTIONS).render_as_string(hide_password=False)

    @field_validator("cors_origins", mode="before")
    @classmethod
    def split(cls, value: str | list[str]) -> list[str]:
        """Origins are listed with commas between them, and compared as browsers write them: without a path."""
        given = value.split(",") if isinstance(value, str) else value
        origins = [origin.strip().lower().removesuffix("/") for origin in given if origin.strip()]
        if not all(re.fullmatch(r"\*|[\w+.-]+://[\w.:\[\]-]+", origin) for origin in origins):
            raise ValueError(
                "list CORS_ORIGINS with commas between them: https://logbook.example.com,http://other:3000"
            )
        return origins

    @field_validator("base_path")
    @classmethod
    def begin_with_a_slash(cls, value: str) -> str:
        """`prod`, `/prod` and `/prod/` mean the same."""
        return f"/{value.strip('/')}".rstrip("/")

    @model_validator(mode="after")
    def require_a_secret(self) -> Self:
        """A signing key of 32 bytes or more; only the embedded database may do without a configured one."""
        if not self.secret_key:
            url = make_url(self.database_url)
            if url.get_backend_name() != "sqlite":
                raise ValueError("set SECRET_KEY (for example `openssl rand -hex 32`): DATABASE_URL is not embedded")
            self.secret_key = kept_secret(Path(f"{url.database}.secret"))
        if len(self.secret_key.encode()) < 32:
            raise ValueError("SECRET_KEY is too short: it takes at least 32 bytes (`openssl rand -hex 32`)")
        return self

    @model_validator(mode="after")
    def require_whole_pairs(self) -> Self:
        """Keys need the name of whose they are, and the first admin a password."""
        for one, other in ("identity_issuer", "identity_jwks_url"), ("first_admin_email", "first_admin_password"):
            if bool(getattr(self, one)) != bool(getattr(self, other)):
                raise ValueError(f"set both {one.upper()} and {other.upper()}, or neither")
        return self


def kept_secret(path: Path) -> str:
    """The secret in this file, made at the first start and readable by its owner alone.

    The file appears whole or not at all, so that of several workers starting at once all read the same secret.
    """
    if not path.exists():
        descriptor, draft = tempfile.mkstemp(dir=path.parent)  # mode 0600
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            os.unlink(draft)
    return path.read_text()


settings = Settings()
