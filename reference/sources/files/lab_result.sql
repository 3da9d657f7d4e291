SELECT * FROM lab_result
