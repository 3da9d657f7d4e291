"""Diagnoses in long form, for outpatients and inpatients alike."""

from schemas.column import FLAG, Instant, StdTable, Text, Whole, column, table


class Diagnosis(StdTable):
    """诊断: one row per diagnosis of a visit or stay (diseinfo of 2203/2401, X_DIAG).

    Nothing is lost here; the wide official table keeps one main and fifteen others (trap T12).
    """

    fixmedins_code: Text = column("定点医疗机构编码", required=True)
    mdtrt_id: Text = column("就诊ID", required=True)
    inout_diag_type: Text = column(
        "出入院诊断类别", required=True, isin=("0", "1", "2"), note="0 outpatient, 1 admission, 2 discharge"
    )
    diag_srt_no: Whole = column("诊断排序号", required=True)
    diag_type: Text = column("诊断类别", codes="diag_type")
    maindiag_flag: Text = column("主诊断标志", required=True, isin=FLAG)
    diag_code: Text = column("诊断代码", note="ICD-10, insurance edition")
    diag_name: Text = column("诊断名称")
    diag_time: Instant = column("诊断时间")

    class Config:
        """Table facts."""

        metadata = table("诊断", key=("mdtrt_id", "inout_diag_type", "diag_srt_no"))
