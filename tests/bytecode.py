"""Let Python keep what it compiles: the tests start some fifty processes, and each compiles pandas and Prefect anew else.

Imported before everything else; processes that tests start inherit the environment.
"""

import os
import sys

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
