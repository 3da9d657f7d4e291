SELECT * FROM settlement
