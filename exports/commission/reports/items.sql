-- Entered and counted items of 卫健统, one row per organisation, item and record: what `item:<code>` of a cell takes.
--   <stat item>            entered for a month of the period
--   posts                  all health workers in force at the cut-off, whatever their post
--   post.<code>            health workers in their post at the cut-off; post.<code>.<specialty> by kind of practice
--   beds                   beds of the departments
WITH entry AS (
    SELECT * FROM stat_entry
    WHERE of_month >= getvariable('period_from') AND of_month < getvariable('period_until')
)
SELECT org_code, item, entry_id AS record, value
FROM entry
WHERE item NOT IN (
    'staff_total', 'tech_total', 'beds_actual', 'beds_planned', 'current_assets', 'noncurrent_assets', 'total_assets',
    'liabilities', 'net_assets', 'building_area', 'business_area', 'equipment_value'
)
UNION ALL
-- what stands on a day does not add up over months: the latest entry of the period holds
SELECT org_code, item, max(entry_id), arg_max(value, of_month)
FROM entry
WHERE item IN (
    'staff_total', 'tech_total', 'beds_actual', 'beds_planned', 'current_assets', 'noncurrent_assets', 'total_assets',
    'liabilities', 'net_assets', 'building_area', 'business_area', 'equipment_value'
)
GROUP BY org_code, item
UNION ALL
SELECT w.org_code, named.item, w.staff_id, 1
FROM health_worker AS w,
    LATERAL (
        SELECT unnest([
            'posts',
            'post.' || w.post,
            CASE WHEN w.specialty IS NOT NULL THEN 'post.' || w.post || '.' || w.specialty END
        ]) AS item
    ) AS named
WHERE w.valid_from < getvariable('period_until')
    AND (w.valid_to IS NULL OR w.valid_to >= getvariable('period_until'))
    AND named.item IS NOT NULL
UNION ALL
SELECT org_code, 'beds', org_code || '|' || dept_code, beds
FROM clinic_department
WHERE beds IS NOT NULL
