"""The mapped base: naming convention, column shapes, keys that lead with the brand."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    MetaData,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

from app.kernel.money import MAX_CENTS


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 -- SQLAlchemy reads it from the class
        str: Text(),
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB(),
        list[Any]: JSONB(),
    }


brand_pk = Annotated[UUID, mapped_column(Uuid(), ForeignKey("brands.id"), primary_key=True)]
uuid_pk = Annotated[UUID, mapped_column(Uuid(), primary_key=True)]
cents = Annotated[int, mapped_column(BigInteger())]
bigint = Annotated[int, mapped_column(BigInteger())]


def belongs(
    column: str, table: str, *, name: str | None = None, circular: bool = False
) -> ForeignKeyConstraint:
    """A reference that cannot cross brands: (brand_id, column) to the table's composite key."""
    return ForeignKeyConstraint(
        ["brand_id", column],
        [f"{table}.brand_id", f"{table}.id"],
        name=name,
        use_alter=circular,
    )


def one_of(column: str, values: type[Any]) -> CheckConstraint:
    """The column holds one of a StrEnum's values."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def amount(column: str) -> CheckConstraint:
    """Cents that are neither negative nor absurd."""
    return CheckConstraint(f"{column} BETWEEN 0 AND {MAX_CENTS}", name=f"{column}_range")
