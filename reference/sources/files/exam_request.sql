SELECT * FROM exam_request
