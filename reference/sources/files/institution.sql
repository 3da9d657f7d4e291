SELECT * FROM institution
