"""The synthetic county: made-up persons whose lives are planned first and recorded second.

A story decides what happens to a resident, writes it into the raw tables of the county's systems, and states what any
correct count must find (a claim). The truth adds up claims; it never reads the raw tables, so that what feijian
computes from them is held against the plan and not against itself.
"""

from tests.county.county import County as County
from tests.county.county import CountySettings as CountySettings
from tests.county.county import generate as generate
