SELECT * FROM order_execution
