"""Where does a crew go now and next in its patch, why, and how does it log a visit?"""

from __future__ import annotations

from data.access import Permission
from pages._ui import frame, patch_page

page = frame.begin("my_patch", Permission.VIEW)
here = frame.loaded_area(page)
patch_page.show(page, here)
