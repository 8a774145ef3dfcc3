"""Numbered papers that never change once issued: invoices and credit notes."""
