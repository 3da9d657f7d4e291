"""What a worksheet can hold, as Excel and WPS have it, and what we put where it cannot."""

from datetime import date, datetime

SHEET_ROWS = 1_048_576
LONGEST_TEXT = 32_767  # UTF-16 units
CUT = "……（内容过长，全文见 CSV）"
FIRST_DATE = date(1900, 3, 1)  # before it Excel counts a 29 February 1900 that never was
LAST_DATE = date(9999, 12, 31)
DIGITS = 15  # significant digits of a number in a cell
CREATED = datetime(2000, 1, 1)
# What begins so is run by a spreadsheet, full-width forms included.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
