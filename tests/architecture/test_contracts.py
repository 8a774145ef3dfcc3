"""The contracts between packages leave none of them out."""

import tomllib

from tests.support.databases import ROOT


def test_every_package_with_tables_keeps_them_to_itself() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    kept = {
        (module, importer)
        for contract in contracts
        if contract["type"] == "protected"
        for module in contract["protected_modules"]
        for importer in contract["allowed_importers"]
    }

    with_tables = {file.parent.name for file in (ROOT / "app").glob("*/models.py")}

    assert kept == {(f"app.{name}.models", f"app.{name}") for name in with_tables}
