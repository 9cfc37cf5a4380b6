"""The rows of the activations: functions that networks put beside S-curves, most of them made of one.

A row is the whole truth about a function; `ogive.shapes` gathers them. Each has its kernel in ``core/math/``.
"""

from __future__ import annotations

from math import inf, log

import numpy as np

from ogive import higher
from ogive.shape import Kink, Shape, Special, within

__all__ = ["ACTIVATIONS"]

_SLOPES = ("derivative", "value_and_derivative")
_TAKEN_TWICE = "every value between the minimum and 0 is taken twice, once falling and once rising"
_SELU_SCALE = 1.0507009873554804934193349852946
_SELU_LEFT = 1.7580993408473768599402175208123  # the scale times 1.6732632423543772848170429916717


# ---- The rows --------------------------------------------------------------------------------------------------


ACTIVATIONS = (
    Shape(
        name="softplus",
        title="softplus, the integral of the logistic function",
        kind="activation",
        formula="log(1+exp(z))",
        slope_in_value="1-exp(-y)",
        special=(Special(-inf, 0.0, 0.0), Special(0.0, log(2), 0.5), Special(inf, inf, 1.0)),
        higher_derivative=higher.softplus,
        asymptotics=("exp(z)", "z + exp(-z)"),
        uses=("positive parameters", "smooth stand-in for relu", "loss of logistic regression", "free energy"),
        max_ulp=within(1.0, *_SLOPES, "second_derivative", "inverse"),
        references=(
            "C. Dugas, Y. Bengio, F. Bélisle, C. Nadeau, R. Garcia, Incorporating second-order functional knowledge "
            "for better option pricing, Advances in Neural Information Processing Systems 13 (2000) 472-478",
        ),
    ),
    Shape(
        name="relu",
        title="rectified linear unit",
        kind="activation",
        formula="(z+abs(z))/2",
        slope_in_value="sign(y)",
        slope_in_value_note="at the kink too, where slope and value are 0",
        special=(Special(-inf, 0.0, 0.0), Special(0.0, 0.0, 0.0), Special(inf, inf, 1.0)),
        higher_derivative=higher.pieces(),
        asymptotics=("0", "z"),
        kinks=(Kink(0.0, "the slope jumps from 0 to 1, and 0 is returned", torch=0.0, jax=0.0),),
        uses=("hidden layers of deep networks", "threshold-linear neurons", "hinge of a loss"),
        max_ulp=within(0.0, *_SLOPES, "second_derivative"),
        references=(
            "K. Fukushima, Visual feature extraction by a multilayered network of analog threshold elements, IEEE "
            "Transactions on Systems Science and Cybernetics 5 (1969) 322-333",
            "V. Nair, G. E. Hinton, Rectified linear units improve restricted Boltzmann machines, Proceedings of the "
            "27th International Conference on Machine Learning (2010) 807-814",
        ),
    ),
    Shape(
        name="leaky_relu",
        title="leaky rectified linear unit",
        kind="activation",
        formula="(101*z+99*abs(z))/200",
        slope_in_value="(101+99*sign(y))/200",
        slope_of_value=lambda a: 0.01 + 0.99 * np.heaviside(a, 0.0),  # of the type of a
        slope_in_value_note="except at the kink, where 1/100 is returned",
        special=(Special(-inf, -inf, 0.01), Special(0.0, 0.0, 0.01), Special(inf, inf, 1.0)),
        higher_derivative=higher.pieces(),
        asymptotics=("z/100", "z"),
        kinks=(Kink(0.0, "the slope jumps from 1/100 to 1, and 1/100 is returned", torch=0.01, jax=1.0),),
        uses=("hidden layers in which no unit should go silent", "discriminators of adversarial networks"),
        max_ulp=within(0.5, *_SLOPES, "second_derivative", "inverse") | within(0.51),
        references=(
            "A. L. Maas, A. Y. Hannun, A. Y. Ng, Rectifier nonlinearities improve neural network acoustic models, "
            "ICML Workshop on Deep Learning for Audio, Speech and Language Processing (2013)",
        ),
    ),
    Shape(
        name="elu",
        title="exponential linear unit",
        kind="activation",
        formula="(z+abs(z))/2+exp((z-abs(z))/2)-1",
        slope_in_value="1+(y-abs(y))/2",
        special=(Special(-inf, -1.0, 0.0), Special(0.0, 0.0, 1.0), Special(inf, inf, 1.0)),
        higher_derivative=higher.exponential(1.0),
        asymptotics=("exp(z) - 1", "z"),
        kinks=(Kink(0.0, "the second derivative drops from 1 to 0, and 0 is returned"),),
        uses=("hidden layers with activations of mean near 0",),
        max_ulp=within(1.0, *_SLOPES, "second_derivative", "inverse"),
        references=(
            "D.-A. Clevert, T. Unterthiner, S. Hochreiter, Fast and accurate deep network learning by exponential "
            "linear units (ELUs), International Conference on Learning Representations (2016), arXiv:1511.07289",
        ),
    ),
    Shape(
        name="selu",
        title="scaled exponential linear unit",
        kind="activation",
        formula="1.0507009873554804934193349852946"
        "*((z+abs(z))/2+1.6732632423543772848170429916717*(exp((z-abs(z))/2)-1))",
        slope_in_value="(1.0507009873554804934193349852946*(1+sign(y))"
        "+(y+1.7580993408473768599402175208123)*(1-sign(y)))/2",
        slope_of_value=lambda a: np.where(np.asarray(a) > 0, _SELU_SCALE, np.asarray(a) + _SELU_LEFT),
        slope_in_value_note="except at the kink, where the slope from the left is returned",
        special=(
            Special(-inf, -_SELU_LEFT, 0.0),
            Special(0.0, 0.0, _SELU_LEFT),
            Special(inf, inf, _SELU_SCALE),
        ),
        higher_derivative=higher.exponential(_SELU_LEFT),
        asymptotics=(
            "1.7580993408473768599402175208123*(exp(z) - 1)",
            "1.0507009873554804934193349852946*z",
        ),
        kinks=(
            Kink(
                0.0,
                "the slope drops from 1.758 to 1.051, and 1.758 is returned (0 as the second derivative, which drops "
                "from 1.758 to 0)",
                torch=_SELU_LEFT,
                jax=_SELU_LEFT,
            ),
        ),
        uses=("deep fully connected networks that keep mean 0 and variance 1 from layer to layer",),
        max_ulp=within(1.0, *_SLOPES, "second_derivative", "inverse"),
        references=(
            "G. Klambauer, T. Unterthiner, A. Mayr, S. Hochreiter, Self-normalizing neural networks, Advances in "
            "Neural Information Processing Systems 30 (2017) 971-980",
        ),
    ),
    Shape(
        name="silu",
        aliases=("swish",),
        title="sigmoid linear unit",
        kind="activation",
        formula="z/(1+exp(-z))",
        slope_in_value=None,
        slope_in_value_note=_TAKEN_TWICE,
        special=(Special(-inf, 0.0, 0.0), Special(0.0, 0.0, 0.5), Special(inf, inf, 1.0)),
        higher_derivative=higher.silu,
        asymptotics=("z*exp(z)", "z - z*exp(-z)"),
        uses=("hidden layers of convolutional networks and transformers", "gates of gated linear units"),
        max_ulp=within(1.5, *_SLOPES, "second_derivative") | within(1.0),
        references=(
            "S. Elfwing, E. Uchibe, K. Doya, Sigmoid-weighted linear units for neural network function approximation "
            "in reinforcement learning, Neural Networks 107 (2018) 3-11",
            "P. Ramachandran, B. Zoph, Q. V. Le, Searching for activation functions (2017), arXiv:1710.05941",
        ),
    ),
    Shape(
        name="gelu",
        title="Gaussian error linear unit",
        kind="activation",
        formula="z*(1+erf(z/sqrt(2)))/2",
        slope_in_value=None,
        slope_in_value_note=_TAKEN_TWICE,
        special=(Special(-inf, 0.0, 0.0), Special(0.0, 0.0, 0.5), Special(inf, inf, 1.0)),
        higher_derivative=higher.gelu,
        asymptotics=("-exp(-z**2/2)/sqrt(2*pi)", "z - exp(-z**2/2)/sqrt(2*pi)"),
        uses=("hidden layers of transformers",),
        max_ulp=within(2.0, *_SLOPES, "second_derivative"),
        references=("D. Hendrycks, K. Gimpel, Gaussian error linear units (GELUs) (2016), arXiv:1606.08415",),
    ),
    Shape(
        name="gelu_tanh",
        title="Gaussian error linear unit, approximated by a hyperbolic tangent",
        kind="activation",
        formula="z*(1+tanh(sqrt(2/pi)*(z+0.044715*z**3)))/2",
        slope_in_value=None,
        slope_in_value_note=_TAKEN_TWICE,
        special=(Special(-inf, 0.0, 0.0), Special(0.0, 0.0, 0.5), Special(inf, inf, 1.0)),
        higher_derivative=higher.gelu_tanh,
        asymptotics=(
            "z*exp(2*sqrt(2/pi)*(z+0.044715*z**3))",
            "z - z*exp(-2*sqrt(2/pi)*(z+0.044715*z**3))",
        ),
        uses=("transformers that were trained with it: GPT-2, the first BERT",),
        max_ulp=within(1.5, *_SLOPES, "second_derivative") | within(1.0),
        references=("D. Hendrycks, K. Gimpel, Gaussian error linear units (GELUs) (2016), arXiv:1606.08415",),
    ),
    Shape(
        name="mish",
        title="mish, self-regularised and non-monotonic",
        kind="activation",
        formula="z*tanh(log(1+exp(z)))",
        slope_in_value=None,
        slope_in_value_note=_TAKEN_TWICE,
        special=(Special(-inf, 0.0, 0.0), Special(0.0, 0.0, 0.6), Special(inf, inf, 1.0)),
        higher_derivative=higher.mish,
        asymptotics=("z*exp(z)", "z - 2*z*exp(-2*z)"),
        uses=("object detectors", "hidden layers of convolutional networks"),
        max_ulp=within(1.5, *_SLOPES, "second_derivative") | within(1.0),
        references=(
            "D. Misra, Mish: a self regularized non-monotonic activation function, British Machine Vision Conference "
            "(2020), arXiv:1908.08681",
        ),
    ),
    Shape(
        name="hard_swish",
        title="hard swish, three straight or parabolic pieces",
        kind="activation",
        formula="z*(6+abs(z+3)-abs(z-3))/12",
        slope_in_value=None,
        slope_in_value_note=_TAKEN_TWICE,
        special=(
            Special(-inf, 0.0, 0.0),
            Special(-3.0, 0.0, 0.0),
            Special(-1.5, -0.375, 0.0),
            Special(0.0, 0.0, 0.5),
            Special(3.0, 3.0, 1.0),
            Special(inf, inf, 1.0),
        ),
        higher_derivative=higher.pieces(),
        asymptotics=("0", "z"),
        kinks=(
            Kink(-3.0, "the slope drops from 0 to -1/2, and 0 is returned", torch=0.0, jax=0.0),
            Kink(3.0, "the slope drops from 3/2 to 1, and 1 is returned", torch=1.0, jax=1.0),
        ),
        uses=("networks for telephones, where an exponential costs too much",),
        max_ulp=within(1.0, *_SLOPES, "second_derivative"),
        references=(
            "A. Howard, M. Sandler, B. Chen, et al., Searching for MobileNetV3, IEEE/CVF International Conference on "
            "Computer Vision (2019) 1314-1324",
        ),
    ),
    Shape(
        name="hard_tanh",
        title="hard hyperbolic tangent, a straight line cut off at -1 and 1",
        kind="activation",
        formula="(abs(z+1)-abs(z-1))/2",
        slope_in_value="sign(1-y**2)",
        gap=lambda z: np.maximum(1 - z, 0.0),
        special=(
            Special(-inf, -1.0, 0.0),
            Special(-1.0, -1.0, 0.0),
            Special(0.0, 0.0, 1.0),
            Special(1.0, 1.0, 0.0),
            Special(inf, 1.0, 0.0),
        ),
        higher_derivative=higher.pieces(),
        asymptotics=("-1", "1"),
        kinks=(
            Kink(-1.0, "the slope jumps from 0 to 1, and 0 is returned", torch=0.0, jax=1.0),
            Kink(1.0, "the slope drops from 1 to 0, and 0 is returned", torch=0.0, jax=1.0),
        ),
        uses=("quantised and binary networks", "recurrent networks on small processors", "clipping"),
        max_ulp=within(0.0, *_SLOPES, "second_derivative", "inverse"),
        references=("R. Collobert, Large scale machine learning, thesis, Université Paris 6 (2004)",),
    ),
)
