"""A handful of std rows with which each trap of the national list can be sprung; all of it is invented.

Persons, settlements, prescriptions and mappings that stand there twice prove that nothing is doubled.
"""

from typing import Any

Row = dict[str, Any]

ORG = {"fixmedins_code": "H65990000001"}
MZ = dict(ORG, psn_no="P1", mz_zy="MZ", hi_setl_flag="1", refd_setl_flag="0", pay_loc="2", insutype="390")
S3 = dict(MZ, setl_id="S3", mdtrt_id="V3", setl_time="2024-12-31 23:59:59", hi_setl_flag="0", medfee_sumamt="3")
ZY = dict(MZ, mz_zy="ZY", mdtrt_id="Z1", pay_loc=None, insu_admdvs="650100")
LINE = dict(ORG, chrgitm_lv="02", selfpay_prop="0.1", med_chrgitm_type="09", rxno="R1", mdtrt_id="V")
BILLED = dict(LINE, bilg_dept_codg="KS1", bilg_dept_name="全科", pric="0.0235", cnt="150", det_item_fee_sumamt="3.53")
COLD = dict(ORG, mdtrt_id="V1", inout_diag_type="0")
STAY = dict(ORG, mdtrt_id="Z1", inout_diag_type="2")
OPERATION = dict(ORG, mdtrt_id="Z1", oper_dr_name="甲医师")
ITEM = dict(ORG, no_chrg_flag="0", store_prcunt="盒", store_convrat="24", otp_convrat="0.5")
MAPPING = dict(ORG, medins_list_codg="X1")
STOCK = dict(ORG, inv_codg="YF", fixmedins_hilist_id="W1", manu_lotnum="L1")
MOVE = dict(STOCK, dcmt_line_no=1, inv_chg_time="2024-04-01 09:00")
MOVES = [
    ("购入入库", "2", "24", "L1"),
    ("购入退库", "-1", "24", "L1"),
    ("门诊销售", "-6", "1", "L1"),
    ("门诊销售", "2", "1", "L1"),
    ("库存盘点", "3", "1", "L1"),
    (None, "0", "1", "L1"),
    ("调拨出库", "-1", "0.5", "L1"),
    ("调拨入库", "1", "0.5", "L1"),
    ("科室领用", "-4", "1.5", None),
    ("领用退库", "4", "1.5", None),
]

ROWS: dict[str, list[Row]] = {
    "institution": [dict(ORG, fixmedins_name="示例卫生院", hosp_lv="08", fix_blng_admdvs="659901")],
    "person": [{"psn_no": "P1", "certno": "ID1", "gend": "2"}, {"psn_no": "P1", "certno": "ID1", "gend": "2"}],
    "settlement": [
        dict(MZ, setl_id="S1", mdtrt_id="V1", setl_time="2024-03-05 08:30", medfee_sumamt="6", acct_pay="4")
        | {"psn_cash_pay": "1", "hifp_pay": "1", "mdtrt_cert_no": "C1"},
        dict(MZ, setl_id="S2", mdtrt_id="V1", setl_time="2024-03-06 08:30", medfee_sumamt="-6")
        | {"refd_setl_flag": "1", "init_setl_id": "S1"},
        dict(S3, mdtrt_cert_no="C9"),
        S3,
        dict(MZ, setl_id="S4", mdtrt_id="V4", setl_time="2025-01-01", medfee_sumamt="9"),
        dict(ZY, setl_id="S5", setl_time="2024-05-09 10:00", medfee_sumamt="100", acct_pay="10")
        | {"psn_selfpay": "20", "psn_ownpay": "30"},
        dict(ZY, setl_id="S6", setl_time="2024-05-10 10:00", medfee_sumamt="-100")
        | {"refd_setl_flag": "1", "init_setl_id": "S5"},
    ],
    "admission": [dict(ORG, mdtrt_id="Z1", ipt_no="ZY001", medcasno="BA1", dscg_way="5", act_ipt_days=4)],
    "diagnosis": [
        dict(COLD, diag_srt_no=1, maindiag_flag="0", diag_code="R05.x00", diag_name="咳嗽"),
        dict(COLD, diag_srt_no=2, maindiag_flag="1", diag_code="J06.900", diag_name="上感"),
        *(
            dict(
                STAY,
                diag_srt_no=n,
                maindiag_flag="1" if n == 3 else "0",
                diag_code=f"D{n}",
                diag_name=f"诊断{n}",
            )
            for n in range(1, 19)
        ),
    ],
    "operation": [
        dict(OPERATION, oprn_srt_no=1, main_oprn_flag="0", oprn_oprt_code="A", oprn_oprt_name="甲"),
        dict(OPERATION, oprn_srt_no=2, main_oprn_flag="1", oprn_oprt_code="B", oprn_oprt_name="乙"),
        dict(OPERATION, oprn_srt_no=3, main_oprn_flag="0", oprn_oprt_name="丙"),
    ],
    "prescription": [
        dict(ORG, rxno="R1", mdtrt_id="V1", isu_time="2024-03-05 08:00"),
        dict(ORG, rxno="R1", mdtrt_id="V1", isu_time="2024-03-05 08:01"),
    ],
    "fee_line": [
        dict(BILLED, feedetl_sn=f"F{setl_id}", setl_id=setl_id)
        for setl_id in ("S1", "S2", "S3", "S4", "S5", "S6", "无此结算")
    ],
    "warehouse": [dict(ORG, inv_codg="YF", inv_name="药房", inv_lv="二级库")],
    "stock_item": [
        dict(
            ITEM,
            fixmedins_hilist_id="W1",
            fixmedins_hilist_name="某片",
            medins_list_codg="X1",
            ownpay_flag="0",
        ),
        dict(ITEM, fixmedins_hilist_id="W2", fixmedins_hilist_name="某自费品", list_type="301", ownpay_flag="1"),
    ],
    "catalogue_item": [dict(ORG, medins_list_codg="X1", medins_list_name="某片（院内）")],
    "catalogue_mapping": [
        dict(MAPPING, med_list_codg="XA", begndate="2020-01-01", enddate="2023-12-31"),
        dict(MAPPING, med_list_codg="XB", begndate="2023-01-01", enddate="2024-06-30"),
        dict(MAPPING, med_list_codg="XC", begndate="2024-07-01"),
        dict(MAPPING, med_list_codg="XC", begndate="2024-07-01"),
        dict(MAPPING, med_list_codg="XD", begndate="2025-01-01"),
    ],
    "stock_balance": [
        dict(STOCK, invdate="2023-12-31", inv_cnt="10", pric="0.5"),
        dict(STOCK, invdate="2024-06-30", inv_cnt="77", pric="0.5"),
        dict(STOCK, invdate="2024-12-31", inv_cnt="33", pric="0.6"),
    ],
    "stock_movement": [
        *(
            dict(MOVE, dcmt_no=f"M{n}", inv_chg_type=kind, cnt=cnt, convrat=convrat, manu_lotnum=batch)
            for n, (kind, cnt, convrat, batch) in enumerate(MOVES)
        ),
        dict(MOVE, dcmt_no="次年", cnt="-9", convrat="1", inv_chg_time="2025-01-01"),
    ],
}

NUMBERED = [
    (name, {**row, "_row": f"{name}:{number:03d}"}) for name, rows in ROWS.items() for number, row in enumerate(rows)
]
