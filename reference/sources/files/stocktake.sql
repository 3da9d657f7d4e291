SELECT * FROM stocktake
