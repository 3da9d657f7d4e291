-- CONVERT_UNIT 包材转化比表: one row per stock item.
-- Driver: stock_item, not cut by date. Each factor says how many smallest billing units one pack holds.
-- Traps: the factors are numbers printed as text (T18); trailing zeros are dropped, no digit is lost.
SELECT
    i.fixmedins_code AS HOSPITAL_ID,
    o.fixmedins_name AS HOSPITAL_NAME,
    i.fixmedins_hilist_id AS ITEM_ID_STORE,
    i.fixmedins_hilist_name AS ITEM_NAME_STORE,
    i.store_prcunt AS STORAGEHOUSE_UNIT,
    rtrim(rtrim(i.store_convrat::VARCHAR, '0'), '.') AS STORAGEHOUSE_CONVERT,
    i.otp_prcunt AS OUTPATIENT_UNIT,
    rtrim(rtrim(i.otp_convrat::VARCHAR, '0'), '.') AS OUTPATIENT_CONVERT,
    i.ipt_prcunt AS INPATIENT_UNIT,
    rtrim(rtrim(i.ipt_convrat::VARCHAR, '0'), '.') AS INPATIENT_CONVERT,
    i._row AS _row
FROM stock_item AS i
LEFT JOIN one_institution AS o ON o.fixmedins_code = i.fixmedins_code
ORDER BY i.fixmedins_hilist_id, i._row
