SELECT * FROM registration
