-- 2.3 门诊处方: one row per billed line that was ordered on a prescription, as OTP_FEE has it.
-- Driver: fee_line with a prescription number, cut by the time of its settlement. How a drug is to be taken is not
-- part of std yet.
SELECT
    f.fixmedins_code AS 机构编码,
    o.fixmedins_name AS 机构名称,
    p.certno AS 身份证号,
    p.psn_name AS 姓名,
    label_gend(p.gend) AS 性别,
    s.age AS 年龄,
    s.ipt_otp_no AS 门诊号,
    r.rx_type AS 处置类型,
    f.rxno AS 处方号,
    f.medins_list_codg AS 药品代码,
    f.medins_list_name AS 药品名称,
    f.spec AS 规格,
    f.cnt AS 数量,
    f.prcunt AS 数量单位,
    f.pric AS 单价,
    f.det_item_fee_sumamt AS 金额,
    coalesce(r.isu_time, f.bilg_time) AS 开具日期,
    coalesce(r.bilg_dept_name, f.bilg_dept_name) AS 科室名称,
    coalesce(r.bilg_dr_name, f.bilg_dr_name) AS 医生姓名,
    f._row AS _row
FROM fee_line AS f
JOIN one_settlement AS s ON s.setl_id = f.setl_id
LEFT JOIN one_institution AS o ON o.fixmedins_code = f.fixmedins_code
LEFT JOIN one_person AS p ON p.psn_no = s.psn_no
LEFT JOIN one_prescription AS r ON r.rxno = f.rxno
WHERE s.mz_zy = 'MZ'
    AND f.rxno IS NOT NULL
    AND s.setl_time >= getvariable('date_from')
    AND s.setl_time < getvariable('date_until')
ORDER BY s.setl_time, f.rxno, f.feedetl_sn, f._row
