SELECT * FROM lab_request
