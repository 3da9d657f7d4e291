"""Stock: items with their chain of units, warehouses, balances and signed movements."""

from schemas.column import FLAG, YUAN, Day, Factor, Instant, Price, Quantity, StdTable, Text, Whole, column, table


class StockItem(StdTable):
    """物资: one row per item of the stock system.

    Three units, each with its factor to the smallest billing unit `min_prcunt`: one store pack,
    one outpatient unit, one inpatient unit (CONVERT_UNIT of the national list).
    """

    fixmedins_code: Text = column("定点医疗机构编码", required=True)
    fixmedins_hilist_id: Text = column("物资项目编码", required=True)
    fixmedins_hilist_name: Text = column("物资项目名称", required=True)
    medins_list_codg: Text = column("医药机构目录编码", note="the item under which it is billed")
    list_type: Text = column("目录类别", codes="list_type")
    ownpay_flag: Text = column("自费物资标志", isin=FLAG, source="SELF_PAY_FLAG")
    no_chrg_flag: Text = column("不可单独收费标志", isin=FLAG, source="NO_CHARGE_FLAG")
    spec: Text = column("规格")
    prodentp_name: Text = column("生产企业")
    spler_name: Text = column("供货商名称", note="the usual supplier")
    min_prcunt: Text = column("最小计价单位")
    store_prcunt: Text = column("药库包装单位")
    store_convrat: Factor = column("药库包装转化比", note="smallest units in one store pack")
    otp_prcunt: Text = column("门诊包装单位")
    otp_convrat: Factor = column("门诊包装转化比")
    ipt_prcunt: Text = column("住院包装单位")
    ipt_convrat: Factor = column("住院包装转化比")
    mdrcn: Text = column("医疗器械注册证编号")
    udi: Text = column("医疗器械唯一标识")
    mcs_type: Text = column("耗材分类", codes="mcs_type")
    highval_mcs_flag: Text = column("高值耗材标志", isin=FLAG)
    highval_mcs_type: Text = column("高值耗材分类", codes="highval_mcs_type")

    class Config:
        """Table facts."""

        metadata = table("物资", key=("fixmedins_hilist_id",))


class Warehouse(StdTable):
    """库房: one row per store or pharmacy."""

    fixmedins_code: Text = column("定点医疗机构编码", required=True)
    inv_codg: Text = column("库房编码", required=True)
    inv_name: Text = column("库房名称", required=True)
    inv_lv: Text = column("库房级别", note="一级库 or 二级库")

    class Config:
        """Table facts."""

        metadata = table("库房", key=("inv_codg",))


class StockBalance(StdTable):
    """库存结存: quantity at the END of day `invdate`, per warehouse, item and batch (3501)."""

    fixmedins_code: Text = column("定点医疗机构编码", required=True)
    inv_codg: Text = column("库房编码", required=True)
    fixmedins_hilist_id: Text = column("物资项目编码", required=True)
    manu_lotnum: Text = column("生产批号")
    invdate: Day = column("盘存日期", required=True)
    inv_cnt: Quantity = column("库存数量", required=True, note="in smallest billing units")
    pric: Price = column("单价", unit=YUAN, note="per smallest billing unit")
    drug_trac_codg: Text = column("药品追溯码")
    spler_name: Text = column("供货商名称")

    class Config:
        """Table facts."""

        metadata = table(
            "库存结存",
            key=("inv_codg", "fixmedins_hilist_id", "manu_lotnum", "invdate"),
            time="invdate",
        )


class StockMovement(StdTable):
    """出入库: one row per movement line, in > 0 and out < 0 (X_STOCK_MOVE).

    `cnt` is in `prcunt`; one `prcunt` is `convrat` smallest billing units.
    """

    fixmedins_code: Text = column("定点医疗机构编码", required=True)
    inv_codg: Text = column("库房编码", required=True)
    dcmt_no: Text = column("单据号", required=True)
    dcmt_line_no: Whole = column("单据行号", required=True)
    inv_chg_type: Text = column("出入库类型", codes="inv_chg_type")
    inv_chg_time: Instant = column("业务发生时间", required=True)
    fixmedins_hilist_id: Text = column("物资项目编码", required=True)
    manu_lotnum: Text = column("生产批号")
    cnt: Quantity = column("数量", required=True, note="signed, in prcunt")
    prcunt: Text = column("单位")
    convrat: Factor = column("转换比", required=True)
    pric: Price = column("单价", unit=YUAN, note="per prcunt")
    spler_name: Text = column("供货商名称")
    prodentp_name: Text = column("生产企业")
    purc_invo_no: Text = column("发票号", note="purchases and their returns")
    manu_date: Day = column("生产日期")
    expy_end: Day = column("有效期止")
    drug_trac_codg: Text = column("药品追溯码")
    obj_name: Text = column("对方部门", note="receiving or sending store, department, or 门诊/住院")
    setl_id: Text = column("结算ID", note="set on sales")
    feedetl_sn: Text = column("费用明细流水号", note="set on sales")

    class Config:
        """Table facts."""

        metadata = table("出入库", key=("inv_codg", "dcmt_no", "dcmt_line_no"), time="inv_chg_time")


class Stocktake(StdTable):
    """盘点: one row per counted batch (X_STOCKTAKE); quantities in smallest billing units."""

    fixmedins_code: Text = column("定点医疗机构编码", required=True)
    chk_no: Text = column("盘点单号", required=True)
    chk_line_no: Whole = column("盘点行号", required=True)
    inv_codg: Text = column("库房编码", required=True)
    chk_date: Day = column("盘点日期")
    fixmedins_hilist_id: Text = column("物资项目编码", required=True)
    manu_lotnum: Text = column("生产批号")
    book_cnt: Quantity = column("账面数量")
    real_cnt: Quantity = column("实盘数量")
    diff_cnt: Quantity = column("盈亏数量", note="counted minus booked")
    diff_rea: Text = column("盈亏原因")
    chker_name: Text = column("审核人")

    class Config:
        """Table facts."""

        metadata = table("盘点", key=("chk_no", "chk_line_no"), time="chk_date")
