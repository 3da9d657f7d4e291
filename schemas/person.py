"""The persons treated."""

from schemas.column import Day, StdTable, Text, column, table


class Person(StdTable):
    """就诊人员: one row per person.

    The name is read only when the format asks for it: the national list of 2024 carries none, and what is not
    asked for is not taken (trap T1).
    """

    psn_no: Text = column("人员编号", required=True, note="insured: the payer's number; self-pay: the HIS's own")
    psn_name: Text = column("人员姓名", note="empty unless the format has a column for it")
    psn_cert_type: Text = column("证件类型", codes="psn_cert_type")
    certno: Text = column("证件号码")
    gend: Text = column("性别", codes="gend")
    brdy: Day = column("出生日期")

    class Config:
        """Table facts."""

        metadata = table("就诊人员", key=("psn_no",))
