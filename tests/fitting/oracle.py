"""An oracle for the optimum: is there a lower sum of squares than the one that the engine found?

It shares no code with the engine. Each curve gets a dense grid of midpoint and steepness, the best asymptotes at
every node by linear least squares, and its lowest nodes are polished by damped Gauss-Newton steps in midpoint and
steepness, all in NumPy. A curve counts as beaten only once SciPy's `least_squares`, from the oracle's end, confirms
the lower sum of squares. The oracle keeps to the engine's limits of midpoint and steepness.

``python tests/fitting/oracle.py 20000`` prints the figure of merit for that many curves of each kind of design.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

import ogive as og

Floats = NDArray[np.float64]
Random = np.random.Generator

# A sum of squares lower by this part of it beats another one; below this part of the total it is rounding.
MARGIN, NOTHING = 1e-6, 1e-18
# Steepnesses of the grid, midpoints of it over the range, and more of them in every gap between doses.
STEEPNESSES, EVEN, IN_A_GAP = 32, 160, 12
# Nodes that are polished, and the steps it takes.
CANDIDATES, STEPS = 12, 60


@dataclass(frozen=True)
class Curves:
    """Curves side by side: places, responses and weights, (count, points); the weight of padding is 0."""

    g: Floats
    y: Floats
    w: Floats

    def __len__(self) -> int:
        return len(self.g)

    def part(self, rows: slice | NDArray[np.intp]) -> Curves:
        return Curves(self.g[rows], self.y[rows], self.w[rows])


# ---- Designs -----------------------------------------------------------------------------------------------------


def even(random: Random, n: int = 10) -> Floats:
    return np.linspace(0, random.uniform(4, 14), n)


def scattered(random: Random, n: int = 10) -> Floats:
    return np.sort(random.uniform(0, random.uniform(4, 14), n))


def ordinary(random: Random, g: Floats, noise: float | None = None, steepness: float | None = None) -> Floats:
    middle = random.uniform(g[0] - 0.1 * np.ptp(g), g[-1] + 0.1 * np.ptp(g))
    size = 10 ** random.uniform(-0.4, 0.7) if steepness is None else steepness
    noise = 10 ** random.uniform(-2.3, -0.5) if noise is None else noise
    return special.expit(random.choice([-1, 1]) * size * (g - middle)) + noise * random.standard_normal(len(g))


def random_doses(random: Random) -> tuple[Floats, Floats]:
    g = scattered(random, random.integers(7, 17))
    return g, ordinary(random, g)


def even_doses(random: Random) -> tuple[Floats, Floats]:
    g = even(random, random.integers(7, 13))
    return g, ordinary(random, g)


def steep(random: Random) -> tuple[Floats, Floats]:
    g = random.choice([even, scattered])(random, random.integers(7, 13))
    return g, ordinary(random, g, steepness=10 ** random.uniform(0.5, 2))


def two_steps(random: Random) -> tuple[Floats, Floats]:
    g = random.choice([even, scattered])(random, 12)
    share, y = random.uniform(0.2, 0.8), 0.0
    for part in (share, 1 - share):
        y = y + part * ordinary(random, g, noise=0.02, steepness=10 ** random.uniform(0.3, 1.5))
    return g, y


def outlier(random: Random) -> tuple[Floats, Floats]:
    g = random.choice([even, scattered])(random, 10)
    y = ordinary(random, g, noise=0.03)
    y[random.integers(len(y))] += random.normal(0, 0.6)
    return g, y


def replicates(random: Random) -> tuple[Floats, Floats]:
    g = np.repeat(random.choice([even, scattered])(random, random.integers(5, 9)), random.integers(2, 4))
    return g, ordinary(random, g)


def end_only(random: Random) -> tuple[Floats, Floats]:
    g = random.choice([even, scattered])(random, random.integers(6, 12))
    y = 0.05 * random.standard_normal(len(g))
    y[random.choice([0, -1])] += random.normal(0, 1)
    return g, y


KINDS: dict[str, Callable[[Random], tuple[Floats, Floats]]] = {
    "random doses": random_doses,
    "even doses": even_doses,
    "steep": steep,
    "two steps": two_steps,
    "outlier": outlier,
    "replicates": replicates,
    "first or last dose only": end_only,
}


def simulate(kind: str, count: int, seed: int) -> Curves:
    """Return simulated curves of one kind of design."""
    random = np.random.default_rng([seed, list(KINDS).index(kind)])
    drawn = [KINDS[kind](random) for _ in range(count)]
    most = max(len(g) for g, _ in drawn)
    g, y, w = np.zeros((count, most)), np.zeros((count, most)), np.zeros((count, most))
    for i, (places, responses) in enumerate(drawn):
        n = len(places)
        g[i, :n], g[i, n:], y[i, :n], w[i, :n] = places, places[0], responses, 1
    return Curves(g, y, w)


# ---- The engine --------------------------------------------------------------------------------------------------


def fitted(curves: Curves, model: str = "logistic-4") -> dict[str, NDArray]:
    """Return what the package makes of the curves."""
    row, column = np.nonzero(curves.w)
    table = {"id": row, "x": curves.g[row, column], "y": curves.y[row, column]}
    fits: dict[str, NDArray] = og.fit_many(model, table, x="x", y="y", by="id", threads=1)
    return fits


# ---- The oracle --------------------------------------------------------------------------------------------------


def limits(curves: Curves) -> tuple[Floats, Floats, Floats]:
    """Return the least and greatest midpoint and the greatest steepness that the engine documents for a design."""
    low, high = curves.g.min(axis=1), curves.g.max(axis=1)
    steps = np.diff(np.sort(curves.g, axis=1), axis=1)
    distinct = 1 + (steps > 0).sum(axis=1)
    gap = np.where(steps > 0, steps, np.inf).min(axis=1)
    gap = np.maximum(gap, (high - low) / (20 * distinct))
    return low - 2 * (high - low), high + 2 * (high - low), 44 / gap


def nodes(curves: Curves) -> tuple[Floats, Floats]:
    """Return the midpoints and steepnesses of the grid, (count, midpoints) and (count, steepnesses)."""
    low, high = curves.g.min(axis=1), curves.g.max(axis=1)
    span = (high - low)[:, None]
    regular = low[:, None] + span * np.linspace(-0.5, 1.5, EVEN)
    g = np.sort(curves.g, axis=1)
    within = np.linspace(0, 1, IN_A_GAP, endpoint=False) + 0.5 / IN_A_GAP
    gaps = (g[:, :-1, None] + np.diff(g, axis=1)[:, :, None] * within).reshape(len(g), -1)
    greatest = limits(curves)[2][:, None]
    sizes = np.exp(np.linspace(0, 1, STEEPNESSES) * np.log(greatest * span / 0.3)) * 0.3 / span
    return np.sort(np.concatenate([regular, gaps], axis=1), axis=1), sizes


def left_by_nodes(curves: Curves, middles: Floats, sizes: Floats) -> Floats:
    """Return the sum of squares at every node, (count, steepnesses, midpoints)."""
    w, y = curves.w[:, None, None], curves.y[:, None, None]
    f = special.expit(sizes[:, :, None, None] * (curves.g[:, None, None, :] - middles[:, None, :, None]))
    weight = w.sum(axis=-1)
    f_mean, y_mean = (w * f).sum(axis=-1) / weight, (w * y).sum(axis=-1) / weight
    f -= f_mean[..., None]
    spread, along = (w * f * f).sum(axis=-1), (w * f * (y - y_mean[..., None])).sum(axis=-1)
    total = (w * (y - y_mean[..., None]) ** 2).sum(axis=-1)
    return total - np.where(spread > 1e-12 * weight, along**2 / np.maximum(spread, 1e-300), 0.0)


def lowest(left: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the nodes that are lower than those beside them, the lowest first: (count, CANDIDATES) each."""
    around = np.pad(left, ((0, 0), (1, 1), (1, 1)), constant_values=np.inf)
    rows, columns = left.shape[1:]
    valley = np.ones(left.shape, dtype=bool)
    for i, j in ((0, 1), (2, 1), (1, 0), (1, 2)):
        valley &= left <= around[:, i : i + rows, j : j + columns]
    ranked = np.where(valley, left, np.inf).reshape(len(left), -1)
    best = np.argsort(ranked, axis=1)[:, :CANDIDATES]
    return np.unravel_index(best, (rows, columns))  # type: ignore[return-value]


def polish(curves: Curves, middle: Floats, size: Floats) -> tuple[Floats, Floats]:
    """Search on from one midpoint and steepness of each curve; returns parameters (count, 4) and sums of squares."""
    low, high, greatest = limits(curves)
    theta = np.stack([middle, np.log(size)], axis=1)
    edges = np.stack([low, np.full(len(low), -30.0)], axis=1), np.stack([high, np.log(greatest)], axis=1)

    root, share = np.sqrt(curves.w), curves.w / curves.w.sum(axis=1, keepdims=True)

    def solved(theta: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Return sums of squares, residuals, the Jacobian left by the asymptotes, and the asymptotes."""
        z = np.exp(theta[:, 1:]) * (curves.g - theta[:, :1])
        f, slope = special.expit(z), special.expit(z) * special.expit(-z)
        f_mean, y_mean = (share * f).sum(axis=1)[:, None], (share * curves.y).sum(axis=1)[:, None]
        off = f - f_mean
        spread = (curves.w * off**2).sum(axis=1)[:, None]
        inverse = np.where(spread > 1e-18 * f_mean**2 + 1e-200, 1 / np.maximum(spread, 1e-200), 0.0)
        height = (curves.w * off * curves.y).sum(axis=1)[:, None] * inverse
        residual = root * (curves.y - y_mean - height * off)
        jacobian = height[:, :, None] * np.stack([-np.exp(theta[:, 1:]) * slope, z * slope], axis=2)
        jacobian -= (share[:, :, None] * jacobian).sum(axis=1, keepdims=True)
        along = (curves.w[:, :, None] * off[:, :, None] * jacobian).sum(axis=1, keepdims=True) * inverse[:, :, None]
        jacobian = root[:, :, None] * (jacobian - along * off[:, :, None])
        lower = y_mean - height * f_mean
        return (residual**2).sum(axis=1), residual, jacobian, np.concatenate([lower, lower + height], axis=1)

    rss, residual, jacobian, levels = solved(theta)
    damping = np.full(len(rss), 1e-3)
    for _ in range(STEPS):
        normal = np.einsum("cjp,cjq->cpq", jacobian, jacobian)
        down = np.einsum("cjp,cj->cp", jacobian, residual)
        diagonal = np.einsum("cpp->cp", normal)
        diagonal += damping[:, None] * (diagonal + 1e-12 * rss[:, None] + 1e-300)
        step = np.clip(np.linalg.solve(normal, down[..., None])[..., 0], -2, 2)
        tried = np.clip(theta + step, *edges)
        new = solved(tried)
        better = new[0] <= rss
        damping = np.where(better, np.maximum(0.2 * damping, 1e-14), np.minimum(8 * damping, 1e14))
        theta[better], rss[better], residual[better] = tried[better], new[0][better], new[1][better]
        jacobian[better], levels[better] = new[2][better], new[3][better]
    return np.concatenate([theta, levels], axis=1), rss


def searched(curves: Curves) -> tuple[Floats, Floats]:
    """Return the best parameters (midpoint, log steepness, lower, upper) that there are, and what they leave."""
    theta, rss = np.zeros((len(curves), 4)), np.full(len(curves), np.inf)
    for start in range(0, len(curves), 32):
        some = curves.part(slice(start, start + 32))
        middles, sizes = nodes(some)
        row, column = lowest(left_by_nodes(some, middles, sizes))
        many = some.part(np.repeat(np.arange(len(some)), CANDIDATES))
        each = np.arange(len(some))[:, None]
        found, left = polish(many, middles[each, column].ravel(), sizes[each, row].ravel())
        best = left.reshape(-1, CANDIDATES).argmin(axis=1)
        theta[start : start + 32] = found.reshape(-1, CANDIDATES, 4)[np.arange(len(some)), best]
        rss[start : start + 32] = left.reshape(-1, CANDIDATES).min(axis=1)
    return theta, rss


def confirmed(curves: Curves, row: int, theta: Floats) -> float:
    """Return the sum of squares in which SciPy's search from a point ends, from the curve itself."""
    here = curves.w[row] > 0
    g, y, root = curves.g[row, here], curves.y[row, here], np.sqrt(curves.w[row, here])

    def residual(p: Floats) -> Floats:
        rising = special.expit(np.exp(p[1]) * (g - p[0]))
        falling = special.expit(-np.exp(p[1]) * (g - p[0]))
        off: Floats = root * (p[2] * falling + p[3] * rising - y)
        return off

    try:
        end = optimize.least_squares(residual, theta, x_scale="jac", method="trf", max_nfev=200).x
    except (ValueError, np.linalg.LinAlgError):
        end = theta
    greatest = limits(curves.part(np.array([row])))[2][0]
    ends = [p for p in (theta, end) if p[1] <= np.log(greatest) + 1e-9]
    return min(float(np.sum(residual(p) ** 2)) for p in ends)


@dataclass(frozen=True)
class Merit:
    """How often the engine is beaten on some curves: of those it calls ok, and of all; rows of the beaten ones."""

    ok: int
    count: int
    beaten_ok: int
    beaten: int
    rows: NDArray[np.intp]
    ratio: Floats  # of the lower sum of squares to the engine's, by curve
    found: Floats  # what the oracle's best leaves, by curve

    def __str__(self) -> str:
        worst = self.ratio.min(initial=1.0)
        return (
            f"{self.beaten_ok:5d} of {self.ok:6d} ok, {self.beaten:5d} of {self.count:6d} in all;"
            f" lowest ratio {worst:.3f}"
        )


def judge(curves: Curves, rss: Floats, status: NDArray) -> Merit:
    """Hold sums of squares against the oracle."""
    theta, left = searched(curves)
    total = curves.w.sum(axis=1)
    mean = (curves.w * curves.y).sum(axis=1) / total
    scatter = (curves.w * (curves.y - mean[:, None]) ** 2).sum(axis=1)
    left = np.maximum(left, NOTHING * scatter)
    ratio = np.ones(len(curves))
    for row in np.flatnonzero(left < rss * (1 - MARGIN)):
        ratio[row] = confirmed(curves, int(row), theta[row]) / rss[row]
    beaten = ratio < 1 - MARGIN
    ok = status == "ok"
    return Merit(
        int(ok.sum()), len(curves), int((beaten & ok).sum()), int(beaten.sum()), np.flatnonzero(beaten), ratio, left
    )


def merits(count: int, seed: int) -> Iterator[tuple[str, Merit]]:
    """Yield the figure of merit of every kind of design."""
    for kind in KINDS:
        curves = simulate(kind, count, seed)
        fits = fitted(curves)
        yield kind, judge(curves, fits["rss"], fits["status"])


def main(count: int = 2000, seed: int = 1) -> None:
    ok = beaten = 0
    for kind, merit in merits(count, seed):
        print(f"{kind:24s} {merit}", flush=True)
        ok, beaten = ok + merit.ok, beaten + merit.beaten_ok
    print(f"{'all':24s} {beaten:5d} of {ok:6d} ok beaten by more than {MARGIN:g}: {1e4 * beaten / ok:.2f} in 10,000")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
