-- title: 疑似重复的健康档案
-- why: 两个主索引的有效身份证号相同，或一方没有有效证号而姓名（不计间隔点与空格）、生日、性别、手机相同
-- fix: 核对是否同一人；确认后在平台合并，系统不自动合并
-- level: hint
-- table: health_archive
SELECT s.managing_org AS org_code, d.cluster AS key, d.empi, d.way AS value
FROM duplicate AS d
JOIN standing AS s ON s.empi = d.empi
WHERE s.live
