SELECT * FROM department
