"""The report of a monthly inspection: what it says, and the page that people print and sign."""
