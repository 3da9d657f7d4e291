-- Charges that a refund may belong to (`paid`) and refunds (`back`), with what of each is not yet matched (`rest`)
-- and the keys by which they are matched, the surest first: the line's own id; settlement, item, price and moment;
-- settlement and item; and, for a refund that names no settlement, person, item and day.
CREATE TEMP TABLE back AS
SELECT
    line, moment, weight AS rest, coalesce(REFUND_HISID, HISID) AS root, PATIENT_ID, REFUND_HISID IS NULL AS loose,
    INIT_FEEDETL_SN AS by_id,
    concat_ws(chr(31), root, item, coalesce(UNIT_PRICE, 0), coalesce(moment, TIMESTAMP '1970-01-01')) AS by_moment,
    concat_ws(chr(31), root, item) AS by_item,
    if(loose, concat_ws(chr(31), PATIENT_ID, item, CAST(moment AS DATE)), NULL) AS by_day
FROM charged WHERE is_refund;
CREATE TEMP TABLE paid AS
SELECT
    line, moment, weight AS rest,
    FEEDETL_SN AS by_id,
    concat_ws(chr(31), HISID, item, coalesce(UNIT_PRICE, 0), coalesce(moment, TIMESTAMP '1970-01-01')) AS by_moment,
    concat_ws(chr(31), HISID, item) AS by_item,
    if(PATIENT_ID IS NULL OR moment IS NULL, NULL, concat_ws(chr(31), PATIENT_ID, item, CAST(moment AS DATE))) AS by_day
FROM charged
WHERE NOT is_refund AND (
    HISID IN (SELECT root FROM back WHERE root IS NOT NULL)
    OR FEEDETL_SN IN (SELECT by_id FROM back WHERE by_id IS NOT NULL)
    OR PATIENT_ID IN (SELECT PATIENT_ID FROM back WHERE loose AND PATIENT_ID IS NOT NULL)
)
