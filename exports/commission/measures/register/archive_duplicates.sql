-- title: 疑似重复的健康档案
-- definition: 截止日在管、与另一主索引疑似同一人的档案：有效身份证号相同，或一方没有有效身份证号而姓名、出生日期、性别、手机相同；只列出，不自动合并
-- source: 数据质量口径（待客户确认）
SELECT d.empi, d.empi AS record, s.managing_org AS org_code, 1 AS value
FROM duplicate AS d
JOIN standing AS s ON s.empi = d.empi
WHERE s.live
