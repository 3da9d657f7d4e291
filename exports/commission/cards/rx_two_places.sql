-- title: 医师短时间跨机构开方
-- purpose: 核实真实性：同一医师在不同机构几分钟之内先后开方
-- class: C
-- seconds: 10
-- param: period | period | 期间
-- param: minutes | int | 相隔不超过（分钟） | 5
-- column: doctor_id | 医师编码
-- column: org_code | 先开方机构编码
-- column: org_name | 先开方机构
-- column: rx_time = rx.rx_time
-- column: other_org | 后开方机构编码
-- column: other_name | 后开方机构
-- column: other_time | 后开方时间
-- column: rx_id = rx.rx_id
WITH line AS (
    SELECT doctor_id, org_code, rx_time, rx_id,
        lead(org_code) OVER doctor AS other_org, lead(rx_time) OVER doctor AS other_time
    FROM rx WHERE void_flag = '0' AND doctor_id <> ''
        AND CAST(rx_time AS DATE) >= $period_from AND CAST(rx_time AS DATE) < $period_until
    WINDOW doctor AS (PARTITION BY doctor_id ORDER BY rx_time, rx_id)
)
SELECT l.doctor_id, l.org_code, n.name AS org_name, l.rx_time, l.other_org, m.name AS other_name, l.other_time, l.rx_id
FROM line AS l LEFT JOIN org_node AS n ON n.code = l.org_code LEFT JOIN org_node AS m ON m.code = l.other_org
WHERE l.other_org <> l.org_code AND date_diff('second', l.rx_time, l.other_time) <= 60 * $minutes
ORDER BY l.doctor_id, l.rx_time, l.rx_id
