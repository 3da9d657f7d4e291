-- 3.2 住院结算: one row per billed line of an inpatient settlement, without those that `_excluded.sql` leaves out.
-- Driver: fee_line, cut by the time of its settlement, which the template has no column for. A line whose settlement
-- is missing stays behind and is counted there; of settlements that share an id the first one counts.
-- 产地厂家 is known only where all stock items of the billed item have one maker.
WITH makers AS (
    SELECT medins_list_codg, min(prodentp_name) AS prodentp_name
    FROM stock_item
    GROUP BY medins_list_codg
    HAVING count(DISTINCT prodentp_name) = 1
)
SELECT
    f.fixmedins_code AS 机构编码,
    o.fixmedins_name AS 机构名称,
    CASE WHEN s.hi_setl_flag = '0' THEN '自费' ELSE recode_insutype(s.insutype) END AS 险种类别,
    p.certno AS 身份证号,
    p.psn_name AS 人员姓名,
    coalesce(a.ipt_no, s.ipt_otp_no) AS 住院号,
    f.drord_no AS 医嘱号,
    f.medins_list_codg AS 项目代码,
    f.medins_list_name AS 项目名称,
    f.med_list_codg AS 国标代码,
    f.hilist_name AS 国标名称,
    f.spec AS 规格,
    m.prodentp_name AS 产地厂家,
    recode_med_chrgitm_type(f.med_chrgitm_type) AS 收费项目类别,
    label_chrgitm_lv(f.chrgitm_lv) AS 收费项目等级,
    f.cnt AS 数量,
    f.prcunt AS 数量单位,
    f.pric AS 单价,
    f.det_item_fee_sumamt AS 金额,
    f.selfpay_prop AS 自付比例,
    f.fulamt_ownpay_amt AS 全自费金额,
    f.overlmt_amt AS 超限价金额,
    f.preselfpay_amt AS 先行自付金额,
    f.fee_ocur_time AS 费用发生日期,
    f.bilg_dept_name AS 费用科室名称,
    f.setl_id AS 结算流水号,
    f._row AS _row
FROM fee_line AS f
JOIN one_settlement AS s ON s.setl_id = f.setl_id
LEFT JOIN one_institution AS o ON o.fixmedins_code = f.fixmedins_code
LEFT JOIN one_person AS p ON p.psn_no = s.psn_no
LEFT JOIN one_admission AS a ON a.mdtrt_id = s.mdtrt_id
LEFT JOIN makers AS m ON m.medins_list_codg = f.medins_list_codg
WHERE s.mz_zy = 'ZY'
    AND s.setl_time >= getvariable('date_from')
    AND s.setl_time < getvariable('date_until')
ORDER BY s.setl_time, f.setl_id, f.feedetl_sn, f._row
