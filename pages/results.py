"""Did it work, and did it move: what was done, what came of it, and what is due?"""

from __future__ import annotations

from data.access import Permission
from pages._ui import cached, frame, intervention_form, results, verdicts
from pages._ui.errors import explained

page = frame.begin("results", Permission.VIEW)
here = frame.loaded_area(page)
with explained():
    register = cached.interventions(here)
    known = verdicts.wanted(register)
if verdicts.form_is_open(page):
    intervention_form.show(page, here, known)
elif known is not None and verdicts.just_saved():
    verdicts.show_saved(known)
elif known is None:
    with explained():
        found = cached.verdicts(here)
    verdicts.show_list(page, found)
else:
    with explained():
        result = cached.displacement(here, known.intervention_id)
    results.show(page, here, known, result)
