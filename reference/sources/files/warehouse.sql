SELECT * FROM warehouse
