-- An insured person goes by the payer's number, a self-paying one by the hospital's own.
SELECT
    _row,
    coalesce(ybgrbh, 'BR' || brid) AS psn_no,
    xm AS psn_name,
    code_zjlx(zjlx) AS psn_cert_type,
    sfzh AS certno,
    code_xb(xb) AS gend,
    csrq AS brdy
FROM br_jbxx
