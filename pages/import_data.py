"""Which data are there, how do more come in, what became of every row, and what is published?"""

from __future__ import annotations

from data.access import Permission
from pages._ui import data_parts, frame, publishing

page = frame.begin("import_data", Permission.VIEW)
opened = publishing.wanted()
if opened is not None:
    publishing.show_snapshot(page, opened)
else:
    data_parts.show(page)
