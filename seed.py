from sqlmodel import SQLModel

from database import engine


def prepare() -> None:
    SQLModel.metadata.create_all(engine)
