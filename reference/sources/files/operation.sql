SELECT * FROM operation
