-- MEDICAL_ORDER_PACKAGE 医嘱套餐表: one row per bundle and item that the institution has put together itself.
SELECT
    p.fixmedins_code AS HOSPITAL_ID,
    o.fixmedins_name AS HOSPITAL_NAME,
    p.pkg_codg AS PACKAGE_ID,
    p.pkg_name AS PACKAGE_NAME,
    p.pkg_pric AS PACKAGE_PRICE,
    p.medins_list_codg AS ITEM_ID_HOSP,
    p.medins_list_name AS ITEM_NAME_HOSP,
    p.pric_codg AS WJ_CODE,
    p.pric AS ITEM_PRICE,
    p.cnt AS ITEM_NUM,
    p.exe_dept_codg AS EXEC_DEPT_CODE,
    p.exe_dept_name AS EXEC_DEPT_NAME,
    p.begndate AS START_DATE,
    p.enddate AS STOP_DATE,
    p.used_flag AS IS_ENABLE,
    p._row AS _row
FROM order_package AS p
LEFT JOIN one_institution AS o ON o.fixmedins_code = p.fixmedins_code
ORDER BY p.pkg_codg, p.medins_list_codg, p._row
