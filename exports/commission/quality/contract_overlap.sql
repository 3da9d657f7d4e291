-- title: 一人同时有两份在约签约
-- why: 两个团队都签了同一人，按份数统计时重复
-- fix: 保留一份，另一份解约（重签）
-- level: error
-- table: fd_contract
SELECT c.org_code, c.contract_id AS key, c.empi, c.team_id AS value
FROM fd_contract AS c
WHERE c.sign_flag <> '4' AND EXISTS (
    SELECT 1 FROM fd_contract AS o
    WHERE o.empi = c.empi AND o.contract_id < c.contract_id AND o.sign_flag <> '4'
        AND c.begin_date < least(o.end_date, coalesce(o.stop_date, o.end_date))
        AND o.begin_date < least(c.end_date, coalesce(c.stop_date, c.end_date))
)
