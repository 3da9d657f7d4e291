-- title: 校正后工分不等于校正前乘质量系数
-- why: 人为改动了结算
-- fix: 按系数重算
-- level: error
-- table: points_settle
SELECT org_code, settle_id AS key, CAST(NULL AS VARCHAR) AS empi, corrected_points || '，应为 ' || raw_points * quality_coef AS value
FROM points_settle
WHERE abs(corrected_points - raw_points * quality_coef) > 0.01
