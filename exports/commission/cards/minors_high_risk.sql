-- title: 未成年人高风险诊断
-- purpose: 核实诊断：未满给定年龄者出现高血压、糖尿病、冠心病、脑血管病、肿瘤等诊断
-- class: C
-- overlay: 未成年人
-- seconds: 10
-- param: period | period | 期间
-- param: age | int | 年龄小于（岁） | 14
-- column: empi = person.empi
-- column: name = person.name
-- column: id_no = person.id_no
-- column: birth = person.birth
-- column: mobile = person.mobile
-- column: address = person.address
-- column: addr_code = person.addr_code
-- column: org_code | 机构编码
-- column: org_name | 机构
-- column: age | 就诊时年龄
-- column: icd10 = op_diagnosis.icd10
-- column: diag_name = op_diagnosis.diag_name
-- column: diag_time = op_diagnosis.diag_time
SELECT p.empi, p.name, p.id_no, p.birth, p.mobile, p.address, p.addr_code, d.org_code, n.name AS org_name,
    age_at(p.birth, CAST(d.diag_time AS DATE)) AS age, d.icd10, d.diag_name, d.diag_time
FROM op_diagnosis AS d JOIN person AS p ON p.empi = d.empi
LEFT JOIN org_node AS n ON n.code = d.org_code
WHERE CAST(d.diag_time AS DATE) >= $period_from AND CAST(d.diag_time AS DATE) < $period_until
    AND age_at(p.birth, CAST(d.diag_time AS DATE)) < $age
    AND regexp_matches(d.icd10, '^(I1[0-5]|I2[0-5]|I6|E1[01]|C|D0|N18)')
ORDER BY d.org_code, d.diag_time, d.visit_id, d.diag_no
