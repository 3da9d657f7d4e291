-- title: 产后访视早于出院
-- why: 产妇尚在医院，不可能入户访视
-- fix: 核对访视日期与出院日期
-- level: error
-- table: postnatal_visit
SELECT v.org_code, v.visit_id AS key, v.empi, strftime(v.visit_date, '%Y-%m-%d') AS value
FROM postnatal_visit AS v
JOIN delivery AS d ON d.preg_id = v.preg_id
WHERE v.visit_date < d.discharge_date
