-- title: 末位机构
-- purpose: 约谈和帮扶：签约履约率最低的若干机构
-- class: A
-- seconds: 10
-- param: until | date | 截止日期 | today
-- param: last | int | 末位个数 | 10
-- column: org_code | 机构编码
-- column: org_name | 机构
-- column: served | 已履约人数 | 人数
-- column: signed | 有效签约人数 | 人数
-- column: served_rate | 履约率（%） | 率 served/signed
WITH signed AS (
    SELECT empi, org_code, contract_id FROM fd_contract
    WHERE sign_flag IN ('1', '3') AND begin_date <= $until AND end_date > $until
        AND (stop_date IS NULL OR stop_date > $until)
),
served AS (SELECT DISTINCT contract_id FROM fd_service WHERE year(service_date) = year($until) AND service_date <= $until)
SELECT s.org_code, n.name AS org_name, count(DISTINCT s.empi) FILTER (v.contract_id IS NOT NULL) AS served,
    count(DISTINCT s.empi) AS signed
FROM signed AS s LEFT JOIN served AS v ON v.contract_id = s.contract_id
LEFT JOIN org_node AS n ON n.code = s.org_code
GROUP BY s.org_code, n.name
ORDER BY served / signed, s.org_code
LIMIT $last
