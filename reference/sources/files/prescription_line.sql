SELECT * FROM prescription_line
