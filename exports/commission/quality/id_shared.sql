-- title: 同一身份证号用于生日不同的人
-- why: 多为儿童借用父母的证号；按证号查人会查到两个人
-- fix: 更正借用者的证号，没有证件的留空
-- level: error
-- table: resident
WITH shared AS (
    SELECT number
    FROM identity
    WHERE valid
    GROUP BY number
    HAVING count(DISTINCT empi) > 1 AND count(DISTINCT birth) > 1
)
SELECT i.org_code, i.empi AS key, i.empi, CAST(i.birth AS VARCHAR) AS value
FROM identity AS i
JOIN shared AS s ON s.number = i.number
