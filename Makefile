# Two commands are all a newcomer needs: `make demo` and `make test`. Both fetch uv when it is missing and
# install what uv.lock names. Windows: install uv, then `uv run feijian demo` and `uv run pytest`.

UV_VERSION := 0.13.9
UV := $(shell command -v uv 2>/dev/null)
ifeq ($(UV),)
UV := .tools/bin/uv
endif
RUN := $(UV) run --locked

.PHONY: demo demo-commission test nightly check bench format lock clean

demo: $(UV)
	$(RUN) --no-dev feijian demo

demo-commission: $(UV)
	$(RUN) --no-dev feijian demo --commission --out demo-commission

test: $(UV)
	$(RUN) pytest

# Forty kills, cut connections, servers started anew, disks filled: about ten minutes; root, PostgreSQL and MariaDB.
nightly: $(UV)
	$(RUN) python -m tests.interruptions

check: $(UV)
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) mypy

bench: $(UV)
	$(RUN) python -m tests.bench
	$(RUN) python -m tests.bench.learn
	$(RUN) python -m tests.bench.rules
	$(RUN) python -m tests.bench.commission
	$(RUN) --with connectorx --with psycopg[binary] --with mysql-connector-python python -m tests.bench.sources
	$(RUN) --with rustpy-xlsxwriter==0.8.0 --with xlsxturbo==1.12.1 python -m tests.bench.workbooks

format: $(UV)
	$(RUN) ruff format .
	$(RUN) ruff check --fix .

lock: $(UV)
	$(UV) lock --upgrade

clean:
	rm -rf .venv .tools .mypy_cache .ruff_cache .pytest_cache .hypothesis demo demo-commission

.tools/bin/uv:
	python3 -m venv .tools || { echo "请先安装 Python 的 venv 模块（Debian/Ubuntu：apt install python3-venv），或安装 uv" >&2; exit 2; }
	.tools/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
