"""The environment, read once."""

from pathlib import Path

import pytest
from dotenv import dotenv_values
from pydantic import ValidationError
from sqlalchemy import make_url
from sqlalchemy.dialects.postgresql.psycopg import dialect

from settings import Settings

FOLDER = Path(__file__).parent.parent


def address(url):
    return make_url(Settings(database_url=url).database_url)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_each_way_to_write_a_postgresql_address_means_psycopg(scheme):
    url = address(f"{scheme}://ann:secret@db.example.com:6543/logbook")
    assert url.drivername == "postgresql+psycopg"
    assert (url.username, url.password, url.host, url.port, url.database) == (
        "ann",
        "secret",
        "db.example.com",
        6543,
        "logbook",
    )


def test_what_only_prisma_understands_is_left_out_and_the_rest_stays():
    url = address("postgres://ann@db/logbook?schema=public&pgbouncer=true&connection_limit=1&sslmode=require")
    assert url.query == {"sslmode": "require"}


def test_a_password_may_have_any_characters():
    url = address("postgres://ann:p%40ss%2Fw%3Ard%25%20%23@db/logbook")
    assert url.password == "p@ss/w:rd% #"
    _, options = dialect().create_connect_args(url)
    assert options["password"] == "p@ss/w:rd% #"


def test_an_embedded_address_stays_as_it_is():
    assert Settings(database_url="sqlite:///logbook.db").database_url == "sqlite:///logbook.db"


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_an_embedded_database_is_a_file(url):
    with pytest.raises(ValidationError, match="set DATABASE_URL to a file"):
        Settings(database_url=url)


def test_the_example_of_the_environment_explains_every_setting():
    assert set(dotenv_values(FOLDER / ".env.example")) == {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize(
    ("given", "origins"),
    [
        ("https://a.example.com, http://localhost:3000", ["https://a.example.com", "http://localhost:3000"]),
        ("https://a.example.com/,", ["https://a.example.com"]),
        ("HTTPS://A.example.com", ["https://a.example.com"]),
        ("http://[::1]:3000", ["http://[::1]:3000"]),
        ("*", ["*"]),
        ("", []),
    ],
)
def test_origins_are_compared_as_browsers_write_them(given, origins):
    assert Settings(cors_origins=given).cors_origins == origins


@pytest.mark.parametrize(
    "given", ['["https://a.example.com"]', "a.example.com", "https://a.example.com/pages", "https://a https://b"]
)
def test_what_is_no_list_of_origins_is_refused(given):
    with pytest.raises(ValidationError, match="list CORS_ORIGINS with commas between them"):
        Settings(cors_origins=given)


@pytest.mark.parametrize(
    ("given", "path"), [("/prod", "/prod"), ("prod/", "/prod"), ("/a/b", "/a/b"), ("/", ""), ("", "")]
)
def test_a_base_path_begins_with_a_slash_and_ends_without(given, path):
    assert Settings(base_path=given).base_path == path


@pytest.mark.parametrize("given", ["first_admin_email", "first_admin_password"])
def test_the_first_admin_has_an_address_and_a_password(given):
    with pytest.raises(ValidationError, match="set both FIRST_ADMIN_EMAIL and FIRST_ADMIN_PASSWORD, or neither"):
        Settings(**{"first_admin_email": "", "first_admin_password": "", given: "chief@marina.example"})


def test_a_secret_has_32_bytes():
    Settings(secret_key="x" * 32)
    with pytest.raises(ValidationError, match="32 bytes"):
        Settings(secret_key="x" * 31)


def test_a_database_that_is_not_embedded_takes_a_secret():
    with pytest.raises(ValidationError, match="set SECRET_KEY"):
        Settings(database_url="postgresql://ann@db/logbook", secret_key="")


def test_the_secret_that_is_made_is_for_its_owner_alone(tmp_path):
    first, second = (Settings(database_url=f"sqlite:///{tmp_path}/new.db", secret_key="") for _ in range(2))
    assert first.secret_key == second.secret_key == (tmp_path / "new.db.secret").read_text()
    assert (tmp_path / "new.db.secret").stat().st_mode & 0o777 == 0o600
    another = Settings(database_url=f"sqlite:///{tmp_path}/another.db", secret_key="")
    assert another.secret_key != first.secret_key
