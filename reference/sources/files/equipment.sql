SELECT * FROM equipment
