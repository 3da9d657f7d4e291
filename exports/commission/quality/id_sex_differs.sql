-- title: 性别与身份证号不符
-- why: 身份证第十七位单数为男、双数为女
-- fix: 按身份证原件更正性别或证号
-- level: error
-- table: resident
SELECT org_code, empi AS key, empi, sex AS value
FROM identity
WHERE valid AND sex IN ('1', '2') AND sex <> id_card_gend(number)
