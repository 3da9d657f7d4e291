SELECT * FROM stock_item
