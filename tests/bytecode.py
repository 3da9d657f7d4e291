"""Let Python keep what it compiles: tests start some fifty processes, each of which would compile pandas anew.

Imported before everything else; processes that tests start inherit the environment.
"""

import os
import sys

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
