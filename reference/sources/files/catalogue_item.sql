SELECT * FROM catalogue_item
