"""Two-state transitions: melting, unfolding, lipids, and the mean-field magnet. Enthalpies in joules per mole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import numpy as np

from ogive.fitting import Fit
from ogive.fitting import fit as _fit
from ogive.models import Model, Quantity, Vocabulary, Word, models
from ogive.models.holds import half_way, logistic_in_x, not_half_way

if TYPE_CHECKING:
    from ogive.curves import Curve

__all__ = [
    "GAS_CONSTANT", "MELTING", "bimolecular_melt", "cooperative_unit", "denaturation", "fit_denaturation", "fit_melt",
    "heat_capacity_width", "spontaneous_magnetisation", "vant_hoff_enthalpy",
]  # fmt: skip

GAS_CONSTANT = 8.31446261815324
"""J/(mol K), exact since the SI of 2019."""


def _to_steepness(enthalpy: float) -> float:
    return enthalpy / GAS_CONSTANT


# melting takes up heat, whichever way the signal goes
def _to_enthalpy(steepness: float) -> float:
    return abs(steepness) * GAS_CONSTANT


def _entropy(curve: Curve) -> float:
    return GAS_CONSTANT * abs(curve.steepness) / curve.midpoint


def _slope_at_tm(curve: Curve) -> float:
    """Return the slope of the melted fraction at the midpoint: enthalpy / (4 R Tm^2)."""
    return abs(curve.steepness) / (4 * curve.midpoint**2)


def _half_point(curve: Curve) -> float:
    return curve.half_point


MELTING = Vocabulary(
    "melting",
    words=(Word("tm", "midpoint"), Word("enthalpy", "steepness", _to_steepness, _to_enthalpy)),
    quantities=(
        Quantity("entropy", _entropy, "the van 't Hoff entropy, J/(mol K)"),
        Quantity("fraction_slope", _slope_at_tm, "the slope of the melted fraction at the midpoint, per kelvin"),
    ),
)
"""Melting temperature and van 't Hoff enthalpy (J/mol, positive: melting takes up heat); entropy."""


def fit_melt(kelvin: Any, signal: Any, *, baselines: bool = True, **options: Any) -> Fit:
    """Fit a two-state melting curve; the result knows ``tm``, ``enthalpy`` and ``entropy``.

    The fraction melted is a logistic curve of -1/T whose steepness is the van 't Hoff enthalpy over R.

    Parameters
    ----------
    kelvin, signal
        Absolute temperatures, and what was measured.
    baselines
        Whether the signals of the two states may slope with temperature.
    **options
        As for `ogive.fit`.

    Raises
    ------
    ValueError
        If temperatures are not positive: they are meant in kelvin.
    """
    low = np.nanmin(np.asarray(kelvin, dtype=np.float64)) if not isinstance(kelvin, str) else 1.0
    if low <= 0:
        raise ValueError(f"temperatures must be in kelvin, but the lowest is {low:g}: add 273.15 to degrees Celsius")
    flat = {} if baselines else {"lower_slope": 0.0, "upper_slope": 0.0}
    model = models["two-state"].with_options(vocabulary=MELTING, fixed=flat)
    return _fit(model, kelvin, signal, **options)


@final
@dataclass(frozen=True)
class _ThermalEnergy:
    """RT in J/mol, and what it makes of a steepness per M."""

    rt: float

    def per(self, m: float) -> float:
        return m / self.rt

    def times(self, steepness: float) -> float:
        # a denaturant unfolds, whichever way the signal goes
        return abs(steepness) * self.rt

    def stability(self, curve: Curve) -> float:
        return self.rt * abs(curve.steepness) * curve.midpoint


def denaturation(temperature: float = 298.15) -> Vocabulary:
    """Return the words of unfolding by a denaturant: ``m`` in J/(mol M), positive, and ``stability`` in J/mol."""
    energy = _ThermalEnergy(GAS_CONSTANT * temperature)
    return Vocabulary(
        f"denaturation at {temperature!r} K",
        words=(
            Word("d50", "midpoint", objection=half_way),
            Word("m", "steepness", energy.per, energy.times, logistic_in_x),
        ),
        quantities=(
            Quantity("d50", _half_point, "the concentration that unfolds half", objection=not_half_way),
            Quantity(
                "stability", energy.stability, "the free energy of unfolding in water, J/mol", objection=logistic_in_x
            ),
        ),
    )


def denaturation_named(name: str) -> Vocabulary | None:
    """Return the words of unfolding at the temperature that a vocabulary's name says; None where it says none."""
    start, _, rest = name.partition(" at ")
    return denaturation(float(rest.removesuffix(" K"))) if start == "denaturation" else None


def fit_denaturation(
    concentration: Any, fraction: Any, *, temperature: float = 298.15, model: str = "logistic-2", **options: Any
) -> Fit:
    """Fit unfolding by a denaturant; the result knows ``d50``, ``m`` (J/(mol M)) and ``stability`` (J/mol).

    Parameters
    ----------
    concentration, fraction
        Concentrations, and the fraction unfolded (or a signal, with ``model="logistic-4"``).
    temperature
        In kelvin.
    **options
        As for `ogive.fit`.
    """
    chosen = models[model].with_options(vocabulary=denaturation(temperature))
    return _fit(chosen, concentration, fraction, **options)


def bimolecular_melt(total: float) -> Model:
    """Return the model of a duplex of two different strands that melts, as a function of kelvin.

    Parameters ``dh`` (enthalpy, J/mol, negative), ``tm`` (kelvin), and the baselines ``m_s``, ``b_s`` of single
    strands and ``m_d``, ``b_d`` of the duplex; `ogive.fit` needs a start for each.

    Parameters
    ----------
    total
        The total concentration of strands, mol/L.
    """
    constant = f"(4/{total:.17g})*exp(dh/{GAS_CONSTANT:.17g}*(1/tm-1/x))"
    u = f"(2/({constant}*{total:.17g}))"
    fraction = f"((({u}+2)-sqrt(({u}+2)^2-4))/2)"
    return Model.from_formula(
        f"(m_d*x+b_d)*{fraction}+(m_s*x+b_s)*(1-{fraction})",
        parameters=("dh", "tm", "m_d", "b_d", "m_s", "b_s"),
        name="bimolecular-melt",
    )


def vant_hoff_enthalpy(tm: float, half_width: float) -> float:
    """Return the van 't Hoff enthalpy (J/mol) of a heat-capacity peak of this full width at half height (K)."""
    return 2 * float(np.log(3 + 2 * np.sqrt(2))) * GAS_CONSTANT * tm**2 / half_width


def heat_capacity_width(tm: float, enthalpy: float) -> float:
    """Return the full width at half height, in kelvin, of the heat-capacity peak of a two-state transition."""
    return 2 * float(np.log(3 + 2 * np.sqrt(2))) * GAS_CONSTANT * tm**2 / enthalpy


def cooperative_unit(vant_hoff: float, calorimetric: float) -> float:
    """Return how many molecules melt together: the ratio of van 't Hoff to calorimetric enthalpy."""
    return vant_hoff / calorimetric


def spontaneous_magnetisation(temperature: float) -> float:
    """Return the mean-field magnetisation of an Ising magnet, with temperature in units of the critical one.

    It is the largest root m of m = tanh(m/t): 0 from the critical temperature on.
    """
    if temperature <= 0:
        raise ValueError(f"temperature must be positive, not {temperature:g}")
    if temperature >= 1:
        return 0.0
    magnet = 1.0
    for _ in range(60):
        value = np.tanh(magnet / temperature)
        step = (magnet - value) / (1 - (1 - value**2) / temperature)
        magnet -= step
        if abs(step) <= 1e-16 * magnet:
            break
    return float(magnet)
