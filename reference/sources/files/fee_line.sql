SELECT * FROM fee_line
