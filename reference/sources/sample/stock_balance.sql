SELECT
    _row,
    jgdm AS fixmedins_code,
    kfdm AS inv_codg,
    wzdm AS fixmedins_hilist_id,
    ph AS manu_lotnum,
    jcrq AS invdate,
    jcsl AS inv_cnt,
    dj AS pric,
    CAST(NULL AS VARCHAR) AS drug_trac_codg,
    ghs AS spler_name
FROM yk_jc
