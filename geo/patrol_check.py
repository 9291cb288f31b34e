"""Does a plan keep every rule, and is its value what it says?

Everything is worked out again from the problem, without any of the planner's code. Each finding is
a sentence; a plan with findings must not be shown.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import TYPE_CHECKING, Final

from shapely.geometry import Point

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from geo.patrol import CountPlan, CountProblem, Crew, Place, Plan, Problem, Visit

CLOSE_MIN: Final = 1e-6
"""Minutes that are taken for nothing."""
CLOSE_VALUE: Final = 1e-6
"""Share of a value that is taken for nothing."""


def check_plan(problem: Problem, plan: Plan) -> tuple[str, ...]:
    """Return a sentence for each rule that a plan breaks; empty when it keeps all.

    Parameters
    ----------
    problem
        What was to be planned.
    plan
        What came of it.
    """
    names = {place.place_id for place in problem.places}, {crew.crew_id for crew in problem.crews}
    strange = [
        visit
        for visit in plan.visits
        if not (visit.place_id in names[0] and visit.crew_id in names[1])
    ]
    if strange:
        return (f"{len(strange)} visits name a place or crew that is not in the problem.",)
    again = _Again(problem, plan)
    return tuple(
        finding
        for findings in (
            again.who(),
            again.when(),
            again.ways(),
            again.together(),
            again.locks(),
            again.floors(),
            again.left_out(),
            again.value(),
        )
        for finding in findings
    )


class _Again:
    """A plan that is worked out again."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem, self.plan = problem, plan
        self.place = {place.place_id: place for place in problem.places}
        self.crew = {crew.crew_id: crew for crew in problem.crews}
        self.row = {place.place_id: i for i, place in enumerate(problem.places)}
        self.column = {crew.crew_id: i for i, crew in enumerate(problem.crews)}

    def name(self, visit: Visit) -> str:
        """Return the words for a visit."""
        crew, place = self.crew[visit.crew_id].name, self.place[visit.place_id].name
        return f"Crew {crew} at {place}, {clock(visit.arrive_min)}"

    def match(self, visit: Visit) -> list[float]:
        """Return how well the crew may deal with each group there."""
        match = list(self.crew[visit.crew_id].match)
        allowed = self.problem.allowed
        if allowed is None:
            return match
        may = allowed[self.column[visit.crew_id], self.row[visit.place_id]]
        return [one if yes else 0.0 for one, yes in zip(match, may, strict=True)]

    def who(self) -> Iterator[str]:
        """Yield visits by crews that must not make them."""
        for visit in self.plan.visits:
            crew, place = self.crew[visit.crew_id], self.place[visit.place_id]
            if place.police_only and not crew.police:
                yield f"{self.name(visit)}: only police may go there."
            if crew.zone is not None and not crew.zone.intersects(Point(place.x_m, place.y_m)):
                yield f"{self.name(visit)}: the place lies outside the crew's zone."
            if max(self.match(visit)) <= 0:
                yield f"{self.name(visit)}: the crew holds no power for any of its problems."
            elif self.lead(visit) != visit.group_id:
                yield f"{self.name(visit)}: it comes for {self.lead(visit)}, not {visit.group_id}."

    def when(self) -> Iterator[str]:
        """Yield visits outside blocks, windows or shifts, or of a wrong length."""
        for visit in self.plan.visits:
            crew, place = self.crew[visit.crew_id], self.place[visit.place_id]
            span = visit.arrive_min, visit.leave_min
            if abs(span[1] - span[0] - self.problem.rules.dwell_min) > CLOSE_MIN:
                yield f"{self.name(visit)}: the visit lasts {span[1] - span[0]:g} minutes."
            if not 0 <= visit.block < len(self.problem.blocks):
                yield f"{self.name(visit)}: there is no such block of time."
                continue
            block = self.problem.blocks[visit.block]
            if not _inside(span, [(block.start_min, block.end_min)]):
                yield f"{self.name(visit)}: the visit leaves its block of time."
            if place.windows and not _inside(span, place.windows):
                yield f"{self.name(visit)}: the place is not to be visited then."
            if not 0 <= visit.part < len(shift_parts(crew)):
                yield f"{self.name(visit)}: the shift has no such part."
            elif not _inside(span, [shift_parts(crew)[visit.part]]):
                yield f"{self.name(visit)}: the crew is off shift or on its break."

    def ways(self) -> Iterator[str]:
        """Yield ways that take longer than the time between two stops, base to base."""
        returns = {(back.crew_id, back.part): back for back in self.plan.returns}
        parts: dict[tuple[str, int], list[Visit]] = {}
        for visit in self.plan.visits:
            parts.setdefault((visit.crew_id, visit.part), []).append(visit)
        if set(returns) != set(parts) or len(self.plan.returns) != len(returns):
            yield "Not every part of a shift with visits ends at the base, once."
        for (crew_id, number), visits in parts.items():
            crew = self.crew[crew_id]
            if not 0 <= number < len(shift_parts(crew)):
                continue
            start, end = shift_parts(crew)[number]
            minutes = self.problem.travel.of(crew.mode)
            base = len(self.problem.places) + self.column[crew_id]
            point, free = base, start
            for order, visit in enumerate(sorted(visits, key=lambda one: one.arrive_min), 1):
                leg = float(minutes[point, self.row[visit.place_id]])
                yield from self._leg(visit, order, leg, free)
                point, free = self.row[visit.place_id], visit.leave_min
            leg = float(minutes[point, base])
            if free + leg > end + CLOSE_MIN:
                yield f"Crew {crew.name} is back at its base {free + leg - end:g} minutes late."
            back = returns.get((crew_id, number))
            if back is not None and not (
                _near(back.travel_min, leg) and _near(back.back_min, free + leg)
            ):
                yield f"The return of crew {crew.name} is not when its last way ends."

    def _leg(self, visit: Visit, order: int, leg: float, free: float) -> Iterator[str]:
        """Yield what is wrong with the way to a visit."""
        if visit.arrive_min + CLOSE_MIN < free + leg:
            yield f"{self.name(visit)}: it cannot be there before {clock(free + leg)}."
        if not _near(visit.travel_min, leg):
            yield f"{self.name(visit)}: the way takes {leg:g} minutes, not {visit.travel_min:g}."
        if visit.order != order:
            yield f"{self.name(visit)}: it is stop {order} of its part, not {visit.order}."

    def together(self) -> Iterator[str]:
        """Yield places with too many crews in a block, or visits too close for a group."""
        rules = self.problem.rules
        by_place: dict[str, list[Visit]] = {}
        for visit in self.plan.visits:
            by_place.setdefault(visit.place_id, []).append(visit)
        for place_id, visits in by_place.items():
            name = self.place[place_id].name
            for block, number in Counter(visit.block for visit in visits).items():
                if number > rules.cap:
                    yield f"{name} has {number} crews in block {block + 1}; {rules.cap} may come."
            for one, other in combinations(sorted(visits, key=lambda v: v.arrive_min), 2):
                apart = other.arrive_min - one.leave_min
                if self.lead(one) != self.lead(other):
                    continue
                if one.block == other.block:
                    yield f"{name}: two crews come for {self.lead(one)} in block {one.block + 1}."
                elif apart < rules.guard_min - CLOSE_MIN:
                    yield f"{name}: two visits for {self.lead(one)} are {apart:g} minutes apart."

    def locks(self) -> Iterator[str]:
        """Yield locked visits that are neither kept nor told of."""
        kept = {(v.crew_id, v.place_id, v.block): v for v in self.plan.visits if v.locked}
        for lock in self.problem.locks:
            visit = kept.get((lock.crew_id, lock.place_id, lock.block))
            crew, place = self.crew[lock.crew_id].name, self.place[lock.place_id].name
            told = f"The locked visit of crew {crew} to {place} could not be kept"
            if visit is None:
                if not any(note.startswith(told) for note in self.plan.notes):
                    yield f"The locked visit of crew {crew} to {place} is missing."
            elif lock.arrive_min is not None and not _near(visit.arrive_min, lock.arrive_min):
                yield f"The locked visit of crew {crew} to {place} was moved."

    def floors(self) -> Iterator[str]:
        """Yield floors whose count is wrong."""
        visits = Counter(visit.place_id for visit in self.plan.visits)
        wards = Counter(self.place[visit.place_id].ward for visit in self.plan.visits)
        wanted = [(ward, n, wards[ward]) for ward, n in self.problem.ward_floors]
        said = [(one.name, one.wanted, one.planned) for one in self.plan.ward_floors]
        if said != wanted:
            yield "Visits by ward are not counted rightly."
        wanted = [(p.name, p.floor, visits[p.place_id]) for p in self.problem.places if p.floor]
        said = [(one.name, one.wanted, one.planned) for one in self.plan.place_floors]
        if said != wanted:
            yield "Visits of places with a floor are not counted rightly."

    def left_out(self) -> Iterator[str]:
        """Yield what is wrong with the list of places without a visit."""
        served = {visit.place_id for visit in self.plan.visits}
        missing = sorted(set(self.place) - served)
        if sorted(one.place_id for one in self.plan.unserved) != missing:
            yield "The places left out are not those without a visit."
        if not all(one.reason for one in self.plan.unserved):
            yield "A place is left out without a reason."

    def weight(self, visit: Visit) -> list[float]:
        """Return the demand that a visit meets, by group."""
        problem, here = self.problem, self.place[visit.place_id]
        budgets = sum(group.budget for group in problem.groups)
        weights = []
        for g, (group, match) in enumerate(zip(problem.groups, self.match(visit), strict=True)):
            everywhere = sum(sum(place.demand[g]) for place in problem.places)
            if everywhere <= 0 or budgets <= 0:
                weights.append(0.0)
                continue
            share = here.demand[g][visit.block] / everywhere * group.budget / budgets
            weights.append(100 * len(problem.places) * share * _factor(problem, here, g) * match)
        return weights

    def lead(self, visit: Visit) -> str:
        """Return the group to which a visit brings most."""
        weights = self.weight(visit)
        most = weights if max(weights) > 0 else self.match(visit)
        return self.problem.groups[most.index(max(most))].group_id

    def value(self) -> Iterator[str]:
        """Yield figures of the plan that are not what its visits come to."""
        problem, plan = self.problem, self.plan
        met = _met(
            [(visit.place_id, self.weight(visit)) for visit in plan.visits], problem.rules.gamma
        )
        travel = sum(v.travel_min for v in plan.visits) + sum(b.travel_min for b in plan.returns)
        visits = Counter(visit.place_id for visit in plan.visits)
        wards = Counter(self.place[visit.place_id].ward for visit in plan.visits)
        floors = sum(min(visits[place.place_id], place.floor) for place in problem.places)
        floors += sum(min(wards[ward], n) for ward, n in problem.ward_floors)
        value = met - problem.rules.travel_cost * travel + problem.rules.floor_bonus * floors
        for name, said, true in (
            ("demand met", plan.met, met),
            ("travel", plan.travel_min, travel),
            ("number of visits for floors", float(plan.floor_visits), float(floors)),
            ("value", plan.value, value),
        ):
            if abs(said - true) > CLOSE_VALUE * max(1.0, abs(true)):
                yield f"The {name} of the plan is {true:.6f}, not {said:.6f}."


def _factor(problem: Problem | CountProblem, place: Place, group: int) -> float:
    """Return by what the demand of a group at a place is multiplied for debt and CCTV."""
    owed = 1.0
    if place.target_min > 0:
        missing = max(0.0, (place.target_min - place.delivered_min) / place.target_min)
        owed += problem.rules.kappa * missing
    one = problem.groups[group]
    seen = one.cctv_strength * place.cctv
    return owed * {"ignore": 1.0, "discount": 1.0 - seen, "complement": 1.0 + seen}[one.cctv]


def _met(visits: Iterable[tuple[str, list[float]]], gamma: float) -> float:
    """Return the demand met: at each place, for each group, the largest whole, each next less."""
    amounts: dict[tuple[str, int], list[float]] = {}
    for place_id, weights in visits:
        for group, weight in enumerate(weights):
            amounts.setdefault((place_id, group), []).append(weight)
    return sum(
        amount * gamma**rank
        for row in amounts.values()
        for rank, amount in enumerate(sorted(row, reverse=True))
    )


def shift_parts(crew: Crew) -> list[tuple[float, float]]:
    """Return the shift cut at every break."""
    parts = [(crew.start_min, crew.end_min)]
    for pause, again in crew.breaks:
        cut = [(low, min(high, pause)) for low, high in parts]
        cut += [(max(low, again), high) for low, high in parts]
        parts = sorted({(low, high) for low, high in cut if low < high})
    return parts


def _inside(span: tuple[float, float], spans: Sequence[tuple[float, float]]) -> bool:
    """Return whether a span lies in one of others."""
    return any(low - CLOSE_MIN <= span[0] and span[1] <= high + CLOSE_MIN for low, high in spans)


def _near(one: float, other: float) -> bool:
    """Return whether two numbers of minutes are the same."""
    return abs(one - other) <= CLOSE_MIN


def clock(minutes: float) -> str:
    """Return minutes from midnight as hours and minutes, beyond 24 on the next day."""
    whole = round(minutes)
    return f"{whole // 60 % 24:02d}:{whole % 60:02d}"


def check_counts(problem: CountProblem, plan: CountPlan) -> tuple[str, ...]:
    """Return a sentence for each rule that a plan of visits a week breaks."""
    return tuple(_count_findings(problem, plan))


def _count_findings(problem: CountProblem, plan: CountPlan) -> Iterator[str]:
    """Yield hours exceeded, powers lacking, a wrong value, places forgotten."""
    each = problem.rules.dwell_min + problem.travel_min
    for crew, hours in zip(problem.crews, problem.hours, strict=True):
        minutes = each * sum(one.visits for one in plan.counts if one.crew_id == crew.crew_id)
        if minutes > 60 * hours + CLOSE_MIN:
            yield f"Crew {crew.name} needs {minutes:g} minutes and has {60 * hours:g}."
    crews = {crew.crew_id: k for k, crew in enumerate(problem.crews)}
    places = {place.place_id: h for h, place in enumerate(problem.places)}
    groups = {group.group_id: g for g, group in enumerate(problem.groups)}
    met: list[tuple[str, list[float]]] = []
    for one in plan.counts:
        k, h, g = crews[one.crew_id], places[one.place_id], groups[one.group_id]
        match = _weekly_match(problem, k, h, g)
        names = problem.crews[k].name, problem.places[h].name
        if match <= 0 or one.visits < 1:
            yield f"Crew {names[0]} must not visit {names[1]} for {one.group_id}."
        met += [(f"{h} {g}", [_weekly(problem, problem.places[h], g) * match])] * one.visits
    for key, number in Counter(key for key, _ in met).items():
        if number > problem.most:
            yield f"{problem.places[int(key.split()[0])].name} has {number} visits for one group."
    value = _met(met, problem.rules.gamma)
    if abs(value - plan.value) > CLOSE_VALUE * max(1.0, value):
        yield f"The value of the plan is {value:.6f}, not {plan.value:.6f}."
    served = {one.place_id for one in plan.counts}
    if sorted(one.place_id for one in plan.unserved) != sorted(set(places) - served):
        yield "The places left out are not those without a visit."


def _weekly_match(problem: CountProblem, k: int, h: int, g: int) -> float:
    """Return how well a crew may deal with a group at a place: 0 where it must not."""
    crew, place = problem.crews[k], problem.places[h]
    barred = problem.allowed is not None and not problem.allowed[k, h, g]
    outside = crew.zone is not None and not crew.zone.intersects(Point(place.x_m, place.y_m))
    if barred or outside or (place.police_only and not crew.police):
        return 0.0
    return crew.match[g]


def _weekly(problem: CountProblem, place: Place, group: int) -> float:
    """Return the scaled demand of the week at a place."""
    everywhere = sum(one.demand[group][0] for one in problem.places)
    budgets = sum(one.budget for one in problem.groups)
    if everywhere <= 0 or budgets <= 0:
        return 0.0
    share = place.demand[group][0] / everywhere * problem.groups[group].budget / budgets
    return 100 * len(problem.places) * share * _factor(problem, place, group)
