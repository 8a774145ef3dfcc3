"""Reads across packages: audits, later reports and exports."""
