"""The commented `feijian.toml` that `feijian init` writes."""

TEMPLATE = """\
# feijian 的设置。口令不写在这里：用 url_env 指明存放连接串的环境变量。

# store = "."             # 运行记录 runs/ 放在哪里
# deliver = "deliver"     # 导出包放在哪里（相对 store）
# memory_limit = "800MB"  # 计算时的内存上限，不够时借用磁盘
# threads = 2             # 并行线程数，默认为处理器核数
# loadback_url_env = "FEIJIAN_LOADBACK_URL"   # 一个可建模式的 PostgreSQL，用于 V1、V2 的载入验证（可不设）
# loadback_mysql_url_env = "FEIJIAN_LOADBACK_MYSQL_URL"   # 一个可建临时表的 MariaDB 或 MySQL，用于读回证书（可不设）

# [export]
# xlsx = true             # 每张表同时写一个 xlsx 工作簿（格式本身要求工作簿时总会写）

# 与上年格式比较的阈值（默认值与含义见 reference/formats/drift.toml），例如：
# [drift]
# deviation = "0.30"

# 每个数据源一节，名字自定。adapter 是 reference/sources 下的适配器。
# [sources.qiquanhu]
# adapter = "sample"
# url_env = "QIQUANHU_URL"   # 例如 postgresql://用户:口令@主机:5432/库名
#
# # 医院对读取的要求（都可以不写，说明见 reference/manual/接入新系统.md）：
# rows_per_second = 20000    # 每秒最多读多少行
# hours = "20:00-06:00"      # 只在这段时间读（北京时间）
# timeout_seconds = 3600     # 一条语句最多让服务器忙多久
# retries = 5                # 连接中断后最多连着重试几次
# part_rows = 250000         # 大表按月分成多大的部分
#
# [sources.trial]
# adapter = "sample"
# url = "sqlite:///D:/his/sample.sqlite"   # 没有口令的，可以直接写

# 服务合同：每份一节。各机构每年导出一次，再导须是更正（--corrects）或有书面理由（--reason）。
# 用 feijian contract list 查看。单位、负责人、电话等照合同填写，《客户服务确认单》要用。
# 没有写合同的机构照样可以导出，但注明“未核对合同”。
# [[contracts]]
# number = "合同编号"
# project = "项目名称"
# unit = "单位名称"
# person = "客户负责人"
# phone = "联系电话"
# from = 2024-11-06         # 服务期起止，两天都包括在内；到期前一个月提醒续签
# to = 2025-11-05
# institutions = ["H65040200001"]   # 机构编码；多的写成 CSV 文件名（有“机构编码”一列），如 "institutions.csv"
# exports_per_year = 1      # 每年几次
# year = "service"          # service 服务年（从 from 起每满一年），calendar 日历年

# 查询账户：每个账户一节。area 是机构编码或区划代码，只看得到它自己和下属；"*" 为全部。
# top 是最多可导出到哪一类（A 汇总 B 去标识 C 脱敏名单 D 全标识）；role = "approver" 的账户可批准 D 类导出。
# 不写任何账户时，以“本机”的名义查询，范围为全部，最多到 C 类。保护文件的是操作系统的账户权限，不是这里的名字。
# [accounts.qiquanhu]
# area = "650402C01"
# role = "operator"
# top = "C"
# unit = "七泉湖镇卫生院"
#
# [disclosure]
# small_cells = 5         # 对外发布时，小于 5 人的格子不显示（可选 3、5、10）

# 交接单上要印的内容。不写的印成横线，打印后手写。密钥（口令）只写怎样另行传递、传给谁，不写密钥本身。
# 模板可以自己改：把 reference/papers 下的 docx 复制到本文件旁边的 papers/ 里修改。
# [handover]
# sender = "七泉湖镇卫生院"           # 交付单位
# sender_person = ""                  # 交付人
# receiver = "吐鲁番市医疗保障局"     # 接收单位
# receiver_person = ""                # 接收人
# medium = "加密移动硬盘"             # 交付介质
# medium_id = ""                      # 介质编号
# key_channel = "电话告知"            # 密钥传递方式，不与介质同行
# key_receiver = ""                   # 密钥接收人
# purpose = "2024 年度医保飞行检查"   # 使用目的
# return_by = 2025-12-31              # 归还或销毁日期
"""
