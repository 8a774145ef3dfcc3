"""What files may be imported and exported, kind by kind."""

from app.catalog import exchange as catalogue
from app.imports.kinds import Kind

KINDS: tuple[Kind, ...] = (*catalogue.KINDS,)
