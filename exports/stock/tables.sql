-- The reconciliation, from what std.sql or package.sql has laid out; every quantity in smallest billing units.
--
-- stock_unit: one row per billing code, side and unit: the unit's factor, NULL where the items under the code disagree.
-- stock_billed: stock_lines in smallest units; `factor` is NULL where the unit is none of the items' or they disagree.
-- stock_place: one row per item and warehouse. stock_good: one row per item, all warehouses.
-- stock_code: one row per billing code: what was billed, net of refunds, against what was there (opening + bought) and
-- against what the stock says was sold, of all items under the code. It is `over_…` by one smallest unit and by more
-- than two in a hundred (clue-rules.md F1). What was used before the period left the stock before it and is not billed.
-- A quantity is NULL where nothing is known of it: never zero because nobody counted.
CREATE OR REPLACE TEMP TABLE stock_unit AS
WITH packs AS (
    SELECT medins_list_codg, fixmedins_hilist_id, p.prcunt, p.factor, s.mz_zy,
        CASE p.pack WHEN s.own THEN 0 WHEN 'min' THEN 1 WHEN 'store' THEN 2 ELSE 3 END AS place
    FROM stock_name
    CROSS JOIN (VALUES ('MZ', 'otp'), ('ZY', 'ipt')) AS s (mz_zy, own)
    CROSS JOIN LATERAL (
        VALUES ('min', min_prcunt, 1::DECIMAL(16, 6)), ('store', store_prcunt, store_convrat),
            ('otp', otp_prcunt, otp_convrat), ('ipt', ipt_prcunt, ipt_convrat)
    ) AS p (pack, prcunt, factor)
    WHERE medins_list_codg IS NOT NULL AND p.prcunt IS NOT NULL AND p.factor > 0
), own AS (
    SELECT medins_list_codg, fixmedins_hilist_id, mz_zy, prcunt, arg_min(factor, place) AS factor
    FROM packs
    GROUP BY ALL
)
SELECT medins_list_codg, mz_zy, prcunt, if(count(DISTINCT factor) = 1, min(factor), NULL) AS factor
FROM own
GROUP BY medins_list_codg, mz_zy, prcunt;

CREATE OR REPLACE TEMP TABLE stock_billed AS
SELECT l.*, u.factor, l.cnt * u.factor AS quantity
FROM stock_lines AS l
LEFT JOIN stock_unit AS u USING (medins_list_codg, mz_zy, prcunt);

CREATE OR REPLACE TEMP TABLE stock_place AS
WITH wide AS (
    SELECT fixmedins_hilist_id, inv_codg,
        coalesce(sum(quantity) FILTER (kind = 'opening'), 0) AS opening,
        coalesce(sum(quantity) FILTER (kind = 'bought'), 0) AS bought,
        coalesce(sum(quantity) FILTER (kind = 'sent_back'), 0) AS sent_back,
        coalesce(sum(quantity) FILTER (kind = 'bought_below'), 0) AS bought_below,
        coalesce(sum(quantity) FILTER (kind = 'transfer_in'), 0) AS transfer_in,
        coalesce(sum(quantity) FILTER (kind = 'transfer_out'), 0) AS transfer_out,
        coalesce(sum(quantity) FILTER (kind = 'sold_otp'), 0) AS sold_otp,
        coalesce(sum(quantity) FILTER (kind = 'sold_ipt'), 0) AS sold_ipt,
        coalesce(sum(quantity) FILTER (kind = 'used'), 0) AS used,
        coalesce(sum(quantity) FILTER (kind = 'counted_up'), 0) AS counted_up,
        coalesce(sum(quantity) FILTER (kind = 'counted_down'), 0) AS counted_down,
        coalesce(sum(quantity) FILTER (kind = 'other_in'), 0) AS other_in,
        coalesce(sum(quantity) FILTER (kind = 'other_out'), 0) AS other_out,
        coalesce(sum(quantity) FILTER (kind NOT IN ('opening', 'closing')), 0) AS moved,
        coalesce(sum(quantity) FILTER (kind = 'closing'), 0) AS closing
    FROM stock_sum
    GROUP BY ALL
)
SELECT w.* REPLACE (if(k.opening, w.opening, NULL) AS opening, if(k.closing, w.closing, NULL) AS closing),
    if(k.opening, w.opening + moved, NULL) AS computed,
    if(k.opening AND k.closing, w.closing - w.opening - moved, NULL) AS difference
FROM wide AS w
CROSS JOIN stock_known AS k;

CREATE OR REPLACE TEMP TABLE stock_good AS
SELECT fixmedins_hilist_id, any_value(medins_list_codg) AS medins_list_codg, sum(COLUMNS(p.* EXCLUDE (fixmedins_hilist_id, inv_codg)))
FROM stock_place AS p
LEFT JOIN stock_name AS n USING (fixmedins_hilist_id)
GROUP BY fixmedins_hilist_id;

CREATE OR REPLACE TEMP TABLE stock_code AS
WITH billed AS (
    SELECT medins_list_codg,
        coalesce(sum(quantity) FILTER (mz_zy = 'MZ' AND NOT early), 0) AS billed_otp,
        coalesce(sum(quantity) FILTER (mz_zy = 'ZY' AND NOT early), 0) AS billed_ipt,
        coalesce(sum(quantity) FILTER (early), 0) AS billed_early,
        coalesce(sum(lines) FILTER (factor IS NOT NULL AND NOT early), 0)::BIGINT AS billed_lines,
        coalesce(sum(lines) FILTER (factor IS NULL), 0)::BIGINT AS unclear_lines
    FROM stock_billed
    GROUP BY ALL
), goods AS (
    SELECT n.medins_list_codg, count(*) AS items, min(n.name) AS name, min(n.min_prcunt) AS min_prcunt,
        coalesce(sum(g.opening), 0) AS opening, coalesce(sum(g.bought), 0) AS bought,
        coalesce(sum(g.sent_back), 0) AS sent_back, coalesce(sum(g.bought_below), 0) AS bought_below,
        coalesce(-sum(g.sold_otp), 0) AS sold_otp, coalesce(-sum(g.sold_ipt), 0) AS sold_ipt,
        count(g.fixmedins_hilist_id) AS seen
    FROM stock_name AS n
    LEFT JOIN stock_good AS g USING (fixmedins_hilist_id)
    WHERE n.medins_list_codg IS NOT NULL
    GROUP BY n.medins_list_codg
), sides AS (
    SELECT g.* REPLACE (
            if(k.opening, g.opening, NULL) AS opening, if(k.sales, g.sold_otp, NULL) AS sold_otp,
            if(k.sales, g.sold_ipt, NULL) AS sold_ipt
        ),
        coalesce(b.billed_otp, 0) AS billed_otp, coalesce(b.billed_ipt, 0) AS billed_ipt,
        coalesce(b.billed_early, 0) AS billed_early, coalesce(b.billed_lines, 0) AS billed_lines,
        coalesce(b.unclear_lines, 0) AS unclear_lines,
        coalesce(b.billed_otp, 0) + coalesce(b.billed_ipt, 0) AS billed,
        if(k.opening, g.opening + g.bought + g.sent_back, NULL) AS available
    FROM goods AS g
    LEFT JOIN billed AS b USING (medins_list_codg)
    CROSS JOIN stock_known AS k
    WHERE g.seen > 0 OR b.medins_list_codg IS NOT NULL
)
SELECT *, billed - available AS beyond_bought, billed - sold_otp - sold_ipt AS beyond_sold,
    coalesce(billed - available >= 1 AND billed - available > available * 0.02, false) AS over_bought,
    coalesce(billed - sold_otp - sold_ipt >= 1 AND billed - sold_otp - sold_ipt > billed * 0.02, false) AS over_sold
FROM sides;
