SELECT * FROM diagnosis
