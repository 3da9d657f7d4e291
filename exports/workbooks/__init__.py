"""Workbooks beside the canonical CSV: one per table, or a customer's own workbook filled with our rows.

Identifiers are text, amounts are numbers, dates are dates; nothing that a cell holds is ever run. The rows are
written as XML by DuckDB and compressed as they come (`reference/decisions/0015`): a table of any length needs the same
memory.
"""
