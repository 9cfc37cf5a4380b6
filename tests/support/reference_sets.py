"""The published data sets that fits must reproduce: what to fit, and which published number each result answers.

Each set is a function of its data and its published values; it returns our numbers under the names of the published
ones. Sources and conventions stand in the JSON files beside the data: ``reference_values`` are full-precision
recomputations of the published numbers with SciPy or statsmodels, ``r_values`` with R.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import ogive as og

if TYPE_CHECKING:
    from collections.abc import Callable

DATA = Path(__file__).resolve().parents[1] / "data"

Numbers = dict[str, float]


@dataclass(frozen=True)
class Case:
    """One set: its name, the digits promised, how it is fitted, and what disagrees and why."""

    name: str
    digits: float
    compute: Callable[[dict[str, list[Any]], dict[str, Any]], Numbers]
    note: str = ""
    published_by: str = "reference_values"


CASES: list[Case] = []


def reference(name: str, *, digits: float = 8.0, note: str = "", published_by: str = "reference_values") -> Any:
    def register(function: Callable[..., Numbers]) -> Callable[..., Numbers]:
        CASES.append(Case(name, digits, function, note, published_by))
        return function

    return register


def read_table(name: str) -> dict[str, list[Any]]:
    """Read a CSV file whose first lines, with #, say where it is from."""
    lines = (DATA / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    return {key: [_cell(row[key]) for row in rows] for key in rows[0]}


def read_record(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return found


def _cell(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text


def published(case: Case, record: dict[str, Any]) -> Numbers:
    """Return what the set should give, by name."""
    values = record[case.published_by]
    return {key: float(v["published"]) if isinstance(v, dict) else float(v) for key, v in values.items()}


def digits(found: float, wanted: float) -> float:
    """Return how many digits agree, at most 15."""
    if wanted == 0:
        return 15.0 if found == 0 else float(-np.log10(abs(found)))
    return float(min(15.0, -np.log10(abs(found - wanted) / abs(wanted) + 1e-300)))


# ---- NIST, by formula, from both starts --------------------------------------------------------------------------

NIST = {
    "nist_boxbod": "b1*(1-exp(-b2*x))",
    "nist_misra1a": "b1*(1-exp(-b2*x))",
    "nist_eckerle4": "b1/b2*exp(-0.5*((x-b3)/b2)^2)",
    "nist_hahn1": "(b1+b2*x+b3*x^2+b4*x^3)/(1+b5*x+b6*x^2+b7*x^3)",
    "nist_thurber": "(b1+b2*x+b3*x^2+b4*x^3)/(1+b5*x+b6*x^2+b7*x^3)",
    "nist_mgh09": "b1*(x^2+x*b2)/(x^2+x*b3+b4)",
    "nist_rat42": "b1/(1+exp(b2-b3*x))",
    "nist_rat43": "b1/(1+exp(b2-b3*x))^(1/b4)",
    "nist_roszman1": "b1-b2*x-arctan(b3/(x-b4))/pi",
}


def nist(name: str, start: str) -> Numbers:
    """Fit one NIST set by formula from one of its starts; names are those of the certificate."""
    table, record = read_table(name), read_record(name)
    model = og.Model.from_formula(NIST[name])
    names = sorted(model.parameters)
    fit = og.fit(model, table["x"], table["y"], start=dict(zip(names, record["starts"][start], strict=True)))
    found = {key: fit.params[key] for key in names} | {f"{key}.se": fit.stderr[key] for key in names}
    return found | {"rss": fit.rss, "rse": fit.rse}


def certified(name: str) -> Numbers:
    return {key: float(v["published"]) for key, v in read_record(name)["expected"].items()}


# ---- R: nls ------------------------------------------------------------------------------------------------------


def summary(fit: Any, prefix: str = "") -> Numbers:
    """Return what every R summary prints."""
    found = {"rss": fit.rss, "rse": fit.rse, "logLik": fit.log_likelihood, "AIC": fit.aic, "BIC": fit.bic}
    return {prefix + key: value for key, value in found.items()}


def both_errors(fit: Any, name: str, key: str, of: Any = None) -> Numbers:
    """Return an estimate with its error by both conventions."""
    target = of or name
    observed = fit.with_errors("observed")
    value = fit.estimate(target, scale="linear")
    return {
        key: value.value,
        f"{key}.se": value.stderr,
        f"{key}.se_observed": observed.estimate(target, scale="linear").stderr,
    }


def inverse_steepness(curve: Any) -> float:
    return 1 / float(curve.steepness)


def promised(case: Case, key: str) -> float:
    """Return how many digits of a number must agree.

    The observed errors of the references come from finite differences, which cost up to ten digits where parameters
    are of very different sizes (ours are analytic): they are compared to five.
    """
    return min(case.digits, 5.0) if key.endswith("se_observed") else case.digits


@reference("r_dnase1", digits=8.0)
def dnase(table: dict[str, list[Any]], _: Any) -> Numbers:
    x, y = np.log(table["conc"]), table["density"]
    three, four, gompertz = (og.fit(m, x, y) for m in ("logistic-3", "logistic-4", "gompertz-3"))
    found = summary(three) | summary(four, "fpl.") | summary(gompertz, "gompertz.")
    found |= both_errors(three, "upper", "Asym") | both_errors(three, "midpoint", "xmid")
    found |= both_errors(three, "", "scal", inverse_steepness)
    found |= both_errors(four, "lower", "fpl.A") | both_errors(four, "upper", "fpl.B")
    found |= both_errors(four, "midpoint", "fpl.xmid") | both_errors(four, "", "fpl.scal", inverse_steepness)
    found |= both_errors(gompertz, "upper", "gompertz.Asym")
    found |= both_errors(gompertz, "", "gompertz.b2", lambda c: np.exp(c.steepness * c.midpoint))
    return found | both_errors(gompertz, "", "gompertz.b3", lambda c: np.exp(-c.steepness))


@reference("r_chickweight1", digits=7.0)
def chickweight(table: dict[str, list[Any]], _: Any) -> Numbers:
    x, y = table["Time"], table["weight"]
    three, four = (og.fit(m, x, y) for m in ("logistic-3", "logistic-4"))
    found = summary(three) | summary(four, "fpl.")
    found |= both_errors(three, "upper", "Asym") | both_errors(three, "midpoint", "xmid")
    found |= both_errors(three, "", "scal", inverse_steepness)
    found |= both_errors(four, "lower", "fpl.A") | both_errors(four, "upper", "fpl.B")
    return found | both_errors(four, "midpoint", "fpl.xmid") | both_errors(four, "", "fpl.scal", inverse_steepness)


@reference("r_puromycin")
def puromycin(table: dict[str, list[Any]], _: Any) -> Numbers:
    found: Numbers = {}
    for state in ("treated", "untreated"):
        rows = [k for k, each in enumerate(table["state"]) if each == state]
        fit = og.fit("michaelis-menten", [table["conc"][k] for k in rows], [table["rate"][k] for k in rows])
        found |= summary(fit, f"{state}.")
        found |= both_errors(fit, "upper", f"{state}.Vm") | both_errors(fit, "midpoint", f"{state}.K")
    return found


@reference("uspop_1790_2000")
def uspop(table: dict[str, list[Any]], _: Any) -> Numbers:
    fit = og.fit("logistic-3", table["year"], table["population"])
    found = summary(fit) | both_errors(fit, "upper", "theta1") | both_errors(fit, "upper", "phi1")
    found |= both_errors(fit, "", "theta2", lambda c: c.steepness * (1790 - c.midpoint))
    found |= both_errors(fit, "steepness", "theta3") | both_errors(fit, "midpoint", "phi2")
    return found | both_errors(fit, "", "phi3", inverse_steepness)


@reference("growthrates_yshift")
def growthrates(table: dict[str, list[Any]], _: Any) -> Numbers:
    fit = og.growth.fit(table["time"], table["y"], model="logistic-4")

    def capacity(curve: Any) -> float:
        return float(curve.upper - curve.lower)

    def start(curve: Any) -> float:
        return float(curve(0.0) - curve.lower)

    found = {"rss": fit.rss, "rse": fit.rse} | both_errors(fit, "rate", "mumax") | both_errors(fit, "", "K", capacity)
    return found | both_errors(fit, "", "y0", start) | both_errors(fit, "baseline", "y_shift")


# ---- R: drc ------------------------------------------------------------------------------------------------------

RYEGRASS = {
    "": "log-logistic-4", "LL.5.": "log-logistic-5", "L.4.": "logistic-4", "W1.4.": "weibull-1",
    "W2.4.": "weibull-2", "LN.4.": "log-normal", "G.4.": "gompertz", "BC5.": "brain-cousens",
}  # fmt: skip

# drc turns the sign of b where its function falls for positive b.
_RISES_WITH_B = {"W2.4.", "LN.4."}


def drc_letters(fit: Any, prefix: str = "", *, turned: bool = True, gauss: bool = True) -> Numbers:
    """Return the estimates under drc's letters, with errors from the observed Hessian (drc) and from J'J."""
    observed, expected = fit.with_errors("observed"), fit.with_errors("expected")
    letters = {"lower": "c", "upper": "d", "midpoint": "e", "asymmetry": "f", "upper_slope": "f", "steepness": "b"}
    found: Numbers = {}
    for name in fit.names:
        stem, _, of_group = name.partition(":")
        key = prefix + letters[stem] + (f":{of_group}" if of_group else "")
        sign = -1.0 if stem == "steepness" and turned else 1.0
        found[key] = sign * fit.params[name]
        found[f"{key}.se"] = observed.stderr[name]
        if gauss:
            found[f"{key}.se_gauss_newton"] = expected.stderr[name]
    return found


@reference("drc_ryegrass", digits=7.0)
def ryegrass(table: dict[str, list[Any]], _: Any) -> Numbers:
    x, y = table["conc"], table["rootl"]
    found: Numbers = {}
    for prefix, model in RYEGRASS.items():
        fit = og.fit(model, x, y, errors="observed")
        found |= drc_letters(fit, prefix, turned=prefix not in _RISES_WITH_B)
        found |= summary(fit, prefix)
    fit = og.fit("log-logistic-4", x, y, errors="observed")
    for letter, name in (("b", "steepness"), ("c", "lower"), ("d", "upper"), ("e", "midpoint")):
        low, high = fit.interval(name, scale="linear")
        found[f"{letter}.lo"], found[f"{letter}.hi"] = (-high, -low) if letter == "b" else (low, high)
    for percent in (10, 50, 90):
        dose = fit.effective_dose(percent, scale="linear")
        found |= {f"ED{percent}": dose.value, f"ED{percent}.se": dose.stderr}
        found |= {f"ED{percent}.lo": dose.low, f"ED{percent}.hi": dose.high}
    lack = fit.lack_of_fit()
    found |= {"lof_F": lack.statistic, "lof_p": lack.p_value}
    found["noeffect_chisq"] = -fit.n * np.log(1 - fit.r_squared)
    return found | {"PR5": float(fit.predict(5.0)), "PR10": float(fit.predict(10.0))}


@reference("drc_spinach")
def spinach(table: dict[str, list[Any]], _: Any) -> Numbers:
    labels = [f"{curve:g}" for curve in table["CURVE"]]
    fit = og.fit("log-logistic-4", table["DOSE"], table["SLOPE"], by=labels, errors="observed")
    found = {"rss": fit.rss, "rse": fit.rse} | drc_letters(fit, gauss=False)
    for group in fit.groups:
        sure, new = (fit.predict(2.0, band=band, group=group) for band in ("confidence", "prediction"))
        found |= {f"pred2:{group}": float(sure.value), f"pred2:{group}.se": float(sure.stderr)}
        found |= {f"pred2:{group}.cilo": float(sure.low), f"pred2:{group}.cihi": float(sure.high)}
        found |= {f"pred2:{group}.pilo": float(new.low), f"pred2:{group}.pihi": float(new.high)}
        for other in fit.groups[fit.groups.index(group) + 1 :]:
            ratio = fit.relative_potency(group, other, method="delta")
            difference = fit.estimate(_difference(group, other))
            found |= {f"EDratio50 {group}/{other}": ratio.value, f"EDratio50 {group}/{other}.se": ratio.stderr}
            found |= {
                f"EDdiff50 {group}-{other}": difference.value,
                f"EDdiff50 {group}-{other}.se": difference.stderr,
            }
    return found


def _difference(group: str, other: str) -> Callable[[Any], float]:
    return lambda curves: float(curves[group].midpoint - curves[other].midpoint)


@reference("drc_s_alba")
def s_alba(table: dict[str, list[Any]], _: Any) -> Numbers:
    fit = og.fit("log-logistic-3", table["Dose"], table["DryMatter"], by=table["Herbicide"], errors="observed")
    found = {"rss": fit.rss, "rse": fit.rse} | drc_letters(fit, gauss=False)
    delta = fit.relative_potency("Bentazone", "Glyphosate", method="delta")
    fieller = fit.relative_potency("Bentazone", "Glyphosate")
    found |= {
        "relpot50": delta.value,
        "relpot50.se": delta.stderr,
        "relpot50.lo": delta.low,
        "relpot50.hi": delta.high,
    }
    return found | {"relpot50.fieller.lo": fieller.low, "relpot50.fieller.hi": fieller.high}


@reference("drc_s_alba_shared")
def s_alba_shared(table: dict[str, list[Any]], _: Any) -> Numbers:
    fit = og.fit(
        "log-logistic-4", table["Dose"], table["DryMatter"], by=table["Herbicide"], share=["lower", "upper"],
        errors="observed",
    )  # fmt: skip
    return {"rss": fit.rss, "rse": fit.rse} | drc_letters(fit)


@reference(
    "drc_methionine_mm", note="the control row belongs to both products, whose common lower asymptote it shows"
)
def methionine(table: dict[str, list[Any]], _: Any) -> Numbers:
    product = ["DLM" if each == "control" else each for each in table["product"]]
    fit = og.fit(
        "michaelis-menten", table["dose"], table["gain"], by=product, share=["lower"], fixed={"lower": None},
        errors="observed",
    )  # fmt: skip
    ratio = fit.relative_potency("DLM", "MHA", method="delta")
    found = {"rss": fit.rss, "rse": fit.rse, "ratio50": ratio.value, "ratio50.se": ratio.stderr}
    return found | drc_letters(fit)


@reference("drc_lettuce_hormesis", digits=7.0)
def lettuce(table: dict[str, list[Any]], _: Any) -> Numbers:
    x, y = table["conc"], table["weight"]
    four = og.fit("brain-cousens", x, y, fixed={"lower": 0}, errors="observed")
    five = og.fit("brain-cousens", x, y, errors="observed")
    found = {"rss": four.rss, "rse": four.rse, "BC5.rss": five.rss, "BC5.rse": five.rse}
    return found | drc_letters(four) | drc_letters(five, "BC5.")


@reference("drc_selenium", digits=8.0, published_by="r_values", note="likelihood-ratio tests of drc 3.2")
def selenium(table: dict[str, list[Any]], _: Any) -> Numbers:
    labels = [f"{kind:g}" for kind in table["type"]]

    def fitted(*share: str) -> Any:
        return og.fit("log-logistic-2", table["conc"], table["dead"], trials=table["total"], by=labels, share=share)

    separate = fitted()
    slope, dose = (og.compare(fitted(name), separate).test for name in ("steepness", "midpoint"))
    return {"LR_common_slope": slope.statistic, "LR_common_ED50": dose.statistic}


# ---- Counts ------------------------------------------------------------------------------------------------------


def line_of(fit: Any, prefix: str = "", unit: float = 1.0, *, log: bool = False) -> Numbers:
    """Return intercept and slope of the linear predictor on an axis measured in these units (ln 10 for log10)."""

    def intercept(curve: Any) -> float:
        return float(-curve.steepness * (np.log(curve.midpoint) if log else curve.midpoint))

    a, b = fit.estimate(intercept), fit.estimate("steepness")
    return {
        f"{prefix}a": a.value,
        f"{prefix}a.se": a.stderr,
        f"{prefix}b": b.value * unit,
        f"{prefix}b.se": b.stderr * unit,
    }


@reference("bliss_beetle")
def beetles(table: dict[str, list[Any]], _: Any) -> Numbers:
    found: Numbers = {}
    for prefix, model in (("logit.", "logit"), ("probit.", "probit"), ("cloglog.", "cloglog-2")):
        fit = og.fit(model, table["ldose"], table["y"], trials=table["n"])
        dose = fit.effective_dose(50)
        found |= line_of(fit, prefix)
        found |= {f"{prefix}deviance": fit.deviance, f"{prefix}logLik": fit.log_likelihood, f"{prefix}AIC": fit.aic}
        found |= {f"{prefix}LD50_log10": dose.value, f"{prefix}LD50_log10.se": dose.stderr}
    return found


@reference("budworm")
def budworm(table: dict[str, list[Any]], _: Any) -> Numbers:
    fit = og.fit(
        "logit", table["ldose"], table["numdead"], trials=table["n"], by=table["sex"], share=["steepness"]
    )  # fmt: skip
    slope = fit.estimate("steepness")
    found = {"ldose": slope.value, "ldose.se": slope.stderr, "deviance": fit.deviance}
    found |= {"logLik": fit.log_likelihood, "AIC": fit.aic}
    for sex, word in (("F", "female"), ("M", "male")):
        intercept = fit.estimate(_intercept(sex))
        found |= {f"sex{sex}": intercept.value, f"sex{sex}.se": intercept.stderr}
        for part in (0.25, 0.5, 0.75):
            dose = fit.effective_dose(100 * part, group=sex)
            found |= {f"dose_p{part:g}_{word}": dose.value, f"dose_p{part:g}_{word}.se": dose.stderr}
    return found


def _intercept(sex: str) -> Callable[[Any], float]:
    return lambda curves: float(-curves[sex].steepness * curves[sex].midpoint)


@reference("finney71")
def finney(table: dict[str, list[Any]], _: Any) -> Numbers:
    kept = [k for k, dose in enumerate(table["dose"]) if dose > 0]
    dose, dead, total = ([table[key][k] for k in kept] for key in ("dose", "affected", "total"))
    fit = og.fit("log-logistic-2", dose, dead, trials=total)
    found = line_of(fit, log=True) | {"deviance": fit.deviance, "logLik": fit.log_likelihood, "AIC": fit.aic}
    for percent in (10, 20, 50, 90, 95):
        ed = fit.effective_dose(percent)
        found |= {f"ED{percent}": ed.value, f"ED{percent}.se": ed.stderr}
    return found


@reference("finney_1952")
def finney_1952(table: dict[str, list[Any]], _: Any) -> Numbers:
    found: Numbers = {}
    for prefix, model in (("logit.", "log-logistic-2"), ("probit.", "log-normal-2")):
        fit = og.fit(model, table["dose"], table["dead"], trials=table["n"])
        found |= line_of(fit, prefix, np.log(10), log=True)
        found |= {f"{prefix}deviance": fit.deviance, f"{prefix}logLik": fit.log_likelihood, f"{prefix}AIC": fit.aic}
        found |= {f"{prefix}LD50": fit.params["midpoint"], f"{prefix}LD50.se": fit.stderr["midpoint"]}
    return found


@reference("sas_probit_dosage", digits=7.0)
def sas_dosage(table: dict[str, list[Any]], _: Any) -> Numbers:
    probit = og.fit("log-normal-2", table["dose"], table["response"], trials=table["n"], errors="observed")
    logit = og.fit("log-logistic-2", table["dose"], table["response"], trials=table["n"])
    found = line_of(probit, "", np.log(10), log=True) | line_of(logit, "logit.", np.log(10), log=True)
    expected = line_of(probit.with_errors("expected"), "", np.log(10), log=True)
    found |= {"a.se_expected": expected["a.se"], "b.se_expected": expected["b.se"]}
    for prefix, fit in (("", probit), ("logit.", logit)):
        found |= {f"{prefix}deviance": fit.deviance, f"{prefix}logLik": fit.log_likelihood, f"{prefix}AIC": fit.aic}
    return found


@reference(
    "sas_probit_natural_rate", digits=6.0, note="the published log-likelihood leaves out binomial coefficients"
)
def sas_natural(table: dict[str, list[Any]], _: Any) -> Numbers:
    fit = og.fit(
        "log-normal-4", table["dose"], table["respond"], trials=table["n"], fixed={"upper": 1}
    )  # fmt: skip
    p, y, n = fit.fitted, fit.data.y, fit.data.trials
    line = line_of(fit, "", np.log(10), log=True)
    found = {"a": line["a"], "b": line["b"], "C": fit.params["lower"]}
    return found | {"logLik": float(np.sum(y * np.log(p) + (n - y) * np.log1p(-p)))}


@reference("psignifit_2afc", digits=6.0, note="maximum likelihood; the lapse rate ends at its limit 0")
def psignifit(table: dict[str, list[Any]], _: Any) -> Numbers:
    fit = og.psychophysics.fit(table["level"], table["ncorrect"], table["ntotal"])
    none = og.psychophysics.fit(table["level"], table["ncorrect"], table["ntotal"], lapse=0.0)
    found = {"ML.threshold": fit.threshold, "ML.width": fit.width}
    return found | {"ML0.threshold": none.threshold, "ML0.width": none.width}


# ---- Melting and unfolding ---------------------------------------------------------------------------------------

CALORIE = 4184.0


@reference("pyfolding_fkbp12", note="in kilocalories, with the gas constant of the source")
def fkbp12(table: dict[str, list[Any]], _: Any) -> Numbers:
    fit = og.fit("logistic-2", table["urea"], table["fraction_unfolded"])
    energy = 0.0019872036 * 298.15
    found = both_errors(fit, "", "m", lambda c: c.steepness * energy) | both_errors(fit, "midpoint", "d50")
    return found | {"rss": fit.rss, "rse": fit.rse}


@reference(
    "meltr_helixA", digits=5.0, note="the gas constant of the source has seven digits; dG at 37 C not compared"
)
def helix(table: dict[str, list[Any]], _: Any) -> Numbers:
    found: Numbers = {}
    for sample in range(2, 11):
        rows = [k for k, each in enumerate(table["Sample"]) if each == sample and 25 <= table["Temperature"][k] <= 80]
        kelvin = np.array([table["Temperature"][k] for k in rows]) + 273.15
        signal = np.array([table["absorbance_minus_blank"][k] for k in rows])
        model = og.thermodynamics.bimolecular_melt(table["Ct"][rows[0]])
        start = {"dh": -60 * CALORIE, "tm": 320.0, "m_d": 0.0, "b_d": signal.min(), "m_s": 0.0, "b_s": signal.max()}
        fit = og.fit(model, kelvin, signal, start=start)
        found |= {f"dH.{sample}": fit.params["dh"] / CALORIE, f"dH.{sample}.se": fit.stderr["dh"] / CALORIE}
        found |= {f"Tm.{sample}": fit.params["tm"] - 273.15, f"Tm.{sample}.se": fit.stderr["tm"]}
    return found


# ---- Regression --------------------------------------------------------------------------------------------------


@reference("spector_mazzeo", digits=6.0)
def spector(table: dict[str, list[Any]], _: Any) -> Numbers:
    columns = {key: table[key] for key in ("GPA", "TUCE", "PSI")}
    regression = og.logistic_regression
    logit = regression.fit(columns, table["GRADE"])
    # Stata, whose output this is, takes the observed Hessian; for the logit it is the expected one too
    probit = regression.fit(columns, table["GRADE"], link="probit", errors="observed")
    found: Numbers = {"logit.llf": logit.log_likelihood, "probit.llf": probit.log_likelihood}
    for prefix, fit in (("logit.", logit), ("probit.", probit)):
        for name in fit.names:
            found |= {f"{prefix}{name}": fit.params[name], f"{prefix}{name}.se": fit.stderr[name]}
    effects = {
        "AME.overall": regression.marginal_effects(logit),
        "ME.mean": regression.marginal_effects(logit, at="mean"),
        "ME.median": regression.marginal_effects(logit, at="median"),
        "ME.dummy.overall": regression.marginal_effects(logit, dummy=True),
        "ME.dummy.mean": regression.marginal_effects(logit, at="mean", dummy=True),
        "eyex": regression.marginal_effects(logit, kind="eyex"),
        "eydx": regression.marginal_effects(logit, kind="eydx"),
        "dyex": regression.marginal_effects(logit, kind="dyex"),
    }
    for what, rows in effects.items():
        for name, value in rows.items():
            found |= {f"logit.{what}.{name}": value.value, f"logit.{what}.{name}.se": value.stderr}
    return found
