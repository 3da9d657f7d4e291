SELECT * FROM medical_order
