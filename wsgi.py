"""What the web server and the command line load."""

from app import create_app
from app.config import SettingsInvalid

try:
    app = create_app()
except SettingsInvalid as error:
    raise SystemExit(f"Convive cannot start. {error}") from None
