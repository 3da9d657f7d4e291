SELECT * FROM order_package
