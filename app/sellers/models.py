"""A seller and the customer card on which she collects her own rewards."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.orm import Base, belongs, brand_pk, uuid_pk


class Seller(Base):
    __tablename__ = "sellers"
    __table_args__ = (
        belongs("customer_id", "customers"),
        UniqueConstraint("brand_id", "customer_id"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    customer_id: Mapped[UUID]
    display_name: Mapped[str]
    active: Mapped[bool] = mapped_column(server_default="true")
    created_at: Mapped[datetime]
