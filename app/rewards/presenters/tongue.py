"""Flask-Babel's two functions with their types, which it does not ship."""

import flask_babel


def gettext(message: str, /, **values: object) -> str:
    return str(flask_babel.gettext(message, **values))


def ngettext(singular: str, plural: str, num: int, /, **values: object) -> str:
    return str(flask_babel.ngettext(singular, plural, num, **values))
