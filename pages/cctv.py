"""What do cameras see of demand, hour by hour; which are there; where next; and what came of it?"""

from __future__ import annotations

from data.access import Permission
from pages._ui import cctv, cctv_coverage, cctv_impact, cctv_register, cctv_siting, frame
from pages._ui.errors import explained

page = frame.begin("cctv", Permission.VIEW)
here = frame.loaded_area(page)
with explained():
    part, counts = cctv.choose(here)
if part == "Register":
    cctv_register.show(page, here)
elif part == "Where next":
    cctv_siting.show(page, here, counts)
elif part == "Impact":
    cctv_impact.show(page, here)
else:
    cctv_coverage.show(page, here, counts)
