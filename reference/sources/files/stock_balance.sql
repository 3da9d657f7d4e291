SELECT * FROM stock_balance
