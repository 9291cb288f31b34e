"""How does the command line say what is counted?"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from data.views import ELIGIBLE_DEMAND, EVERYTHING, USUAL_RULE, Counted, Eligibility
from geo.errors import SchemaError
from geo.repeats import RepeatRule
from geo.schema import ORIGINS

if TYPE_CHECKING:
    import argparse

    from geo.schema import Origin


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Add which reports count, and when several are one incident."""
    command.add_argument(
        "--eligible",
        action="store_true",
        help="only what people and partners report in public places",
    )
    command.add_argument("--origins", help=f"only these of {','.join(ORIGINS)}, with commas")
    command.add_argument(
        "--no-dwellings", action="store_true", help="leave out what was at a dwelling"
    )
    command.add_argument(
        "--repeats",
        metavar="M,MIN,H",
        help="repeat reports: at most so many metres and minutes apart, within so many hours"
        " (default: 100,60,3)",
    )


def eligibility_of(options: argparse.Namespace) -> Eligibility:
    """Return which reports count."""
    usual = ELIGIBLE_DEMAND if options.eligible else EVERYTHING
    named = tuple(name.strip() for name in (options.origins or "").split(",") if name.strip())
    return Eligibility(
        cast("tuple[Origin, ...]", named) if options.origins is not None else usual.origins,
        dwellings=usual.dwellings and not options.no_dwellings,
    )


def rule_of(options: argparse.Namespace) -> RepeatRule:
    """Return when reports are repeats.

    Raises
    ------
    SchemaError
        Where ``--repeats`` is not three numbers.
    """
    if options.repeats is None:
        return USUAL_RULE
    parts = options.repeats.split(",")
    try:
        metres, minutes, hours = (float(part) for part in parts)
    except ValueError:
        message = f"--repeats needs three numbers; found {options.repeats!r}."
        raise SchemaError(message, "Write metres, minutes and hours, such as 100,60,3.") from None
    return RepeatRule(metres, round(minutes), hours)


def counted_of(options: argparse.Namespace) -> Counted:
    """Return what counts one."""
    return Counted(
        eligibility_of(options), rule_of(options) if options.lens == "estimated" else None
    )
