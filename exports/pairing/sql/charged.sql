-- The lines of A and B, and all refunds; `line` numbers them in an order that the files' order has no part in.
-- `moment` is when it was done (BEGIN_TIME), else ordered (FEE_TIME), else settled (BILL_DATE): `basis` says which.
-- `weight` is what a refund is netted against: the quantity, or 1 where there is none.
CREATE TEMP TABLE charged AS
SELECT
    *,
    row_number() OVER (
        ORDER BY side, HOSPITAL_ID, HISID, FEEDETL_SN, BEGIN_TIME, FEE_TIME, BILL_DATE, ITEM_ID_HOSP, ITEM_ID,
        ITEM_NAME_HOSP, NUM, COST, UNIT_PRICE, VISIT_NO, PATIENT_ID, EXCUTE_DEPT_NAME, REFUND_HISID
    ) AS line,
    coalesce(BEGIN_TIME, FEE_TIME, BILL_DATE) AS moment,
    CASE
        WHEN BEGIN_TIME IS NOT NULL THEN '执行时间'
        WHEN FEE_TIME IS NOT NULL THEN '开单时间'
        WHEN BILL_DATE IS NOT NULL THEN '结算时间'
    END AS basis,
    CAST(if(coalesce(NUM, 0) = 0, 1, abs(NUM)) AS DECIMAL(18, 4)) AS weight,
    coalesce(ITEM_ID_HOSP, ITEM_ID, ITEM_NAME_HOSP, '') AS item
FROM (
    SELECT
        *,
        coalesce({a}, false) AS is_a,
        coalesce({b}, false) AS is_b,
        coalesce({by_code}, false) AS by_code,
        coalesce(REFUND_FLAG_TYPE IN ('1', '是'), false) OR coalesce(NUM < 0 OR COST < 0, false) AS is_refund
    FROM ({lines})
    WHERE {side}
)
WHERE is_a OR is_b OR is_refund
