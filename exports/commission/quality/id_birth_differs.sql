-- title: 出生日期与身份证号不符
-- why: 年龄决定老年人、儿童等人群，生日错则分母分子都错
-- fix: 按身份证原件更正出生日期或证号
-- level: error
-- table: resident
SELECT org_code, empi AS key, empi, CAST(birth AS VARCHAR) AS value
FROM identity
WHERE valid AND birth <> id_card_birth(number)
