"""The institution's own item list and its mapping to the national codes."""

from schemas.column import YUAN, Day, Price, Ratio, StdTable, Text, column, table


class CatalogueItem(StdTable):
    """院内项目: one row per item that can be billed (left side of interface 3301)."""

    fixmedins_code: Text = column("定点医疗机构编码", required=True)
    medins_list_codg: Text = column("医药机构目录编码", required=True)
    medins_list_name: Text = column("医药机构目录名称")
    list_type: Text = column("目录类别", codes="list_type")
    med_chrgitm_type: Text = column("医疗收费项目类别", codes="med_chrgitm_type")
    chrgitm_lv: Text = column("收费项目等级", codes="chrgitm_lv")
    selfpay_prop: Ratio = column("自付比例")
    spec: Text = column("规格")
    dosform_name: Text = column("剂型名称")
    prcunt: Text = column("计价单位")
    pric: Price = column("单价", unit=YUAN)

    class Config:
        """Table facts."""

        metadata = table("院内项目", key=("medins_list_codg",))


class CatalogueMapping(StdTable):
    """三大目录对照: one row per item, national code and validity (interface 3301)."""

    fixmedins_code: Text = column("定点医疗机构编码", required=True)
    medins_list_codg: Text = column("医药机构目录编码", required=True)
    med_list_codg: Text = column("医疗目录编码", required=True)
    hilist_name: Text = column("医疗目录名称")
    begndate: Day = column("开始日期")
    enddate: Day = column("结束日期")

    class Config:
        """Table facts."""

        metadata = table("目录对照", key=("medins_list_codg", "med_list_codg", "begndate"))
