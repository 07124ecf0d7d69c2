"""Two tables and a matrix of their own, for schemas that are made to be broken."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from db.models import Organisation
from db.types import Folded, Key

MATRIX = """
system = "employer_account"
columns = ["owner", "viewer", "signed_in"]
[thing.read]
also = ["part.read", "part.read_list"]
source = "A14"
feature = "Look"
owner = "organisation"
viewer = "organisation"
[thing.read_secret]
source = "A14"
feature = "Look closer"
owner = "organisation"
[thing.read_all]
source = "A14"
feature = "Look at everything"
owner = "everything"
viewer = "everything"
[thing.read_area]
source = "A14"
feature = "Look around"
owner = "area"
[thing.rename]
also = ["thing.tag"]
source = "A14"
feature = "Rename"
owner = "organisation"
[thing.read_non_levy]
source = "A14"
feature = "Look where no levy is paid"
owner = "organisation"
when = "non_levy"
[thing.read_own_fields]
source = "A14"
feature = "Look at some of it"
owner = "organisation"
fields = ["name"]
[thing.create]
source = "A14"
feature = "Begin"
signed_in = "self"
[thing.sweep]
source = "A14"
feature = "Sweep an area"
owner = "area"
[user.read]
also = ["user.read_rights"]
source = "A14"
feature = "Look at oneself"
signed_in = "self"
[fact.read]
source = "A14"
feature = "Know"
signed_in = "everything"
"""


class Model(DeclarativeBase):
    """Tables of this test alone."""


class Things(Model):
    __tablename__ = "things"

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[str] = mapped_column(
        Key, ForeignKey(Organisation.__table__.c.id), index=True
    )
    former_id: Mapped[str | None] = mapped_column(Key, ForeignKey(Organisation.__table__.c.id))
    former_thing_id: Mapped[str | None] = mapped_column(Key, ForeignKey("things.id"))
    name: Mapped[str]
    name_sort: Mapped[str] = mapped_column(Folded)
    secret: Mapped[str]
    note: Mapped[str | None]


class Parts(Model):
    __tablename__ = "parts"
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    thing_id: Mapped[str] = mapped_column(Key, ForeignKey("things.id"), index=True)
    lid_of: Mapped[str] = mapped_column(Key, ForeignKey("things.id"), unique=True)
    organisation_id: Mapped[str] = mapped_column(Key)
    name: Mapped[str]
