-- 2.4 门诊手术 and 3.4 住院手术: one row per operation of a visit or stay that is settled in the period.
-- Driver: operation; the side is that of the first settlement of the visit in the period (one whose settlements are all
-- left out by `_excluded.sql` is left out too).
WITH visits AS (
    SELECT DISTINCT ON (mdtrt_id) mdtrt_id, psn_no, age, ipt_otp_no, setl_time
    FROM settlement
    WHERE mz_zy = if(getvariable('table_name') = 'OTP_OPERATION', 'MZ', 'ZY')
        AND setl_time >= getvariable('date_from')
        AND setl_time < getvariable('date_until')
    ORDER BY mdtrt_id, setl_time, _row
)
SELECT
    x.fixmedins_code AS 机构编码,
    o.fixmedins_name AS 机构名称,
    p.certno AS 身份证号,
    p.psn_name AS 姓名,
    label_gend(p.gend) AS 性别,
    v.age AS 年龄,
    coalesce(a.ipt_no, v.ipt_otp_no) AS 就医号,
    x.oprn_oprt_code AS 手术编码,
    x.oprn_oprt_name AS 手术名称,
    recode_main_oprn_flag(x.main_oprn_flag) AS 主要手术,
    x.oprn_oprt_begntime AS 手术开始时间,
    x.oprn_oprt_endtime AS 手术结束时间,
    x.oper_dr_name AS 手术医生姓名,
    x._row AS _row
FROM operation AS x
JOIN visits AS v ON v.mdtrt_id = x.mdtrt_id
LEFT JOIN one_institution AS o ON o.fixmedins_code = x.fixmedins_code
LEFT JOIN one_person AS p ON p.psn_no = v.psn_no
LEFT JOIN one_admission AS a ON a.mdtrt_id = x.mdtrt_id
ORDER BY v.setl_time, x.mdtrt_id, x.oprn_srt_no, x._row
