SELECT * FROM catalogue_mapping
