"""Which type of incident is each row, who reported it, and may it be put on a map?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.interpretation.context import is_given, mapped
from data.profiles.coding import (
    Coded,
    coded,
    is_dwelling,
    is_exploitation,
    is_placeholder,
    origin_of,
    sensitive_class,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.interpretation.context import Columns, Context, Verdict
    from data.profiles.model import Profile
    from data.readers.findings import RowLedger

    Words = NDArray[np.object_]
    Mask = NDArray[np.bool_]

_YES: Final = r"(?i)^(y|yes|true|t|1)$"
_CANCELLED: Final = (
    r"(?i)cancel|no.?crime|void|withdrawn|transferred|created in error|duplicate record"
)
_QUALIFIERS: Final = ("personal", "nuisance", "environmental")
_SHORT: Final = 40
NOT_KNOWN: Final = "Not known"
"""Type of incident of rows whose code nobody knows, where a person wants them counted."""


@dataclass(frozen=True, eq=False)
class What:
    """What the rows are, shape (rows,) each; see ``geo.schema`` for the words."""

    category: Words
    subtype: Words
    kind: Words
    origin: Words
    sensitive: Words
    setting: Words
    status: Words
    qualifier: Words


def read_what(columns: Columns, profile: Profile, ledger: RowLedger, context: Context) -> What:
    """Return what the rows are; those of unknown code are held, exploitation is refused."""
    code, heading = _codes(columns, profile)
    _refuse_exploitation(columns, code, heading, ledger)
    found = _coded(columns, profile, code, context)
    _answer_unknown(found, code, heading, ledger, context)
    unknown = np.array([one is None for one in found], dtype=np.bool_)
    shown = pc.if_else(pc.less_equal(pc.utf8_length(code), _SHORT), code, "")
    ledger.mark(
        "K01",
        unknown & is_given(code),
        "held",
        "{n} with a code that is not known ({value}).",
        column=heading,
        values=shown,
        reason="This code is not known.",
        question="Which type of incident is it?",
    )
    ledger.mark(
        "K01",
        unknown & ~is_given(code),
        "held",
        "{n} without a type of incident.",
        column=heading,
        values=code,
        reason="There is no type of incident.",
        question="Which type of incident is it?",
    )
    sensitive = _sensitive(columns, profile, code, heading, ledger)
    origin = _origin(columns, profile, found, heading, ledger)
    _note_opening(columns, profile, found, ledger)
    _mark_cameras(columns, ledger, context)
    return What(
        _part(found, "category"),
        _part(found, "subtype"),
        _part(found, "kind"),
        origin,
        sensitive,
        _setting(columns, code),
        _status(columns),
        mapped(columns.values("asb_qualifier"), _qualifier),
    )


def _codes(columns: Columns, profile: Profile) -> tuple[pa.Array, str]:
    """Return the texts that say what a row is, and their heading: the closing code decides."""
    order = {
        "nsir": ("closing_code", "opening_code"),
        "offence": ("ho_code", "category"),
    }.get(profile.coding, ("category",))
    present = [name for name in order if columns.has(name)]
    code = columns.values(present[0])
    for name in present[1:]:
        code = pc.if_else(pa.array(is_given(code)), code, columns.values(name))
    return code, columns.heading(present[0])


def _coded(columns: Columns, profile: Profile, code: pa.Array, context: Context) -> Words:
    """Return what each code stands for, None where it is not known."""
    agreed = {**dict(context.settings.get("codes", {})), **_answered(context)}

    def of(text: str) -> Coded | None:
        if text in agreed:
            category, _, subtype = str(agreed[text]).partition("|")
            return Coded(category, subtype)
        return coded(profile.coding, text)

    found = mapped(code, of)
    if profile.coding == "offence" and columns.has("ho_code") and columns.has("category"):
        label = mapped(columns.values("category"), of)
        missing = np.array([one is None for one in found], dtype=np.bool_)
        found[missing] = label[missing]
    for answer in context.answers:
        if answer.code == "K01" and answer.verdict == "set" and answer.rows:
            category, _, subtype = answer.value.partition("|")
            rows = np.isin(columns.numbers, answer.rows)
            found[rows] = np.array([Coded(category, subtype)] * int(rows.sum()), dtype=object)
    return found


def _answer_unknown(
    found: Words, code: pa.Array, heading: str, ledger: RowLedger, context: Context
) -> None:
    """Leave out the rows of codes that a person wants out; count others as not known."""
    unknown = np.array([one is None for one in found], dtype=np.bool_)
    gone = _named(code, context, "drop")
    ledger.mark("K01", unknown & gone, "dropped", "{n} left out, as was decided.", column=heading)
    kept = context.decided("K01", "reject", ledger.numbers) | _named(code, context, "reject")
    kept &= unknown & ~gone
    ledger.mark(
        "K01", kept, "kept", "{n} counted under “Not known”, as was decided.", column=heading
    )
    found[kept | (unknown & gone)] = Coded(NOT_KNOWN)


def _named(code: pa.Array, context: Context, verdict: Verdict) -> Mask:
    """Return the rows whose code a person named with a verdict, shape (rows,)."""
    said = [one.key for one in context.answers if (one.code, one.verdict) == ("K01", verdict)]
    wanted = pa.array([key for key in said if key], pa.string())
    found: Mask = pc.is_in(code, wanted).to_numpy(zero_copy_only=False)
    return found


def _answered(context: Context) -> dict[str, str]:
    return {
        answer.key: answer.value
        for answer in context.answers
        if answer.code == "K01" and answer.verdict == "set" and answer.key
    }


def _part(found: Words, name: str) -> Words:
    return np.array([getattr(one, name) if one is not None else "" for one in found], dtype=object)


def _refuse_exploitation(columns: Columns, code: pa.Array, heading: str, ledger: RowLedger) -> None:
    marked = np.zeros(len(columns), dtype=np.bool_)
    for values in (
        code,
        columns.values("opening_code"),
        columns.values("category"),
        columns.values("marker"),
    ):
        marked |= mapped(values, is_exploitation).astype(np.bool_)
    ledger.mark(
        "K03",
        marked,
        "refused",
        "{n} marked as exploitation were not loaded.",
        column=heading,
    )


def _sensitive(
    columns: Columns, profile: Profile, code: pa.Array, heading: str, ledger: RowLedger
) -> Words:
    council = profile.coding == "council"
    found = mapped(code, lambda text: sensitive_class(text, council=council))
    for name in ("category", "opening_code", "marker"):
        more = mapped(columns.values(name), lambda text: sensitive_class(text, council=council))
        found = np.where(found == "", more, found)
    flagged = pc.match_substring_regex(columns.values("domestic_flag"), _YES)
    found = np.where(flagged.to_numpy(zero_copy_only=False), "domestic", found).astype(object)
    rows = (found != "") & ~ledger.rows_that_are("refused")
    ledger.mark(
        "K03",
        rows,
        "fixed",
        "{n} are domestic or otherwise sensitive: counted, and never put on a map.",
        column=heading,
    )
    return found


def _origin(
    columns: Columns, profile: Profile, found: Words, heading: str, ledger: RowLedger
) -> Words:
    said = mapped(columns.values("origin"), lambda text: origin_of(text) if text else None)
    origin = np.array([one or profile.origin for one in said], dtype=object)
    by_police = np.array([one is not None and one.by_police for one in found], dtype=np.bool_)
    by_police &= origin != "cctv"
    if profile.coding != "free":
        origin[by_police] = "police"
    generated = origin == "police"
    ledger.mark(
        "K04",
        generated,
        "kept",
        "{n} come of police work (patrols, officers' own finds): out of demand unless asked for.",
        column=columns.heading("origin") or heading,
    )
    return origin


def _note_opening(columns: Columns, profile: Profile, found: Words, ledger: RowLedger) -> None:
    if not (columns.has("opening_code") and columns.has("closing_code")):
        return
    opened = mapped(columns.values("opening_code"), lambda text: coded(profile.coding, text))
    differ = np.array(
        [
            first is not None and last is not None and first.category != last.category
            for first, last in zip(opened, found, strict=True)
        ],
        dtype=np.bool_,
    )
    ledger.mark(
        "K02",
        differ & columns.given("closing_code"),
        "kept",
        "{n} closed as another type than opened; the closing code counts.",
        column=columns.heading("opening_code"),
        flagged=False,
    )


def _mark_cameras(columns: Columns, ledger: RowLedger, context: Context) -> None:
    if not columns.has("camera_ids"):
        return

    def unknown(text: str) -> bool:
        names = [name.strip() for name in text.replace(",", ";").split(";") if name.strip()]
        if context.cameras:
            return any(name not in context.cameras for name in names)
        return any(is_placeholder(name) for name in names)

    values = columns.values("camera_ids")
    ledger.mark(
        "K01",
        mapped(values, unknown).astype(np.bool_),
        "kept",
        "{n} name a camera that is not known ({value}).",
        column=columns.heading("camera_ids"),
        values=values,
    )


def _setting(columns: Columns, code: pa.Array) -> Words:
    """Return "dwelling" where a code or place says so, else ""."""
    at_home = mapped(code, is_dwelling) | mapped(
        columns.values("place"),
        lambda text: text.strip().casefold() in {"dwelling", "private dwelling", "home address"},
    )
    return np.where(at_home.astype(np.bool_), "dwelling", "").astype(object)


def _status(columns: Columns) -> Words:
    cancelled = pc.match_substring_regex(columns.values("status"), _CANCELLED)
    return np.where(cancelled.to_numpy(zero_copy_only=False), "cancelled", "").astype(object)


def _qualifier(text: str) -> str:
    lower = text.casefold()
    return next((name for name in _QUALIFIERS if name in lower), "")
