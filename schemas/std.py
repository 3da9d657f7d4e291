"""The std model as one list: every table, its columns, their types."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import pyarrow as pa

from schemas.catalogue import CatalogueItem, CatalogueMapping
from schemas.column import StdTable
from schemas.diagnosis import Diagnosis
from schemas.fee import FeeLine, Prescription
from schemas.inpatient import Admission, Operation
from schemas.institution import Department, Equipment, Institution, Staff
from schemas.orders import MedicalOrder, OrderExecution, OrderPackage
from schemas.outpatient import PrescriptionLine, Registration
from schemas.person import Person
from schemas.requests import ExamReport, ExamRequest, LabRequest, LabResult
from schemas.settlement import Settlement
from schemas.stock import StockBalance, StockItem, StockMovement, Stocktake, Warehouse

MODELS: dict[str, type[StdTable]] = {
    "institution": Institution,
    "department": Department,
    "staff": Staff,
    "person": Person,
    "settlement": Settlement,
    "fee_line": FeeLine,
    "prescription": Prescription,
    "admission": Admission,
    "diagnosis": Diagnosis,
    "operation": Operation,
    "catalogue_item": CatalogueItem,
    "catalogue_mapping": CatalogueMapping,
    "stock_item": StockItem,
    "warehouse": Warehouse,
    "stock_balance": StockBalance,
    "stock_movement": StockMovement,
    "registration": Registration,
    "prescription_line": PrescriptionLine,
    "medical_order": MedicalOrder,
    "order_execution": OrderExecution,
    "order_package": OrderPackage,
    "lab_request": LabRequest,
    "lab_result": LabResult,
    "exam_request": ExamRequest,
    "exam_report": ExamReport,
    "equipment": Equipment,
    "stocktake": Stocktake,
}
ON_DEMAND = frozenset(
    {
        *("registration", "prescription_line", "medical_order", "order_execution", "order_package"),
        *("lab_request", "lab_result", "exam_request", "exam_report", "equipment", "stocktake"),
    }
)
"""Std tables that are read only for a format that has a place for one of their columns."""


@dataclass(frozen=True)
class StdColumn:
    """One column of a std table; `type` is its Arrow type, `unit` Chinese or None, `isin` its closed set of values."""

    name: str
    title: str
    type: pa.DataType
    required: bool
    unit: str | None
    codes: str | None
    isin: tuple[str, ...] = ()


@dataclass(frozen=True)
class StdSpec:
    """One std table with the facts that the steps need.

    `time`, `amount` and `parent` (the settlement that a row belongs to) name columns.
    """

    name: str
    title: str
    key: tuple[str, ...]
    time: str | None
    amount: str | None
    columns: tuple[StdColumn, ...]
    parent: str | None = None

    @property
    def standing(self) -> dict[str, tuple[str, ...]]:
        """Reason of quarantine -> the columns without which a row can stand in no format.

        Only `required` columns count: a batch may lack its number, a prescription its time.
        """
        required = {column.name for column in self.columns if column.required}
        key = tuple(name for name in self.key if name in required)
        amount = (self.amount,) if self.amount else ()
        time = (self.time,) if self.time in required and self.time not in key else ()
        parent = (self.parent,) if self.parent else ()
        return {"key": key, "amount": amount, "time": tuple(filter(None, time)), "parent": parent}

    def column(self, name: str) -> StdColumn:
        """One column by name.

        Raises:
            KeyError: there is none of that name.
        """
        return {column.name: column for column in self.columns}[name]


def duckdb_type(arrow: pa.DataType) -> str:
    """The DuckDB name of a std column's Arrow type.

    Raises:
        TypeError: the type has no place in the std model (floats above all).
    """
    if pa.types.is_decimal(arrow):
        return f"DECIMAL({arrow.precision},{arrow.scale})"
    names = {pa.string(): "VARCHAR", pa.date32(): "DATE", pa.int64(): "BIGINT", pa.timestamp("us"): "TIMESTAMP"}
    if arrow not in names:
        raise TypeError(f"{arrow} is no std type")
    return names[arrow]


@cache
def std_table(name: str) -> StdSpec:
    """Describe one std table from its Pandera model; columns in the model's own order."""
    schema: Any = MODELS[name].to_schema()
    columns = tuple(
        StdColumn(
            name=column.name,
            title=column.title,
            type=column.dtype.type.pyarrow_dtype,
            required=not column.nullable,
            unit=column.metadata["unit"],
            codes=column.metadata["codes"],
            isin=tuple(value for check in column.checks for value in check.statistics["allowed_values"]),
        )
        for column in schema.columns.values()
    )
    facts: dict[str, Any] = vars(MODELS[name].Config)["metadata"]
    return StdSpec(name, facts["title"], facts["key"], facts["time"], facts["amount"], columns, facts["parent"])
