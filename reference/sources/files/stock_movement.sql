SELECT * FROM stock_movement
