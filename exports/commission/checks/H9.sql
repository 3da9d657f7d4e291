-- Departments against the whole: visits and discharges of departments that the dictionary knows, and beds.
WITH visit AS (
    SELECT v.org_code, count(*) AS total, count(d.dept_code) AS known
    FROM op_visit AS v
    LEFT JOIN clinic_department AS d ON d.org_code = v.org_code AND d.dept_code = v.dept_code
    WHERE v.cancel_flag = '0' AND v.kind IN ('1', '2')
        AND v.counted_date >= getvariable('period_from') AND v.counted_date < getvariable('period_until')
    GROUP BY v.org_code
),
discharge AS (
    SELECT a.org_code, count(*) AS total, count(d.dept_code) AS known
    FROM ip_admission AS a
    LEFT JOIN clinic_department AS d ON d.org_code = a.org_code AND d.dept_code = a.dept_code
    WHERE a.cancel_flag = '0'
        AND a.out_time >= getvariable('period_from') AND a.out_time < getvariable('period_until')
    GROUP BY a.org_code
),
bed AS (
    SELECT e.org_code, arg_max(e.value, e.of_month) AS total,
        (SELECT coalesce(sum(d.beds), 0) FROM clinic_department AS d WHERE d.org_code = e.org_code) AS known
    FROM stat_entry AS e
    WHERE e.item = 'beds_actual'
        AND e.of_month >= getvariable('period_from') AND e.of_month < getvariable('period_until')
    GROUP BY e.org_code
)
SELECT org_code, '各科室门急诊之和 = 门急诊人次' AS sentence, known AS lhs, total AS rhs FROM visit
UNION ALL
SELECT org_code, '各科室出院之和 = 出院人数', known, total FROM discharge
UNION ALL
SELECT org_code, '各科室床位之和 = 实有床位', known, total FROM bed
