"""Alembic's environment: on the connection of `db.migrate`, or for its own command line.

The command line takes the address as `alembic -x url=sqlite:///path.db …`.
"""

import asyncio

from alembic import context
from sqlalchemy import Connection

import db.models  # noqa: F401 - fills the metadata
from db.base import Base
from db.migrate import compared, transaction


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=compared(connection),
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


async def _run_on_own_connection() -> None:
    address = context.get_x_argument(as_dictionary=True).get("url")
    if not isinstance(address, str):
        raise SystemExit("Say which database: alembic -x url=sqlite:///path.db …")
    async with transaction(address) as connection:
        await connection.run_sync(_run)


if (given := context.config.attributes.get("connection")) is not None:
    _run(given)
else:
    asyncio.run(_run_on_own_connection())
