-- title: 严重精神障碍患者没有确诊日期
-- why: 按确诊日期取分母的系统会漏掉这些患者，使率超过 100%；本产品按在册计
-- fix: 补录确诊日期
-- level: hint
-- table: smd_file
SELECT org_code, file_id AS key, empi, CAST(register_date AS VARCHAR) AS value
FROM smd_file
WHERE confirm_date IS NULL
