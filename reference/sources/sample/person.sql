-- An insured person goes by the payer's number, a self-paying one by the hospital's own.
SELECT
    _row,
    coalesce(ybgrbh, 'BR' || brid) AS psn_no,
    CASE zjlx WHEN '身份证' THEN '01' ELSE zjlx END AS psn_cert_type,
    sfzh AS certno,
    CASE xb WHEN '男' THEN '1' WHEN '女' THEN '2' ELSE xb END AS gend,
    csrq AS brdy
FROM br_jbxx
