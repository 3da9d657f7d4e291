-- What Oracle's dictionary views say, by its documentation, of four tables; and these tables.
CREATE SCHEMA dictionary;
CREATE VIEW dictionary.all_tables AS SELECT * FROM (VALUES
    ('HIS', 'MZ_JSB', 3::numeric), ('HIS', 'MZ_FYMX', NULL), ('OTHER', 'YPZD', 1)) AS t (owner, table_name, num_rows);
CREATE VIEW dictionary.all_views AS SELECT * FROM (VALUES ('HIS', 'V_JSB')) AS t (owner, view_name);
CREATE VIEW dictionary.all_synonyms AS SELECT * FROM (VALUES
    ('PUBLIC', 'YP', 'OTHER', 'YPZD', NULL), ('PUBLIC', 'MZ_JSB', 'OTHER', 'YPZD', NULL),
    ('PUBLIC', 'DUAL', 'SYS', 'DUAL', NULL), ('HIS', 'FAR', 'OTHER', 'YPZD', 'LINK'))
    AS t (owner, synonym_name, table_owner, table_name, db_link);
CREATE VIEW dictionary.all_objects AS SELECT owner, table_name AS object_name FROM dictionary.all_tables;
CREATE VIEW dictionary.all_tab_comments AS SELECT * FROM (VALUES
    ('HIS', 'MZ_JSB', 'TABLE', '门诊结算'), ('HIS', 'MZ_FYMX', 'TABLE', NULL), ('HIS', 'V_JSB', 'VIEW', NULL),
    ('OTHER', 'YPZD', 'TABLE', '药品字典')) AS t (owner, table_name, table_type, comments);
CREATE VIEW dictionary.all_tab_columns AS SELECT * FROM (VALUES
    ('HIS', 'MZ_JSB', 'JSID', 'NUMBER', 0, 12, 0, 'N', 1), ('HIS', 'MZ_JSB', 'JE', 'NUMBER', 0, 16, 2, 'Y', 2),
    ('HIS', 'MZ_JSB', 'DJ', 'NUMBER', 0, NULL, NULL, 'Y', 3), ('HIS', 'MZ_JSB', 'JSSJ', 'DATE', 0, NULL, NULL, 'Y', 4),
    ('HIS', 'MZ_JSB', 'GXSJ', 'TIMESTAMP(6)', 0, NULL, 6, 'Y', 5),
    ('HIS', 'MZ_JSB', 'XM', 'VARCHAR2', 50, NULL, NULL, 'Y', 6), ('HIS', 'MZ_JSB', 'BZ', 'CLOB', 0, NULL, NULL, 'Y', 7),
    ('HIS', 'MZ_JSB', 'XB', 'CHAR', 4, NULL, NULL, 'Y', 8), ('HIS', 'MZ_JSB', 'ZT', 'BLOB', 0, NULL, NULL, 'Y', 9),
    ('HIS', 'MZ_JSB', 'SC', 'TIMESTAMP(6) WITH TIME ZONE', 0, NULL, 6, 'Y', 10),
    ('HIS', 'MZ_FYMX', 'JSID', 'NUMBER', 0, 12, 0, 'N', 1), ('HIS', 'MZ_FYMX', 'XH', 'NUMBER', 0, 4, 0, 'N', 2),
    ('HIS', 'V_JSB', 'JSID', 'NUMBER', 0, 12, 0, 'Y', 1), ('OTHER', 'YPZD', 'YPMC', 'VARCHAR2', 60, NULL, NULL, 'Y', 1))
    AS t (owner, table_name, column_name, data_type, char_length, data_precision, data_scale, nullable, column_id);
CREATE VIEW dictionary.all_col_comments AS SELECT * FROM (VALUES ('HIS', 'MZ_JSB', 'JE', '金额'))
    AS t (owner, table_name, column_name, comments);
CREATE VIEW dictionary.all_constraints AS SELECT * FROM (VALUES
    ('HIS', 'PK_JSB', 'P', 'MZ_JSB', NULL, NULL), ('HIS', 'PK_MX', 'P', 'MZ_FYMX', NULL, NULL),
    ('HIS', 'FK_MX', 'R', 'MZ_FYMX', 'HIS', 'PK_JSB'))
    AS t (owner, constraint_name, constraint_type, table_name, r_owner, r_constraint_name);
CREATE VIEW dictionary.all_cons_columns AS SELECT * FROM (VALUES
    ('HIS', 'PK_JSB', 'MZ_JSB', 'JSID', 1), ('HIS', 'PK_MX', 'MZ_FYMX', 'XH', 2), ('HIS', 'PK_MX', 'MZ_FYMX', 'JSID', 1),
    ('HIS', 'FK_MX', 'MZ_FYMX', 'JSID', 1)) AS t (owner, constraint_name, table_name, column_name, position);
CREATE VIEW dictionary.all_indexes AS SELECT * FROM (VALUES
    ('HIS', 'PK_JSB', 'HIS', 'MZ_JSB', 'UNIQUE'), ('HIS', 'I_JSSJ', 'HIS', 'MZ_JSB', 'NONUNIQUE'))
    AS t (owner, index_name, table_owner, table_name, uniqueness);
CREATE VIEW dictionary.all_ind_columns AS SELECT * FROM (VALUES
    ('HIS', 'PK_JSB', 'JSID', 1), ('HIS', 'I_JSSJ', 'XM', 2), ('HIS', 'I_JSSJ', 'JSSJ', 1))
    AS t (index_owner, index_name, column_name, column_position);

CREATE TABLE "MZ_JSB" ("JSID" numeric(12) PRIMARY KEY, "JE" numeric(16, 2), "DJ" numeric, "JSSJ" timestamp(0),
    "GXSJ" timestamp(6), "XM" varchar(50), "BZ" text, "XB" char(4), "ZT" bytea, "SC" timestamptz);
INSERT INTO "MZ_JSB" VALUES
    (1, 99999999999999.99, 0.333333, '2024-01-31 23:59:59', '2024-01-31 23:59:59.999999', '测试，甲"乙''', '', '男', '\x00',
        '2024-02-01 07:59:59+08'),
    (999999999999, -0.50, 12, '2024-02-01', '9999-12-31', '𠮷', '长', '女', NULL, NULL),
    (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE "MZ_FYMX" ("JSID" numeric(12), "XH" numeric(4));
INSERT INTO "MZ_FYMX" SELECT n, n % 10 FROM generate_series(1, 70000) AS n;
CREATE VIEW "V_JSB" AS SELECT "JSID" FROM "MZ_JSB";
CREATE TABLE "YP" ("YPMC" varchar(60));
INSERT INTO "YP" VALUES ('药');
