"""The best peer that installs: a grid start and bounded Levenberg-Marquardt steps, one curve at a time, in numba."""

from __future__ import annotations

import numba
import numpy as np

LOW, HIGH = np.array([0.0, 0.0, -11.0, 0.01]), np.array([3.0, 3.0, -2.5, 10.0])


@numba.njit(fastmath=True, cache=True)
def _evaluate(x, y, p, jacobian, residual):
    total = 0.0
    for j in range(len(x)):
        f = 1 / (1 + np.exp(2.302585092994046 * p[3] * (x[j] - p[2])))
        slope = 2.302585092994046 * f * (1 - f) * (p[1] - p[0])
        residual[j] = y[j] - p[0] - (p[1] - p[0]) * f
        jacobian[j, 0], jacobian[j, 1] = 1 - f, f
        jacobian[j, 2], jacobian[j, 3] = slope * p[3], -slope * (x[j] - p[2])
        total += residual[j] ** 2
    return total


@numba.njit(fastmath=True, cache=True)
def _start(x, y, middles, steeps, fractions, p):
    best = np.inf
    mean = y.mean()
    for a in range(len(steeps)):
        for b in range(len(middles)):
            f = fractions[a, b]
            center = f.mean()
            spread = product = 0.0
            for j in range(len(x)):
                spread += (f[j] - center) ** 2
                product += (f[j] - center) * y[j]
            d = product / (spread + 1e-12)
            low = min(max(mean - d * center, 0.0), 3.0)
            high = min(max(low + d, 0.0), 3.0)
            rss = 0.0
            for j in range(len(x)):
                rss += (y[j] - low - (high - low) * f[j]) ** 2
            if rss < best:
                best = rss
                p[0], p[1], p[2], p[3] = low, high, middles[b], steeps[a]


@numba.njit(fastmath=True, cache=True)
def fit_all(x, table):
    """Return parameters and the sum of squares of every row."""
    middles, steeps = np.linspace(-10.4, -3.1, 24), np.exp(np.linspace(np.log(0.12), np.log(10.0), 7))
    fractions = np.empty((7, 24, len(x)))
    for a in range(7):
        for b in range(24):
            fractions[a, b] = 1 / (1 + np.exp(2.302585092994046 * steeps[a] * (x - middles[b])))
    result = np.empty((len(table), 5))
    jacobian, other = np.empty((len(x), 4)), np.empty((len(x), 4))
    residual, second = np.empty(len(x)), np.empty(len(x))
    p, tried = np.empty(4), np.empty(4)
    for i in range(len(table)):
        y = table[i]
        _start(x, y, middles, steeps, fractions, p)
        f, damping = _evaluate(x, y, p, jacobian, residual), 1e-3
        for _ in range(100):
            gradient = jacobian.T @ residual
            matrix = jacobian.T @ jacobian
            for k in range(4):
                if (p[k] <= LOW[k] and gradient[k] < 0) or (p[k] >= HIGH[k] and gradient[k] > 0):
                    gradient[k] = 0.0
                    matrix[k, :] = 0.0
                    matrix[:, k] = 0.0
                    matrix[k, k] = 1.0
                matrix[k, k] = matrix[k, k] * (1 + damping) + 1e-14
            step = np.linalg.solve(matrix, gradient)
            for k in range(4):
                tried[k] = min(max(p[k] + step[k], LOW[k]), HIGH[k])
            after = _evaluate(x, y, tried, other, second)
            if after < f:
                gain = f - after
                f, damping = after, damping / 5
                p[:] = tried
                jacobian[:] = other
                residual[:] = second
                if gain < 1e-9 * f:
                    break
            else:
                damping *= 4
                if damping > 1e8:
                    break
        result[i, :4] = p
        result[i, 4] = f
    return result
