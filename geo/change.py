"""Which places really have more or fewer reports than a year ago, and how sure is that?

Each place is compared with itself: the question is whether its own count rose or fell, not whether
it moved differently from the town. All places compared together tell how often places change and
by how much, and a place's probability is shrunk by that. The words are in `geo.change_words`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, nbdtrik, ndtr

from geo.count_noise import CountNoise, count_noise
from geo.errors import SchemaError

if TYPE_CHECKING:
    from geo.schema import ChangeKey

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


BASE_NEEDED: Final = 20
"""Reports in the earlier period below which nothing is said either way."""
FEWEST_MORE: Final = 5
SMALLEST_SHARE: Final = 0.2
"""A change must be at least this many reports, and this share of the base, to get a word."""
STRONG: Final = 0.95
LIKELY: Final = 0.80
WATCH: Final = 0.70
EXPECTED_COVERAGE: Final = 0.80

_SPREADS: Final = np.array([0.05, 0.08, 0.12, 0.18, 0.27, 0.40, 0.60, 0.90])
"""Candidate sizes of real change: its standard deviation as a log ratio."""
_UNCHANGED: Final = np.array([0.0, 0.25, 0.50, 0.75, 0.90, 1.0])
"""Candidate shares of places in which nothing changed ..."""
_UNCHANGED_WEIGHT: Final = np.array([4.0, 4.0, 4.0, 2.0, 2.0, 1.0]) / 17.0
"""... and how likely each is before looking: that nothing changed anywhere is least likely."""
_NULL_TABLES: Final = 400
_FALLS: Final[dict[ChangeKey, ChangeKey]] = {
    "normal": "normal",
    "up_watch": "down_watch",
    "up_likely": "down_likely",
    "up_strong": "down_strong",
}


@dataclass(frozen=True)
class Change:
    """How the latest months of one place compare with the same months of last year.

    Attributes
    ----------
    key
        Which word of `geo.change_words` this is.
    n_now, n_before
        Reports in the latest months, and in the same months of last year.
    expected_low, expected_high
        80 % range for ``n_now`` if nothing had changed since last year. None with "too_few" and
        "not_compared".
    probability_up, probability_down
        That the place's true rate rose, fell; the rest to 1 is that it did not change. None with
        "too_few" and "not_compared".
    reason
        Why there is no word of change; empty when there is one.
    """

    key: ChangeKey
    n_now: int
    n_before: int
    expected_low: int | None
    expected_high: int | None
    probability_up: float | None
    probability_down: float | None
    reason: str = ""

    @property
    def trifling(self) -> bool:
        """Whether the difference is under 5 reports, or under a fifth of the base."""
        difference = abs(self.n_now - self.n_before)
        return difference < FEWEST_MORE or difference < SMALLEST_SHARE * self.n_before


def not_compared(reason: str, *, n_now: int = 0, n_before: int = 0) -> Change:
    """Return the change of a place that cannot be compared, with the reason."""
    return Change("not_compared", n_now, n_before, None, None, None, None, reason)


def assess_changes(
    now: ArrayLike,
    before: ArrayLike,
    *,
    series: ArrayLike | None = None,
    observed: ArrayLike | None = None,
    months_compared: int = 3,
) -> tuple[Change, ...]:
    """Return, for each of the places compared together, how sure a rise or a fall is.

    Parameters
    ----------
    now, before
        Reports of each place in the latest months and in the same months of last year, shape (m,).
        Only months observed in both (`geo.comparison.latest_comparable`).
    series
        Reports of the same places by calendar month, shape (m, T), no month left out, ending with
        the latest month. They tell how much counts wander by themselves (`geo.count_noise`).
    observed
        Which of the T months have data, shape (T,).
    months_compared
        How many months ``now`` covers.

    Returns
    -------
    tuple of Change
        In the order of ``now``.

    Raises
    ------
    SchemaError
        When shapes differ, or a count is negative or not whole.

    Notes
    -----
    The log ratio of the two counts has the sampling variance that reproduces the exact Poisson
    likelihood ratio of "no change", plus twice the squared `CountNoise.spread`. Real changes come
    from a mixture: none at all in a share of the places, otherwise normal about zero. The share
    and the size are not fixed but averaged over a grid, each weighted by how well it explains all
    places together; so few places stay cautious, and one place rests on the prior alone. A flat
    prior would call 4 of 21 unchanged wards "very likely up".
    Words need a change of 5 reports and a fifth of the base; "very likely" also needs a count
    outside the expected range, so that a sentence never contradicts the range that it states.
    Calibration: `benchmarks/calibrate_change.py`.
    The prior is about zero change, not about the town's: when the whole town rises, each of its
    places may be said to have risen.

    References
    ----------
    Stephens (2017), "False discovery rates: a new deal", Biostatistics 18:275.
    Gelman, Hill and Yajima (2012), "Why we (usually) don't have to worry about multiple
    comparisons", Journal of Research on Educational Effectiveness 5:189.
    """
    later, earlier = _counts(now, before)
    noise = _noise(series, observed, months_compared)
    up, down = _probabilities(later, earlier, noise)
    low, high = expected_range(earlier, noise)
    return tuple(
        _change(int(n), int(b), (int(lo), int(hi)), (float(p), float(q)))
        for n, b, lo, hi, p, q in zip(later, earlier, low, high, up, down, strict=True)
    )


def expected_range(before: ArrayLike, noise: CountNoise) -> tuple[Integers, Integers]:
    """Return the counts between which four in five places fall if nothing has changed.

    Parameters
    ----------
    before
        Reports in the same months of last year, shape (m,).
    noise
        How much counts of that many months wander by themselves.

    Returns
    -------
    low, high
        Shape (m,); both still inside. Zero where ``before`` is zero.

    Notes
    -----
    Negative binomial about ``before``, whose variance allows for chance in both years and for the
    wandering of both: 2 b + 2 (spread b)^2.
    """
    base = np.asarray(before, dtype=np.float64)
    size = 1.0 / (1.0 / np.maximum(base, 1.0) + 2 * noise.spread**2)
    share = size / (size + base)
    tail = (1 - EXPECTED_COVERAGE) / 2
    low, high = np.zeros(base.shape, dtype=np.int64), np.zeros(base.shape, dtype=np.int64)
    some = base > 0
    low[some] = _negative_binomial_quantile(tail, size[some], share[some])
    high[some] = _negative_binomial_quantile(1 - tail, size[some], share[some])
    return low, high


def _negative_binomial_quantile(part: float, size: Floats, share: Floats) -> Floats:
    """Return the smallest counts whose distribution function reaches ``part``.

    As `scipy.stats.nbinom.ppf`, from the incomplete beta function alone: importing the whole of
    scipy.stats takes longer than finding the hotspots of a town.
    """
    count = np.maximum(np.ceil(nbdtrik(part, size, share)), 0.0)
    while (short := betainc(size, count + 1, share) < part).any():
        count = count + short
    while (far := (count > 0) & (betainc(size, np.maximum(count, 1), share) >= part)).any():
        count = count - far
    return np.asarray(count, dtype=np.float64)


def unusual_by_chance(
    before: ArrayLike,
    *,
    series: ArrayLike | None = None,
    observed: ArrayLike | None = None,
    months_compared: int = 3,
    seed: int = 0,
) -> float:
    """Return how many places would get a word of change if nothing had changed in any of them.

    Parameters
    ----------
    before, series, observed, months_compared
        As in `assess_changes`.
    seed
        Of the 400 simulated tables; the same seed gives the same figure.

    Returns
    -------
    float
        The mean number, among the places of a table, called "may be rising", "may be falling" or
        stronger. Places too small to compare never are.

    Notes
    -----
    Both years of each place are drawn about the same rate, ``before``, with the wandering
    that `geo.count_noise` finds, and read as `assess_changes` reads them.
    """
    _, base = _counts(before, before)
    noise = _noise(series, observed, months_compared)
    random = np.random.default_rng(seed)
    earlier, later = (_draw(base, noise.spread, random) for _ in range(2))
    up, down = _probabilities(later, earlier, noise)
    called = np.where(later > earlier, up, down) >= WATCH
    return float((called & _large_enough(later, earlier)).sum(axis=1).mean())


def _draw(rate: Integers, spread: float, random: np.random.Generator) -> Integers:
    """Return negative binomial counts, shape (tables, m)."""
    shape = (_NULL_TABLES, len(rate))
    wander = random.gamma(1 / spread**2, spread**2, shape) if spread > 0 else np.ones(shape)
    return random.poisson(rate * wander)


def _noise(
    series: ArrayLike | None, observed: ArrayLike | None, months_compared: int
) -> CountNoise:
    if series is None:
        return count_noise(np.zeros((1, 0)), np.zeros(0), months_compared=months_compared)
    months = np.shape(series)[-1]
    seen = np.ones(months) if observed is None else observed
    return count_noise(series, seen, months_compared=months_compared)


def _counts(now: ArrayLike, before: ArrayLike) -> tuple[Integers, Integers]:
    later, earlier = np.asarray(now), np.asarray(before)
    if later.shape != earlier.shape or later.ndim != 1:
        message = f"Both periods must name the same places; found {later.shape}, {earlier.shape}."
        raise SchemaError(message, "Give one count a place, in the same order.")
    for counts in (later, earlier):
        if not bool(np.all((counts >= 0) & (counts == np.floor(counts)))):
            message = f"Counts must be whole and not negative; found {counts[0]} first."
            raise SchemaError(message, "Compare reports, not shares or harm.")
    return later.astype(np.int64), earlier.astype(np.int64)


def _probabilities(later: Integers, earlier: Integers, noise: CountNoise) -> tuple[Floats, Floats]:
    """Return the probabilities of a rise and of a fall, shape (..., m); learned per table.

    Places under the base are not learned from; theirs are meaningless, and never used.
    """
    ratio, variance = _log_ratio(later, earlier)
    variance = variance + 2 * noise.spread**2
    total = variance[..., None] + _SPREADS**2
    changed = _density(ratio[..., None], total)
    unchanged = _density(ratio, variance)[..., None, None]
    part = (1 - _UNCHANGED) * changed[..., None]
    mixture = _UNCHANGED * unchanged + part
    learned = np.where((earlier >= BASE_NEEDED)[..., None, None], np.log(mixture + 1e-300), 0.0)
    weight = _normalised(learned.sum(axis=-3) + np.log(_UNCHANGED_WEIGHT))
    moved = (weight[..., None, :, :] * part / (mixture + 1e-300)).sum(axis=-1)
    rising = ndtr(ratio[..., None] * _SPREADS / np.sqrt(total * variance[..., None]))
    return (moved * rising).sum(axis=-1), (moved * (1 - rising)).sum(axis=-1)


def _log_ratio(later: Integers, earlier: Integers) -> tuple[Floats, Floats]:
    """Return log ratios with the variance by which a normal curve has the Poisson likelihood."""
    b, a = later + 0.5, earlier + 0.5
    half = (a + b) / 2
    ratio = np.log(b / a)
    deviance = 2 * (b * np.log(b / half) + a * np.log(a / half))
    equal = later == earlier
    variance = np.where(equal, 1 / a + 1 / b, ratio**2 / np.where(equal, 1.0, deviance))
    return ratio, variance


def _density(ratio: Floats, variance: Floats) -> Floats:
    return np.asarray(np.exp(-0.5 * ratio**2 / variance) / np.sqrt(variance))


def _normalised(log_weight: Floats) -> Floats:
    """Return weights that sum to 1 over the last two axes."""
    weight = np.exp(log_weight - log_weight.max(axis=(-2, -1), keepdims=True))
    return np.asarray(weight / weight.sum(axis=(-2, -1), keepdims=True))


def _large_enough(later: Integers, earlier: Integers) -> NDArray[np.bool_]:
    """Return where the base is large enough, and the change no trifle (`Change.trifling`)."""
    difference = np.abs(later - earlier)
    floor = (difference >= FEWEST_MORE) & (difference >= SMALLEST_SHARE * earlier)
    return np.asarray(floor & (earlier >= BASE_NEEDED))


def _change(
    n_now: int, n_before: int, expected: tuple[int, int], probability: tuple[float, float]
) -> Change:
    if n_before < BASE_NEEDED:
        reason = f"Fewer than {BASE_NEEDED} reports in the same months of last year."
        return Change("too_few", n_now, n_before, None, None, None, None, reason)
    plain = Change("normal", n_now, n_before, *expected, *probability)
    if plain.trifling:
        reason = f"A difference under {FEWEST_MORE} reports, or under a fifth, gets no word."
        return replace(plain, reason=reason)
    key = _rise(n_now, expected, probability[0])
    if n_now < n_before:
        key = _FALLS[_rise(-n_now, (-expected[1], -expected[0]), probability[1])]
    reason = "Chance alone could explain the difference." if key == "normal" else ""
    return replace(plain, key=key, reason=reason)


def _rise(n_now: int, expected: tuple[int, int], probability: float) -> ChangeKey:
    """Return the word for a rise that is no trifle."""
    if probability < WATCH:
        return "normal"
    if probability < LIKELY or n_now <= expected[1]:
        return "up_watch"
    return "up_likely" if probability < STRONG else "up_strong"
