"""One problem: observations, a model, a likelihood; evaluated for many parameter vectors at once.

A vector holds the free parameters only, each on the scale on which it is estimated. `Layout` says where the
parameters of each group sit in it, so that shared parameters are simply the same place.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ogive.fitting.question.data import Observations
    from ogive.fitting.question.likelihoods import Likelihood
    from ogive.models import Model, Scale

__all__ = ["Layout", "Problem", "lay_out"]

Floats = NDArray[np.float64]


@final
@dataclass(frozen=True)
class Layout:
    """Where the parameters of each group sit.

    Attributes
    ----------
    names
        The free parameters: ``"midpoint"``, or ``"midpoint:A"`` where each group has its own.
    stems
        Their names without the group.
    slots
        For each group and each parameter of the model, the place in the vector, or in the constants counted on
        from the end of the vector.
    constants
        The values that are held, on the scale of estimation.
    """

    names: tuple[str, ...]
    stems: tuple[str, ...]
    slots: NDArray[np.intp]
    constants: Floats

    @cached_property
    def size(self) -> int:
        """The number of free parameters."""
        return len(self.names)

    @cached_property
    def wanted(self) -> tuple[int, ...]:
        """Which parameters of the model are free in some group."""
        return tuple(int(j) for j in np.flatnonzero((self.slots < self.size).any(axis=0)))

    @cached_property
    def only(self) -> tuple[int, ...] | None:
        """The places of the parameters where there is one group; None where there are several."""
        return tuple(map(int, self.slots[0])) if len(self.slots) == 1 else None

    def expand(self, theta: Floats) -> Floats:
        """Return the parameters of every group: (..., groups, parameters)."""
        held = np.broadcast_to(self.constants, (*theta.shape[:-1], len(self.constants)))
        return np.concatenate([theta, held], axis=-1)[..., self.slots]


def lay_out(model: Model, groups: Sequence[str], share: Sequence[str] = ()) -> Layout:
    """Place the free parameters of a model: one for each group, or one for all where shared."""
    constants = {name: model.scale(name).inside(value) for name, value in model.constants.items()}
    names: list[str] = []
    stems: list[str] = []
    places: dict[tuple[str, int], int] = {}
    for name in model.free:
        common = name in share or len(groups) == 1
        for k, group in enumerate(groups):
            if common and k:
                places[name, k] = places[name, 0]
                continue
            places[name, k] = len(names)
            names.append(name if common else f"{name}:{group}")
            stems.append(name)
    held = {name: len(names) + i for i, name in enumerate(constants)}
    slots = [
        [held[name] if name in held else places[name, k] for name in model.parameters] for k in range(len(groups))
    ]
    return Layout(tuple(names), tuple(stems), np.array(slots, dtype=np.intp), np.array([*constants.values()], float))


@final
@dataclass(frozen=True)
class Problem:
    """A likelihood of a model's parameters given observations."""

    model: Model
    data: Observations
    likelihood: Likelihood
    layout: Layout
    place: Any = field(init=False, repr=False)
    mean: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "mean", self.model.mean)
        object.__setattr__(self, "place", self.mean.axis.place(self.data.x) if self.model.is_curve
                           else self.mean.place(self.data.x))  # fmt: skip

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy and pickle what the problem is made of; the rest follows from it."""
        return Problem, (self.model, self.data, self.likelihood, self.layout)

    @property
    def size(self) -> int:
        """The number of free parameters."""
        return self.layout.size

    @property
    def scales(self) -> tuple[Scale, ...]:
        """The scale on which each free parameter is estimated."""
        return tuple(self.model.scale(stem) for stem in self.layout.stems)

    def with_y(self, y: Floats) -> Problem:
        """Return the problem with other responses (many sets at once, in the leading axis)."""
        return replace(self, data=replace(self.data, y=y))

    def with_likelihood(self, likelihood: Likelihood) -> Problem:
        """Return the problem with another likelihood."""
        return replace(self, likelihood=likelihood)

    def means(self, theta: Floats) -> Floats:
        """Return the mean of every observation for each vector: (..., n)."""
        return self._shaped(self.mean.value(self._spread(theta), self.place), theta)

    def jacobian(self, theta: Floats) -> tuple[Floats, Floats]:
        """Return the means (..., n) and their derivatives (..., n, size)."""
        p = self._spread(theta)
        wanted = self.layout.wanted
        mu, columns = self.mean.value_and_jacobian(p, self.place, wanted)
        columns = [self._inside(j, p, column) for j, column in zip(wanted, columns, strict=True)]
        return self._shaped(mu, theta), self._gather(theta, wanted, columns)

    def objective(self, theta: Floats) -> tuple[Floats, Floats, Floats]:
        """Return half the deviance, its gradient and its expected Hessian, for each vector."""
        mu, jacobian = self.jacobian(theta)
        terms = self.likelihood.terms(self.data.y, mu)
        gradient = -np.matmul(terms.score[..., None, :], jacobian)[..., 0, :]
        weighted = jacobian * terms.information[..., None]
        return terms.f, gradient, np.matmul(np.swapaxes(weighted, -1, -2), jacobian)

    def half_deviance(self, theta: Floats) -> Floats:
        """Return half the deviance of each vector."""
        return self.likelihood.terms(self.data.y, self.means(theta)).f

    def observed_hessian(self, theta: Floats) -> Floats:
        """Return the Hessian of half the deviance at one vector, from analytic second derivatives."""
        mu, jacobian = self.jacobian(theta)
        y = self.data.y
        hessian = (jacobian * self.likelihood.observed(y, mu)[:, None]).T @ jacobian
        score = self.likelihood.terms(y, mu).score
        for (a, b), value in self._second(theta).items():
            total = self._scatter(a, b, score * value)
            hessian -= total + (total.T if a != b else 0)
        return hessian

    def group_curve(self, theta: Floats, group: int) -> Any:
        """Return the curve of one group."""
        return self.model.curve(self.layout.expand(theta)[group])

    def _spread(self, theta: Floats) -> list[Any]:
        """Return one array for each parameter of the model, broadcastable against the observations."""
        layout = self.layout
        if layout.only is not None:
            size, held = layout.size, layout.constants
            values = [theta[..., slot, None] if slot < size else held[slot - size] for slot in layout.only]
        else:
            full = layout.expand(theta)
            values = [full[..., self.data.group, j] for j in range(layout.slots.shape[1])]
        if self.model.is_curve:
            values[4] = np.exp(values[4])
        return values

    def _inside(self, j: int, p: Sequence[Any], column: Floats) -> Floats:
        """Turn a derivative by the exponent into one by its logarithm."""
        return column * p[4] if self.model.is_curve and j == 4 else column

    def _shaped(self, mu: Floats, theta: Floats) -> Floats:
        shape = (*theta.shape[:-1], self.data.y.shape[-1])
        return mu if np.shape(mu) == shape else np.broadcast_to(mu, shape)

    def _gather(self, theta: Floats, wanted: Sequence[int], columns: Sequence[Floats]) -> Floats:
        out = np.zeros((*theta.shape[:-1], self.data.y.shape[-1], self.size))
        only = self.layout.only
        for j, column in zip(wanted, columns, strict=True):
            if only is not None:
                out[..., only[j]] = column
                continue
            slot = self.layout.slots[self.data.group, j]
            rows = np.flatnonzero(slot < self.size)
            out[..., rows, slot[rows]] = np.broadcast_to(column, out.shape[:-1])[..., rows]
        return out

    def _second(self, theta: Floats) -> Mapping[tuple[int, int], Floats]:
        """Return second derivatives of the means by pairs of the model's parameters, on the estimation scales."""
        p = self._spread(theta)
        wanted = self.layout.wanted
        second = dict(self.mean.hessian(p, self.place, wanted))
        if self.model.is_curve and 4 in wanted:
            power = p[4]
            second = {(i, j): value * power ** ((i == 4) + (j == 4)) for (i, j), value in second.items()}
            _, (first,) = self.mean.value_and_jacobian(p, self.place, [4])
            second[4, 4] = second[4, 4] + power * first
        return second

    def _scatter(self, a: int, b: int, values: Floats) -> Floats:
        """Add up the values of observations at the places of two parameters of their groups."""
        total = np.zeros((self.size, self.size))
        slots = self.layout.slots[self.data.group]
        rows = (slots[:, a] < self.size) & (slots[:, b] < self.size)
        np.add.at(total, (slots[rows, a], slots[rows, b]), np.broadcast_to(values, len(slots))[rows])
        return total
