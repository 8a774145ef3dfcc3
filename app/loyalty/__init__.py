"""Points: an append-only double-entry ledger with lots and balances. Knows no meeting."""
