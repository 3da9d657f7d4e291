WITH line AS (
    SELECT *,
           coalesce(occurrence_time, entered_date, create_time)::TIMESTAMP AS at,
           total_price < 0 AS reversal,
           CASE WHEN delete_flag <> '0' THEN 'deleted'
                WHEN status_enum IN (5, 7, 8, 9) THEN NULL
                WHEN status_enum IN (1, 2) THEN 'unpaid'
                ELSE 'not_chargeable' END AS excluded
    FROM adm_charge_item
),
bill AS (
    SELECT line.encounter_id, line.patient_id, line.at::DATE AS day, line.reversal, line.excluded,
           min(line.id) AS setl_id,
           arg_min(line._row, line.id) AS _row,
           max(line.at) AS setl_time,
           sum(line.total_price) AS amount,
           bool_or(a.type_code IS NOT DISTINCT FROM '2') AS insured,
           min(CASE WHEN line.reversal THEN line.refund_id END) AS reversed_id
    FROM line
    LEFT JOIN adm_account a ON a.id = line.account_id
    GROUP BY ALL
),
doctor AS (
    SELECT encounter_id, min(practitioner_id) AS practitioner_id
    FROM adm_encounter_participant
    WHERE type_code = '1' AND delete_flag = '0'
    GROUP BY encounter_id
)
SELECT b._row,
       getvariable('org') AS fixmedins_code,
       CASE WHEN EXISTS (FROM fin_payment_reconciliation) OR EXISTS (FROM yb_clinc_setlinfo)
            THEN error('库中已有付款或医保结算记录，按收费项目归并结算的办法不再适用：请先改写适配器 openhis 的 settlement.sql 与 fee_line.sql。')
            WHEN (SELECT count(DISTINCT tenant_id) FROM adm_charge_item) > 1
            THEN error('库中有多个租户的费用，不能作为一家机构导出：请先在适配器 openhis 的 source.toml 中按 tenant_id 取数。')
            ELSE b.setl_id::VARCHAR END AS setl_id,
       b.encounter_id::VARCHAR AS mdtrt_id,
       b.patient_id::VARCHAR AS psn_no,
       CASE WHEN e.class_enum = 1 THEN 'ZY' ELSE 'MZ' END AS mz_zy,
       b.setl_time,
       e.start_time::TIMESTAMP AS begntime,
       e.end_time::TIMESTAMP AS endtime,
       nullif(e.bus_no, '') AS ipt_otp_no,
       CASE WHEN b.insured THEN '1' ELSE '0' END AS hi_setl_flag,
       e.yb_class_enum::VARCHAR AS med_type,
       date_sub('year', p.birth_date::DATE, b.day) AS age,
       o.bus_no AS dept_codg,
       o.name AS dept_name,
       doctor.practitioner_id::VARCHAR AS dr_codg,
       s.name AS dr_name,
       b.amount AS medfee_sumamt,
       CASE WHEN b.reversal THEN '1' ELSE '0' END AS refd_setl_flag,
       original.setl_id::VARCHAR AS init_setl_id,
       b.excluded AS _excluded
FROM bill b
LEFT JOIN adm_encounter e ON e.id = b.encounter_id
LEFT JOIN adm_patient p ON p.id = b.patient_id
LEFT JOIN adm_organization o ON o.id = e.organization_id
LEFT JOIN doctor ON doctor.encounter_id = b.encounter_id
LEFT JOIN adm_practitioner s ON s.id = doctor.practitioner_id
LEFT JOIN line reversed ON reversed.id = b.reversed_id
LEFT JOIN bill original
       ON original.encounter_id = reversed.encounter_id AND original.patient_id = reversed.patient_id
      AND original.day = reversed.at::DATE AND original.reversal = reversed.reversal
      AND original.excluded IS NOT DISTINCT FROM reversed.excluded
