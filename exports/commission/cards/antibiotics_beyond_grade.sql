-- title: 越级使用抗菌药物
-- purpose: 合理用药：抗菌药物分级高于开方医师的处方权
-- class: C
-- seconds: 10
-- param: period | period | 期间
-- column: rx_id = rx.rx_id
-- column: rx_time = rx.rx_time
-- column: org_code | 机构编码
-- column: org_name | 机构
-- column: doctor_id | 医师编码
-- column: doctor_name = health_worker.staff_name
-- column: doctor_grade | 医师处方权
-- column: drug_name = drug.drug_name
-- column: drug_grade | 药品分级
WITH doctor AS (
    SELECT staff_id, arg_max(staff_name, valid_from) AS staff_name,
        arg_max(antibiotic_grade, valid_from) AS antibiotic_grade
    FROM health_worker GROUP BY staff_id
),
medicine AS (
    SELECT drug_id, any_value(drug_name) AS drug_name, max(antibiotic_grade) AS antibiotic_grade FROM drug
    WHERE antibiotic_flag = '1' GROUP BY drug_id
)
SELECT r.rx_id, r.rx_time, r.org_code, o.name AS org_name, r.doctor_id, w.staff_name AS doctor_name,
    CASE WHEN w.staff_id IS NULL THEN '医师未登记' ELSE coalesce(w.antibiotic_grade, '无') END AS doctor_grade,
    d.drug_name, d.antibiotic_grade AS drug_grade
FROM rx AS r JOIN rx_line AS l ON l.rx_id = r.rx_id JOIN medicine AS d ON d.drug_id = l.drug_id
LEFT JOIN doctor AS w ON w.staff_id = r.doctor_id
LEFT JOIN org_node AS o ON o.code = r.org_code
WHERE r.void_flag = '0' AND CAST(r.rx_time AS DATE) >= $period_from AND CAST(r.rx_time AS DATE) < $period_until
    AND d.antibiotic_grade > coalesce(w.antibiotic_grade, '0')
ORDER BY r.org_code, r.rx_time, r.rx_id, d.drug_name
