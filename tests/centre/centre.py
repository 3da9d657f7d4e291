"""The whole centre: every table of its hospital system."""

import numpy as np
import pyarrow as pa

from tests.centre import organisation, records, store_records, ward
from tests.centre.catalogue import item_table, mapping_table, stock_item_table
from tests.centre.faults import break_tables
from tests.centre.fees import make_prescriptions, make_visit_lines
from tests.centre.inpatient import make_orders, make_stay_lines, make_stays
from tests.centre.people import make_people, person_table
from tests.centre.requests import Side, examinations, laboratory
from tests.centre.settings import CentreSettings
from tests.centre.settle import settle
from tests.centre.stock import balances, make_stock, slot_starts
from tests.centre.visits import make_visits, second_diseases


def generate(settings: CentreSettings) -> dict[str, pa.Table]:
    """Make every table of the hospital system, broken by `settings.faults`.

    Returns:
        Table name -> rows, with the schema of `ddl.tables()`. Same settings, same bytes.
    """
    tables = generate_clean(settings)
    break_tables(tables, settings.faults)
    return tables


def generate_clean(settings: CentreSettings) -> dict[str, pa.Table]:
    """The tables before any fault."""
    layout, orgs = organisation.house(), organisation.org_codes(settings)
    people = make_people(settings)
    visits = make_visits(settings, layout, people)
    visit_lines = make_visit_lines(settings, layout, visits)
    sheets, visit_lines["sheet"] = make_prescriptions(visits, visit_lines)
    visit_paid, visit_lines = settle(settings, "visit", visits, visit_lines)
    stays = make_stays(settings, layout, people)
    orders = make_orders(settings, stays)
    stay_lines = make_stay_lines(settings, layout, stays, orders)
    stay_paid, stay_lines = settle(settings, "stay", stays, stay_lines)
    visit_update = records.last_update(visits, visit_paid)
    stay_update = records.last_update(stays, stay_paid)
    for episodes, updated in ((visits, visit_update), (stays, stay_update)):
        np.maximum.at(people["updated"], episodes["person"], updated)
    movements, lots, opening = make_stock(settings, (visits, visit_lines), (stays, stay_lines))
    made = store_records.lot_days(slot_starts(settings), lots)
    lot_texts = store_records.lot_numbers(made, lots)
    draw = settings.draw("diagnoses")
    beside = second_diseases(draw, "outpatient", people, visits, 280)
    admitted = second_diseases(draw, "inpatient", people, stays, 500)
    diagnoses = [
        (visits, beside, "门", "1", visit_update),
        (stays, admitted, "住", "2", stay_update),
        (stays, second_diseases(draw, "inpatient", people, stays, 700), "住", "3", stay_update),
    ]
    held = balances(settings, movements, lots, opening)
    return {
        "jg_xx": organisation.org_table(settings),
        "ks_xx": organisation.department_table(settings),
        "ry_xx": organisation.staff_table(settings),
        "br_jbxx": person_table(settings, people, orgs),
        "sf_xmb": item_table(orgs),
        "yb_dzb": mapping_table(orgs, settings.first_day),
        "mz_ghb": records.visit_table(orgs, layout, visits, visit_update),
        "mz_cfb": records.prescription_table(orgs, layout, visits, sheets, visit_update),
        "mz_jsb": records.settlement_table("mz_jsb", orgs, people, visits, visit_paid),
        "mz_fymx": records.fee_table("mz_fymx", orgs, layout, visits, visit_paid, visit_lines),
        "zy_djb": records.stay_table(orgs, layout, stays, stay_update),
        "zy_jsb": records.settlement_table("zy_jsb", orgs, people, stays, stay_paid),
        "zy_yzb": records.order_table(orgs, layout, stays, orders, stay_update),
        "zy_fymx": records.fee_table("zy_fymx", orgs, layout, stays, stay_paid, stay_lines),
        "zd_jlb": records.diagnosis_table(orgs, diagnoses),
        "ss_jlb": store_records.operation_table(settings, orgs, layout, stays, stay_update),
        "yk_ypml": stock_item_table(orgs),
        "yk_kf": organisation.warehouse_table(settings),
        "yk_jc": store_records.balance_table(orgs, lot_texts, lots, held),
        "yk_crk": store_records.movement_table(orgs, lot_texts, made, lots, movements),
        "yk_pd": ward.stocktake_table(settings, orgs, layout, lot_texts, lots, held, movements),
        **_evidence(
            settings, orgs, layout, Side(visits, visit_lines, visit_update), Side(stays, stay_lines, stay_update)
        ),
    }


def _evidence(
    settings: CentreSettings, orgs: list[str], layout: organisation.House, visits: Side, stays: Side
) -> dict[str, pa.Table]:
    """What stands behind the bills: executions, bundles, prescription lines, LIS, PACS, cardiograms, devices."""
    return {
        "zy_yzzx": ward.executions(settings, orgs, layout, stays.episodes, stays.lines),
        "sf_tcb": ward.bundle_table(orgs),
        "mz_cfmx": ward.prescription_lines(settings, orgs, layout, visits.episodes, visits.lines, visits.updated),
        **laboratory(settings, orgs, layout, (visits, stays)),
        **examinations(settings, orgs, layout, (visits, stays)),
        "sb_xx": ward.device_table(orgs),
    }
