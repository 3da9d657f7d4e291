-- title: 持电子健康卡的居民
-- definition: 期末前已发卡，未注销、未失效；挂失的仍计
-- source: 居民健康APP 与电子健康卡：公式待客户确认
SELECT k.empi, k.card_id AS record, k.org_code, 1 AS value
FROM health_card AS k
WHERE k.issue_date < getvariable('period_until') AND k.status IN ('0', '1')
