"""The environment, read once."""

import os
from errno import EPERM
from pathlib import Path

import pytest
from dotenv import dotenv_values
from pydantic import ValidationError
from sqlalchemy import make_url
from sqlalchemy.dialects.postgresql.psycopg import dialect

from settings import Settings, read_settings
from tests.databases import end, start

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
    with pytest.raises(ValidationError, match="name a file"):
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
    with pytest.raises(ValidationError, match="list origins with commas between them"):
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


def test_the_first_start_works_where_there_are_no_hard_links(tmp_path, monkeypatch):
    def link(*_):
        raise OSError(EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", link)
    first, second = (Settings(database_url=f"sqlite:///{tmp_path}/new.db", secret_key="") for _ in range(2))
    assert first.secret_key == second.secret_key
    assert [(file.name, file.stat().st_mode & 0o777) for file in tmp_path.iterdir()] == [("new.db.secret", 0o600)]


# What a wrong setting says


@pytest.fixture
def refusal(monkeypatch, tmp_path):
    """What the start says with these settings in the environment, or with this .env."""
    monkeypatch.chdir(tmp_path)

    def say(env=b"", **environment):
        (tmp_path / ".env").write_bytes(env)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as stop:
            read_settings()
        return str(stop.value)

    return say


SERVER = "postgresql://ann:hush@db/logbook"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"DATABASE_URL": SERVER, "SECRET_KEY": ""}, "set SECRET_KEY"),
        ({"SECRET_KEY": "hush"}, "at least 32 bytes"),
        ({"DATABASE_URL": SERVER, "DEMO_DATA": "true"}, "set DEMO_DATA=false: only the embedded database"),
        ({"DATABASE_URL": "postgresql://ann:hush@db:port/logbook"}, "DATABASE_URL: write it as sqlite:///"),
        ({"DATABASE_URL": "postgresql://ann:hush@db:65536/logbook"}, "DATABASE_URL: a port is a number"),
        ({"DATABASE_URL": "postgresql://ann:hu@sh@db/logbook"}, "an @ in the password as %40"),
        ({"DATABASE_URL": "postgresql://ann:hu@sh/hush@db/logbook"}, "an @ in the password as %40"),
        ({"DATABASE_URL": "postgresql+psycopg2://ann:hush@db/logbook"}, "DATABASE_URL: write it as sqlite:///"),
        ({"DATABASE_URL": "mysql://ann:hush@db/logbook"}, "DATABASE_URL: write it as sqlite:///"),
        ({"DATABASE_URL": "hush"}, "DATABASE_URL: write it as sqlite:///"),
        ({"DATABASE_URL": "sqlite:////no/such/logbook.db"}, "DATABASE_URL: make the folder /no/such"),
        ({"SIGN_IN_LIMIT_STORAGE": "radish://ann:hush@db"}, "SIGN_IN_LIMIT_STORAGE: write memory://"),
        ({"TIME_ZONE": "Mars"}, "TIME_ZONE: "),
        ({"TOKEN_HOURS": "inf"}, "TOKEN_HOURS: "),
        ({"TOKEN_HOURS": "nan"}, "TOKEN_HOURS: "),
        ({"TOKEN_HOURS": "-1"}, "TOKEN_HOURS: "),
        ({"POOL_SIZE": "0"}, "POOL_SIZE: "),
        ({"POOL_OVERFLOW": "-1"}, "POOL_OVERFLOW: "),
        ({"ALLOW_SIGN_UP": "hush"}, "ALLOW_SIGN_UP: "),
        ({"IDENTITY_ISSUER": "x", "IDENTITY_JWKS_URL": "hush"}, "IDENTITY_JWKS_URL: "),
        ({"SERVER_URL": "hush"}, "SERVER_URL: "),
    ],
)
def test_a_wrong_setting_says_what_to_do_and_repeats_no_value(refusal, wrong, sentence):
    said = refusal(**wrong)
    assert sentence in said
    assert said.startswith("Can't start: ")
    assert "hush" not in said
    assert "\n" not in said


def test_each_wrong_setting_has_a_line(refusal):
    said = refusal(TOKEN_HOURS="inf", POOL_SIZE="many").splitlines()
    assert [line.split(": ")[1] for line in said] == ["TOKEN_HOURS", "POOL_SIZE"]


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-16-le"])
def test_an_environment_in_another_encoding_is_refused(refusal, encoding):
    assert refusal("HQ_LOCATION=Büro".encode(encoding)) == "Can't start: save .env as UTF-8."


def test_an_environment_may_begin_with_the_mark_of_windows_editors(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TOKEN_HOURS")
    (tmp_path / ".env").write_text("TOKEN_HOURS=3", encoding="utf-8-sig")
    assert read_settings().token_hours == 3


def test_strangers_may_not_sign_up_unless_it_is_set(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ALLOW_SIGN_UP")
    assert not read_settings().allow_sign_up
    assert dotenv_values(FOLDER / ".env.example")["ALLOW_SIGN_UP"] == "true"


UVICORN, ALEMBIC = ("uvicorn", "main:app", "--port", "0"), ("alembic", "upgrade", "head")
WRONG = "postgresql://ann:hush@db:port/logbook"
NOBODY = "postgresql://ann:hush@127.0.0.1:1/logbook"


@pytest.mark.parametrize("command", [UVICORN, ALEMBIC])
@pytest.mark.parametrize(
    ("url", "sentence"), [(WRONG, "write it as"), (NOBODY, "does not answer: connection"), (None, "not a database")]
)
def test_whatever_starts_ends_with_a_sentence(tmp_path, command, url, sentence):
    (tmp_path / "notes.db").write_text("This is text, not a database, whatever its name says.")
    code, output = end(start(url or f"sqlite:///{tmp_path}/notes.db", "-m", *command))
    assert code != 0
    assert sentence in output
    assert "Traceback" not in output
    assert "hush" not in output


def test_so_does_a_server_that_reloads():
    process = start(WRONG, "-m", *UVICORN, "--reload")
    said = ""
    while "Can't start: DATABASE_URL" not in said:
        line = process.stdout.readline()
        assert line
        said += line
    process.terminate()
    assert "Traceback" not in said + end(process)[1]
