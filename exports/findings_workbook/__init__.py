"""The clerk's workbook: which row is wrong, why, how to mend it, and a column to answer in."""
