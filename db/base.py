"""The declarative base of every model, with one naming convention for all constraints."""

from sqlalchemy import Index, MetaData, Table
from sqlalchemy.orm import DeclarativeBase

from db.types import Ordered

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What every model inherits from; its metadata is the whole schema of the database."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map = {str: Ordered}  # noqa: RUF012 - SQLAlchemy reads it as it stands


def indexes(table: Table, dialect: str) -> list[Index]:
    """Return the indexes of a table in a database: those of PostgreSQL's own kinds only there."""
    return [
        index
        for index in table.indexes
        if dialect == "postgresql" or not index.dialect_options["postgresql"]["using"]
    ]
