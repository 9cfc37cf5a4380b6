"""The rows of the S-curves: functions that climb from one asymptote to another.

A row is the whole truth about a function; `ogive.shapes` gathers them. Each has its kernel in ``core/math/``.
"""

from __future__ import annotations

from math import e, exp, inf, pi

import numpy as np

from ogive import higher
from ogive.shape import Kink, Shape, Special, special_values, within

__all__ = ["S_CURVES"]


# ---- The rows --------------------------------------------------------------------------------------------------


S_CURVES = (
    Shape(
        name="sigmoid",
        aliases=("logistic", "expit"),
        letters=("σ", "sigma"),
        title="logistic function",
        formula="1/(1+exp(-z))",
        slope_in_value="y*(1-y)",
        special=special_values((0.0, 1.0), at_zero=(0.5, 0.25)),
        higher_derivative=higher.sigmoid,
        asymptotics=("exp(z)", "1 - exp(-z)"),
        uses=("logistic regression", "growth", "dose and response", "gates and outputs of networks"),
        max_ulp=within(
            1.0,
            *("derivative", "value_and_derivative", "inverse", "log", "log_complement"),
            second_derivative=1.25,
        ),
        references=(
            "P.-F. Verhulst, Notice sur la loi que la population suit dans son accroissement, Correspondance "
            "mathématique et physique 10 (1838) 113-121",
            "D. E. Rumelhart, G. E. Hinton, R. J. Williams, Learning representations by back-propagating errors, "
            "Nature 323 (1986) 533-536",
        ),
    ),
    Shape(
        name="tanh",
        aliases=("hyperbolic_tangent",),
        title="hyperbolic tangent",
        formula="tanh(z)",
        slope_in_value="1-y**2",
        gap=lambda z: 2 * np.exp(-2 * z) / (1 + np.exp(-2 * z)),
        special=special_values((-1.0, 1.0), at_zero=(0.0, 1.0)),
        higher_derivative=higher.tanh,
        asymptotics=("-1 + 2*exp(2*z)", "1 - 2*exp(-2*z)"),
        uses=(
            "hidden layers and gates of recurrent networks",
            "soft limiting of signals",
            "mean-field magnetisation",
        ),
        max_ulp=within(1.0, "derivative", "value_and_derivative", "second_derivative", "inverse"),
        references=(
            "NIST Digital Library of Mathematical Functions, §4.28 to §4.37, https://dlmf.nist.gov/4.28",
            "Y. LeCun, L. Bottou, G. B. Orr, K.-R. Müller, Efficient BackProp, in: Neural Networks: Tricks of the "
            "Trade, Springer (1998) 9-50",
        ),
    ),
    Shape(
        name="softsign",
        title="softsign",
        formula="z/(1+abs(z))",
        slope_in_value="(1-abs(y))**2",
        gap=lambda z: 1 / (1 + z),
        special=special_values((-1.0, 1.0), at_zero=(0.0, 1.0)),
        higher_derivative=higher.softsign,
        asymptotics=("-1 - 1/z", "1 - 1/z"),
        kinks=(Kink(0.0, "the second derivative jumps from 2 to -2 and is returned as their mean, 0"),),
        uses=("hidden layers whose slope dies slowly", "waveshaping", "response with half-saturation at 1"),
        max_ulp=within(1.0, "derivative", "value_and_derivative", "second_derivative", "inverse"),
        references=(
            "J. Bergstra, G. Desjardins, P. Lamblin, Y. Bengio, Quadratic polynomials learn better image features, "
            "Technical report 1337, Université de Montréal (2009)",
            "X. Glorot, Y. Bengio, Understanding the difficulty of training deep feedforward neural networks, "
            "AISTATS, PMLR 9 (2010) 249-256",
        ),
    ),
    Shape(
        name="algebraic",
        aliases=("isru",),
        title="algebraic sigmoid",
        formula="z/sqrt(1+z**2)",
        slope_in_value="(1-y**2)**(3/2)",
        gap=lambda z: 1 / np.hypot(1, z) / (np.hypot(1, z) + z),
        special=special_values((-1.0, 1.0), at_zero=(0.0, 1.0)),
        higher_derivative=higher.algebraic,
        asymptotics=("-1 + 1/(2*z**2)", "1 - 1/(2*z**2)"),
        uses=("cheap stand-in for tanh", "sine of the angle whose tangent is z", "smooth sign function"),
        max_ulp=within(1.0, "derivative", "value_and_derivative", "second_derivative", "inverse"),
        references=(
            "B. Carlile, G. Delamarter, P. Kinney, A. Marti, B. Whitney, Improving deep learning by inverse square "
            "root linear units (ISRLUs), arXiv:1710.09967 (2017)",
        ),
    ),
    Shape(
        name="hard_sigmoid",
        title="hard sigmoid",
        formula="(abs(z+3)-abs(z-3))/12+1/2",
        slope_in_value=None,
        slope_in_value_note=(
            "it is 1/6 where 0 < y < 1 and 0 where y is 0 or 1: a step in y, which no elementary formula holds"
        ),
        special=(
            Special(-inf, 0.0, 0.0),
            Special(-3.0, 0.0, 0.0),
            Special(0.0, 0.5, 1 / 6),
            Special(3.0, 1.0, 0.0),
            Special(inf, 1.0, 0.0),
        ),
        higher_derivative=higher.pieces(),
        asymptotics=("0", "1"),
        kinks=(
            Kink(
                -3.0, "the slope jumps from 0 to 1/6 and is returned as that of the flat side, 0", torch=0.0, jax=0.0
            ),
            Kink(
                3.0, "the slope drops from 1/6 to 0 and is returned as that of the flat side, 0", torch=0.0, jax=0.0
            ),
        ),
        uses=("networks on small devices", "quantised gates"),
        max_ulp=within(0.5, "derivative", "value_and_derivative", "second_derivative", "inverse"),
        references=(
            "A. Howard et al., Searching for MobileNetV3, ICCV (2019) 1314-1324",
            "M. Courbariaux, Y. Bengio, J.-P. David, BinaryConnect, NeurIPS 28 (2015) 3123-3131: the form "
            "clip(z/2 + 1/2, 0, 1)",
        ),
    ),
    Shape(
        name="arctan",
        title="arc tangent",
        formula="atan(z)",
        slope_in_value="cos(y)**2",
        gap=lambda z: np.arctan2(1, z),
        special=special_values((-pi / 2, pi / 2), at_zero=(0.0, 1.0)),
        higher_derivative=higher.arctan,
        asymptotics=("-pi/2 - 1/z", "pi/2 - 1/z"),
        uses=(
            "Cauchy's distribution function, 1/2 + atan(z)/pi",
            "cauchit regression",
            "phase of a first-order filter",
        ),
        max_ulp=within(1.0, "derivative", "value_and_derivative", "second_derivative", "inverse"),
        references=(
            "NIST Digital Library of Mathematical Functions, §4.23 to §4.26, https://dlmf.nist.gov/4.23",
            "R. Koenker, J. Yoon, Parametric links for binary choice models, Journal of Econometrics 152 (2009) "
            "120-130",
        ),
    ),
    Shape(
        name="gudermannian",
        aliases=("gd",),
        title="Gudermannian function",
        formula="2*atan(tanh(z/2))",
        slope_in_value="cos(y)",
        gap=lambda z: 2 * np.arctan(np.exp(-z)),
        special=special_values((-pi / 2, pi / 2), at_zero=(0.0, 1.0)),
        higher_derivative=higher.gudermannian,
        asymptotics=("-pi/2 + 2*exp(z)", "pi/2 - 2*exp(-z)"),
        uses=("latitude from the height on Mercator's map", "hyperbolic secant distribution", "path of a pendulum"),
        max_ulp=within(1.0, "derivative", "value_and_derivative", "second_derivative", "inverse"),
        references=(
            "NIST Digital Library of Mathematical Functions, §4.23(viii), https://dlmf.nist.gov/4.23",
            "W. D. Baten, The probability law for the sum of n independent variables, each subject to the law "
            "(1/2h) sech(πx/2h), Bulletin of the American Mathematical Society 40 (1934) 284-290",
        ),
    ),
    Shape(
        name="smoothstep",
        title="smoothstep",
        formula="3*((abs(z)-abs(z-1)+1)/2)**2-2*((abs(z)-abs(z-1)+1)/2)**3",
        slope_in_value="6*(1/4-sin(asin(1-2*y)/3)**2)",
        special=(
            Special(-inf, 0.0, 0.0),
            Special(0.0, 0.0, 0.0),
            Special(0.5, 0.5, 1.5),
            Special(1.0, 1.0, 0.0),
            Special(inf, 1.0, 0.0),
        ),
        higher_derivative=higher.pieces(-12.0, low=0.0, high=1.0),
        asymptotics=("0", "1"),
        kinks=(
            Kink(0.0, "the second derivative jumps from 0 to 6 and is returned as that of the flat side, 0"),
            Kink(1.0, "the second derivative jumps from -6 to 0 and is returned as that of the flat side, 0"),
        ),
        uses=("blending and easing in graphics", "switching functions of molecular dynamics"),
        max_ulp=within(1.0, "derivative", "value_and_derivative", "second_derivative", "inverse"),
        references=(
            "D. S. Ebert, F. K. Musgrave, D. Peachey, K. Perlin, S. Worley, Texturing and Modeling: A Procedural "
            "Approach, 3rd edition, Morgan Kaufmann (2003), chapter 2",
        ),
    ),
    Shape(
        name="normal",
        aliases=("ndtr", "norm_cdf"),
        title="normal distribution function",
        formula="(1+erf(z/sqrt(2)))/2",
        slope_in_value=None,
        slope_in_value_note=(
            "it is the density at the quantile, exp(-q**2/2)/sqrt(2*pi) with q = inverse(y), and the inverse of the "
            "normal distribution function is not elementary"
        ),
        special=special_values((0.0, 1.0), at_zero=(0.5, 0.3989422804014327)),  # 1/sqrt(2 pi)
        asymptotics=("-exp(-z**2/2)/(z*sqrt(2*pi))", "1 - exp(-z**2/2)/(z*sqrt(2*pi))"),
        uses=("probit regression", "psychometric functions", "quantal response", "exact GELU"),
        higher_derivative=higher.normal,
        max_ulp=within(
            2.0,
            *("value_and_derivative", "inverse", "log", "log_complement"),
            derivative=1.0,
            second_derivative=1.0,
        ),
        references=(
            "NIST Digital Library of Mathematical Functions, §7.2 to §7.18, https://dlmf.nist.gov/7",
            "F. Galton, Natural Inheritance, Macmillan (1889), chapter 5: the ogive",
            "C. I. Bliss, The calculation of the dosage-mortality curve, Annals of Applied Biology 22 (1935) 134-167",
        ),
    ),
    Shape(
        name="gompertz",
        aliases=("gumbel_cdf",),
        title="Gompertz curve",
        formula="exp(-exp(-z))",
        slope_in_value="-y*log(y)",
        special=special_values((0.0, 1.0), at_zero=(1 / e, 1 / e)),
        higher_derivative=higher.gompertz,
        asymptotics=("exp(-exp(-z))", "1 - exp(-z)"),
        uses=("growth of tumours, animals and markets", "largest of many: Gumbel's distribution", "mortality"),
        max_ulp=within(
            2.0, "derivative", "second_derivative", "value_and_derivative", "inverse", "log", "log_complement"
        ),
        references=(
            "B. Gompertz, On the nature of the function expressive of the law of human mortality, Philosophical "
            "Transactions of the Royal Society 115 (1825) 513-583",
            "C. P. Winsor, The Gompertz curve as a growth curve, PNAS 18 (1932) 1-8",
        ),
    ),
    Shape(
        name="cloglog",
        title="complementary log-log curve",
        formula="1-exp(-exp(z))",
        slope_in_value="-(1-y)*log(1-y)",
        special=special_values((0.0, 1.0), at_zero=(1 - exp(-1), 1 / e)),
        higher_derivative=higher.cloglog,
        asymptotics=("exp(z)", "1 - exp(-exp(z))"),
        uses=(
            "dilution assays",
            "grouped survival times",
            "smallest of many: Weibull's distribution of the logarithm",
        ),
        max_ulp=within(
            2.0, "derivative", "second_derivative", "value_and_derivative", "inverse", "log", "log_complement"
        ),
        references=(
            "R. A. Fisher, On the mathematical foundations of theoretical statistics, Philosophical Transactions of "
            "the Royal Society A 222 (1922) 309-368, section 12.3",
            "P. McCullagh, J. A. Nelder, Generalized Linear Models, 2nd edition, Chapman and Hall (1989), chapter 4",
        ),
    ),
)
