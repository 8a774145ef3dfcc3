"""Files in and out: strict CSV and XLSX, a dry run, errors by line, exports and templates.

A package says in its `exchange.py` what its files hold and how rows meet what is there; the
pages, `flask import`, `flask export`, templates and error lists come with that.

    class SupplierRow(StrictSchema):                      # app.http.fields, app.imports.fields
        code = Text(maximum=20, required=True)            # required: needed for a new row
        name = Text(maximum=80, required=True)
        email = Email(load_default=None)                  # blank: empty
        trusted = YesNo(load_default=False)

    SUPPLIERS = Kind(
        name="suppliers",                                 # in addresses and on the command line
        title=N_("Suppliers"),
        roles=frozenset({Role.BRAND_ADMIN}),
        layout=Layout(
            schema=SupplierRow,
            key=("code",),                                # its cells tell one row from another
            columns=(Column("code", N_("Code"), ("A1", "A2")), Column("name", N_("Name"), …), …),
        ),
        compare=compare_suppliers,
        write=write_suppliers,
        export=all_suppliers,
    )

- `compare(uow, actor, rows: Sequence[Row]) -> Comparison` sorts rows into created, updated and
  unchanged, and says what else is bad (`row.bad("category", SomeError(name=…))` or a pair of
  `N_()` words and values). It only reads. In a real import it is asked within the transaction
  that writes; so it may lock what it will change (`app.infra.locks`).
- `write(uow, actor, comparison, *, clock)` writes created and updated rows, in few statements.
- `export(uow, actor) -> Iterable[Mapping[str, Any]]` gives, for each row, plain values by column
  name: str, int, bool, date, None (cents and basis points as integers). What was exported and
  is imported again is unchanged.
- `row.values`: what the schema made of the row (dict by `attribute` or command). A column the
  file does not have is absent from it: leave that value as it is; a blank cell is the field's
  `load_default`. `missing_for_new(layout, row)`: the bad cells of a new row without a needed
  column.
- `Kind`s are named once, in `app.exchanges`.

Lower down, all usable on their own: `sheets.read_sheet(content, name) -> Sheet`,
`checking.check(sheet, layout) -> Checked`, `services.look(uow, actor, kind, sheet) -> Report`,
`services.apply(uow, actor, kind, sheet, skip_bad_rows=…, clock=…) -> Report`,
`services.export(uow, actor, kind, "csv") -> bytes`, `writing.as_csv(layout, rows)`,
`writing.as_xlsx(layout, rows)`, `writing.csv_bytes(titles, rows)` for lists that are not imported,
`writing.template(layout, "csv")`. Imports and exports leave an entry in the audit log.
"""
