"""Configuration: the environment, or a .env file, read once."""

import os
import re
import secrets
import tempfile
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from limits.storage import storage_from_string
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

PRISMA_OPTIONS = ("schema", "pgbouncer", "connection_limit", "pool_timeout", "socket_timeout", "statement_cache_size")

FORMS = "write it as sqlite:///logbook.db or postgresql://user:password@host:5432/database, an @ in the password as %40"

WebAddress = Annotated[str, Field(pattern="^(https?://.+)?$")]


class Settings(BaseSettings):
    """Each field is the environment variable of the same name in capitals; .env.example explains them."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8-sig",  # Windows' editors begin a file with a mark
        env_ignore_empty=True,
        extra="ignore",
        hide_input_in_errors=True,
    )

    database_url: str = "sqlite:///logbook.db"
    secret_key: str = ""
    token_hours: float = Field(default=12, ge=0.1, le=24 * 366)
    time_zone: ZoneInfo = ZoneInfo("UTC")
    hq_location: str = "HQ401"
    allow_sign_up: bool = False
    demo_data: bool = False
    cors_origins: Annotated[list[str], NoDecode] = []
    first_admin_email: str = ""
    first_admin_password: str = ""
    sign_in_limit_storage: str = "memory://"
    pool_size: int = Field(default=5, ge=1, le=1000)
    pool_overflow: int = Field(default=10, ge=0, le=1000)
    pool_timeout: float = Field(default=5, gt=0, le=60)
    lock_timeout: float = Field(default=5, gt=0, le=60)
    statement_timeout: float = Field(default=10, gt=0, le=600)
    identity_issuer: str = ""
    identity_jwks_url: WebAddress = ""
    identity_audience: str = ""
    rapidapi_proxy_secret: str = ""
    server_url: WebAddress = ""
    base_path: str = ""
    telemetry: bool = False

    @field_validator("database_url")
    @classmethod
    def use_psycopg(cls, value: str) -> str:
        """`postgres://` and `postgresql://` mean psycopg; what only Prisma understands of an address is left out.
        The embedded database is a file."""
        try:
            url = make_url(re.sub("^postgres(ql)?://", "postgresql+psycopg://", value))
        except (ArgumentError, ValueError):
            raise ValueError(FORMS) from None
        database = url.database or ""
        if url.drivername == "sqlite":
            if database in ("", ":memory:") or database.startswith("file:"):
                raise ValueError("name a file, such as sqlite:///logbook.db: nothing is shared in memory")
            if not Path(database).parent.is_dir():
                raise ValueError(f"make the folder {Path(database).parent.absolute()}, or name another one")
        elif url.drivername != "postgresql+psycopg" or "@" in f"{url.host}{database}":
            raise ValueError(FORMS)
        elif url.port is not None and not 0 < url.port < 2**16:
            raise ValueError("a port is a number from 1 to 65535")
        return url.difference_update_query(PRISMA_OPTIONS).render_as_string(hide_password=False)

    @field_validator("cors_origins", mode="before")
    @classmethod
    def split(cls, value: str | list[str]) -> list[str]:
        """Origins are listed with commas between them, and compared as browsers write them: without a path."""
        given = value.split(",") if isinstance(value, str) else value
        origins = [origin.strip().lower().removesuffix("/") for origin in given if origin.strip()]
        if not all(re.fullmatch(r"\*|[\w+.-]+://[\w.:\[\]-]+", origin) for origin in origins):
            raise ValueError("list origins with commas between them: https://logbook.example.com,http://other:3000")
        return origins

    @field_validator("base_path")
    @classmethod
    def begin_with_a_slash(cls, value: str) -> str:
        """`prod`, `/prod` and `/prod/` mean the same."""
        return f"/{value.strip('/')}".rstrip("/")

    @field_validator("sign_in_limit_storage")
    @classmethod
    def be_known(cls, value: str) -> str:
        """Failures can be counted there."""
        try:
            storage_from_string(value)
        except Exception:  # whatever a wrong address makes of the packages below
            raise ValueError("write memory://, or redis://host:6379, which takes `pip install redis`") from None
        return value

    @model_validator(mode="after")
    def keep_demo_accounts_embedded(self) -> Self:
        """Everybody knows the demo accounts' password."""
        if self.demo_data and not self.database_url.startswith("sqlite"):
            raise ValueError("set DEMO_DATA=false: only the embedded database is filled with demo accounts")
        return self

    @model_validator(mode="after")
    def require_a_secret(self) -> Self:
        """A signing key of 32 bytes or more; only the embedded database may do without a configured one."""
        if not self.secret_key:
            url = make_url(self.database_url)
            if url.get_backend_name() != "sqlite":
                raise ValueError("set SECRET_KEY (for example `openssl rand -hex 32`): DATABASE_URL is not embedded")
            self.secret_key = stored_secret(Path(f"{url.database}.secret"))
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


def stored_secret(path: Path) -> str:
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
        except OSError:  # FAT has no hard links
            with suppress(FileExistsError), open(path, "x", opener=partial(os.open, mode=0o600)) as file:
                file.write(Path(draft).read_text())
        finally:
            os.unlink(draft)
    return path.read_text()


def read_settings() -> Settings:
    """The settings. A wrong one ends the program with a sentence that does not repeat it: it may be a secret."""
    try:
        if Path(".env").is_file() and b"\0" in Path(".env").read_bytes():  # UTF-16 would pass for no settings at all
            raise SystemExit("Can't start: save .env as UTF-8.")
        return Settings()
    except ValidationError as error:
        raise SystemExit(say_what_is_wrong(error)) from None
    except UnicodeDecodeError:
        raise SystemExit("Can't start: save .env as UTF-8.") from None
    except OSError as error:
        raise SystemExit(f"Can't start: {error.filename}: {error.strerror}.") from None


def say_what_is_wrong(error: ValidationError, prefix: str = "") -> str:
    """A sentence for each fault, with the name of the setting."""
    lines = []
    for fault in error.errors():
        name = "".join(f"{prefix}{part}: ".upper() for part in fault["loc"])
        lines.append(f"Can't start: {name}{fault['msg'].removeprefix('Value error, ').rstrip('.')}.")
    return "\n".join(lines)


settings = read_settings()
EMBEDDED = settings.database_url.startswith("sqlite")  # SQLite in this very process, not a server
