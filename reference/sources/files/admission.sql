SELECT * FROM admission
