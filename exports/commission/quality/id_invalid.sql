-- title: 身份证号无效
-- why: 位数、校验码或其中的日期不对，查不到人，也认不出重复
-- fix: 按身份证原件更正；证件不是身份证的更正证件类型
-- level: error
-- table: resident
SELECT org_code, empi AS key, empi, '长度 ' || length(number) AS value
FROM identity
WHERE is_card AND NOT valid AND NOT fake
