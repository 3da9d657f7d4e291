-- Who lies in the wards: at the start of the period, plus admissions, less discharges, against the end of it.
-- Admissions and discharges are counted by their own dates, the persons in bed by both.
WITH stay AS (
    SELECT org_code, CAST(in_time AS DATE) AS day_in, CAST(out_time AS DATE) AS day_out, out_way
    FROM ip_admission WHERE cancel_flag = '0'
),
counted AS (
    SELECT org_code,
        count(*) FILTER (day_in < getvariable('period_from')
            AND (day_out IS NULL OR day_out >= getvariable('period_from'))) AS opening,
        count(*) FILTER (day_in >= getvariable('period_from') AND day_in < getvariable('period_until')) AS admitted,
        count(*) FILTER (day_out >= getvariable('period_from') AND day_out < getvariable('period_until')) AS discharged,
        count(*) FILTER (day_in < getvariable('period_until')
            AND (day_out IS NULL OR day_out >= getvariable('period_until'))) AS closing,
        count(*) FILTER (day_out < day_in) AS backwards
    FROM stay GROUP BY org_code
)
SELECT org_code, '期初在院 + 入院 − 出院 = 期末在院' AS sentence, opening + admitted - discharged AS lhs, closing AS rhs
FROM counted
UNION ALL
SELECT org_code, '出院早于入院的住院 = 0', backwards, 0 FROM counted
