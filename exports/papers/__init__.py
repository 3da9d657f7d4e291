"""The papers of a hand-over: 交接单 and 数据说明 travel with the package, 客户服务确认单 stays in the house."""
