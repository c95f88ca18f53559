"""What an empty database starts with: the first admin, or the demo data of `demo/`."""

from pydantic import ValidationError
from sqlalchemy import Connection
from sqlmodel import Session, col, func, select

from database import engine
from demo.data import DEMO_ACCOUNTS, DEMO_PASSWORD
from demo.town import Demo
from fields import now
from migrations import bring_up_to_date, wait_to_be_alone
from models import Role, User
from schemas import SignUp
from security import register
from settings import say_what_is_wrong, settings


def prepare() -> None:
    """Bring the database up to date, and fill one without users. Of several workers one does it."""
    bring_up_to_date()
    if settings.demo_data or settings.first_admin_email:
        with engine.begin() as connection:
            wait_to_be_alone(connection)
            fill(connection)


def fill(connection: Connection) -> None:
    """Give a database without users its first admin or, if none is configured, the demo data."""
    with Session(connection) as db:
        is_empty = db.exec(select(User.id).limit(1)).first() is None
        if is_empty and settings.first_admin_email and settings.first_admin_password:
            make_first_admin(db)
        elif is_empty and settings.demo_data:
            Demo(now()).write(connection)
        if settings.demo_data:
            show_accounts(db)
        db.commit()


def make_first_admin(db: Session) -> None:
    """A SUPER_ADMIN with the configured address and password, which must keep the rules of signing up."""
    account = {"email": settings.first_admin_email, "password": settings.first_admin_password}
    try:
        admin = SignUp.model_validate({"firstName": "First", "lastName": "Admin", **account})
    except ValidationError as error:
        raise SystemExit(say_what_is_wrong(error, "first_admin_")) from None
    register(db, admin, Role.SUPER_ADMIN)


def show_accounts(db: Session) -> None:
    """Say how to sign in, as long as the demo accounts exist."""
    accounts = col(User.email).in_(DEMO_ACCOUNTS.values())
    if db.exec(select(func.count()).where(accounts)).one() == len(DEMO_ACCOUNTS):
        print(f"Demo accounts, each with the password {DEMO_PASSWORD}: {', '.join(DEMO_ACCOUNTS.values())}", flush=True)
