-- title: 单病种占比过高
-- purpose: 核实诊断真实性：期间内主要诊断集中于一种疾病、占比超过给定值的机构
-- class: A
-- seconds: 10
-- param: period | period | 期间
-- param: percent | int | 占比超过（%） | 80
-- param: least | int | 诊断次数不少于 | 20
-- column: org_code | 机构编码
-- column: org_name | 机构
-- column: disease | 疾病编码（类目）
-- column: of_disease | 该病种次数 | 人数
-- column: all_visits | 全部诊断次数 | 人数
-- column: share | 占比（%） | 率 of_disease/all_visits
WITH seen AS (
    SELECT org_code, left(icd10, 3) AS disease, count(*) AS of_disease FROM op_diagnosis
    WHERE main_flag = '1' AND CAST(diag_time AS DATE) >= $period_from AND CAST(diag_time AS DATE) < $period_until
    GROUP BY org_code, left(icd10, 3)
),
shared AS (SELECT *, CAST(sum(of_disease) OVER (PARTITION BY org_code) AS BIGINT) AS all_visits FROM seen)
SELECT s.org_code, n.name AS org_name, s.disease, s.of_disease, s.all_visits
FROM shared AS s LEFT JOIN org_node AS n ON n.code = s.org_code
WHERE s.all_visits >= $least AND s.of_disease * 100 > s.all_visits * $percent
ORDER BY s.of_disease / s.all_visits DESC, s.org_code
