"""What files may be imported and exported, kind by kind."""

from app.catalog import exchange as catalogue
from app.customers import exchange as customers
from app.imports.kinds import Kind
from app.sellers import exchange as sellers

KINDS: tuple[Kind, ...] = (*catalogue.KINDS, *customers.KINDS, *sellers.KINDS)
