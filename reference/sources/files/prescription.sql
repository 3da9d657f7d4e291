SELECT * FROM prescription
