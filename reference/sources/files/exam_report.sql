SELECT * FROM exam_report
