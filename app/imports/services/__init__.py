"""What people can do with files: look, import, export; send one, say yes to it."""

from app.imports.services.files import Report, apply, export, look
from app.imports.services.uploads import confirm_upload, keep_upload

__all__ = ["Report", "apply", "confirm_upload", "export", "keep_upload", "look"]
