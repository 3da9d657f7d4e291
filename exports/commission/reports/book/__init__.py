"""The workbook of a report: cover, forms with charts, checks, definitions, data quality, adjusted values."""
