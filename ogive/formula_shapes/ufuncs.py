"""Functions written in Python that are called as NumPy's ufuncs are: out=, where=, dtype=, casting=, other arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ArrayFunction"]

_BLOCK = 4096  # elements computed at once: what they need on the way stays in the cache
_LOOPS = "efd"


@final
class ArrayFunction:
    """A function of one array of real numbers that returns one array, or several; called as a ufunc is.

    Parameters
    ----------
    owner, role
        The shape and which of its functions this is, by which copies and other processes find it again.
    compute
        Takes a flat array of float64, any numbers; returns a tuple of such arrays. Float16 and float32 are computed
        in float64 and rounded once.
    nout
        How many arrays it returns.

    Examples
    --------
    >>> import ogive as og
    >>> hill = og.Shape.from_formula("hill2", "z^2/(1 + z^2)", domain=(0, float("inf")))
    >>> hill.ufunc
    <ufunc-like 'hill2'>
    >>> float(hill.ufunc(1.0))
    0.5
    """

    nin = 1
    identity = None
    signature = None
    types = ("e->e", "f->f", "d->d")
    ntypes = 3

    def __init__(self, owner: Any, role: str, compute: Callable[[Any], tuple[Any, ...]], nout: int = 1) -> None:
        self.owner, self.role, self.nout, self.nargs = owner, role, nout, 1 + nout
        self.__name__ = f"{owner.name}_{role}" if role else owner.name
        self.__doc__ = f"{self.__name__}(x, /, out=None, *, where=True, casting='same_kind', dtype=None)"
        self._compute = compute

    def __repr__(self) -> str:
        return f"<ufunc-like {self.__name__!r}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self.owner).ufunc_of, (self.owner, self.role)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ArrayFunction) and (self.owner, self.role) == (other.owner, other.role)

    def __hash__(self) -> int:
        return hash((self.owner, self.role))

    def __call__(self, x: Any, /, *outputs: Any, out: Any = None, subok: bool = True, **options: Any) -> Any:
        """Return the function at each element of x.

        Parameters
        ----------
        x
            Real numbers of any shape.
        out
            Where results go, an array or a tuple of arrays; new ones by default.
        subok
            Whether a subclass of ndarray comes back as what it is.
        **options
            ``where``, ``casting``, ``order`` and ``dtype``, as `numpy.ufunc` takes them.

        Raises
        ------
        TypeError
            If the numbers are complex, of extended precision or no numbers, or `dtype` is none of float16, float32
            and float64.
        """
        targets = self._targets(outputs, out)
        for operand in (x, *targets):
            if _has_its_own_way(operand):
                given = {} if all(target is None for target in targets) else {"out": targets}
                return self._handed_over(operand, x, given | options)
        results = self._run(np.asarray(x), targets, **options)
        if subok and isinstance(x, np.ndarray) and type(x) is not np.ndarray:
            results = [
                x.__array_wrap__(result, (self, (x,), at), False) if target is None else result  # type: ignore[arg-type]
                for at, (result, target) in enumerate(zip(results, targets, strict=True))
            ]
        return results[0] if self.nout == 1 else tuple(results)

    def _targets(self, outputs: tuple[Any, ...], out: Any) -> tuple[Any, ...]:
        if outputs and out is not None:
            raise TypeError(f"{self.__name__}: outputs come by position or as out=, not both")
        given = outputs if out is None else out if isinstance(out, tuple) else (out,)
        if len(given) > self.nout or (out is not None and len(given) != self.nout):
            raise TypeError(f"{self.__name__} takes 1 array and up to {self.nout} for the results")
        for target in given:
            if target is not None and not isinstance(target, np.ndarray) and not hasattr(target, "__array_ufunc__"):
                raise TypeError("return arrays must be of ArrayType")
        return (*given, *[None] * (self.nout - len(given)))

    def _handed_over(self, operand: Any, x: Any, options: dict[str, Any]) -> Any:
        """Let another package's array do it, block by block or however it does."""
        found = operand.__array_ufunc__(self, "__call__", x, **options)
        if found is NotImplemented:
            raise TypeError(f"{type(operand).__name__} does not take {self.__name__}; give it the array inside")
        return found

    def _run(
        self, x: Any, targets: tuple[Any, ...], *, where: Any = True, casting: str = "same_kind", order: str = "K",
        dtype: Any = None,
    ) -> list[Any]:  # fmt: skip
        loop = self._loop(x.dtype if dtype is None else np.dtype(dtype), given=dtype is not None)
        if not np.can_cast(x.dtype, loop, casting):  # type: ignore[arg-type]
            raise TypeError(f"{self.__name__}: {x.dtype} does not go into {loop} by the rule {casting!r}")
        masked = where is not True
        mode = ["readwrite" if masked else "writeonly", "allocate", "no_subtype"]
        modes = [[*mode, "no_broadcast"] if target is not None else ["writeonly", "allocate", "no_subtype"]
                 for target in targets]  # fmt: skip
        mask = [np.asarray(where, dtype=bool)] if masked else []
        blocks = np.nditer(  # type: ignore[call-overload]
            [x, *targets, *mask],
            flags=["external_loop", "buffered", "zerosize_ok", "copy_if_overlap"],
            op_flags=[["readonly"], *modes, *[["readonly"]] * len(mask)],
            op_dtypes=[loop, *[loop] * self.nout, *[np.dtype(bool)] * len(mask)],
            casting="unsafe" if casting == "unsafe" else "same_kind",
            order=order,
            buffersize=_BLOCK,
        )
        with blocks, np.errstate(all="ignore"):
            for block in blocks:
                self._block(block, masked)
            results = list(blocks.operands[1 : 1 + self.nout])
        return [r if t is not None else r[()] for r, t in zip(results, targets, strict=True)]

    def _block(self, block: Any, masked: bool) -> None:
        given, outputs = block[0], block[1 : 1 + self.nout]
        mask = block[-1] if masked else None
        for start in range(0, len(given), _BLOCK):
            part = slice(start, start + _BLOCK)
            found = self._compute(np.array(given[part], dtype=np.float64))
            for output, values in zip(outputs, found, strict=True):
                np.copyto(output[part], values, where=True if mask is None else mask[part], casting="unsafe")

    def _loop(self, dtype: np.dtype[Any], *, given: bool) -> np.dtype[Any]:
        """Return the type that is computed for an input of this type, as `numpy.exp` chooses it."""
        if dtype.kind in "biu" and not given:
            dtype = np.exp.resolve_dtypes((dtype, None))[0]
        if dtype.char not in _LOOPS:
            raise TypeError(f"{self.__name__} takes real numbers of float16, float32 or float64, not {dtype}")
        return dtype


def _has_its_own_way(operand: Any) -> bool:
    own = getattr(type(operand), "__array_ufunc__", None)
    return own is not None and own is not np.ndarray.__array_ufunc__ and not isinstance(operand, np.generic)
