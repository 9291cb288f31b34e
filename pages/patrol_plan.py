"""Which hours go where, and what was delivered of what was promised?"""

from __future__ import annotations

from data.access import Permission
from pages._ui import frame, patrol

page = frame.begin("patrol_plan", Permission.VIEW)
here = frame.loaded_area(page)
patrol.show(page, here)
