"""What files may be imported and exported, kind by kind."""

from app.imports.kinds import Kind

KINDS: tuple[Kind, ...] = ()
