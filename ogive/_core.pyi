from contextvars import Token
from typing import Any, TypedDict

import numpy as np

class BuildConfig(TypedDict):
    version: str
    compiler: str
    target: str
    targets: list[str]
    compiled: list[str]

class Callable:
    def __init__(self, ufunc: np.ufunc, /) -> None: ...
    def __call__(self, x: Any, /, *args: Any, **kwargs: Any) -> Any: ...
    @property
    def ufunc(self) -> np.ufunc: ...

build_config: BuildConfig
batch_shapes: tuple[str, ...]
batch_columns: int
batch_swept: int

def fit_batch(*args: Any) -> None: ...
def enter_threads(count: int, /) -> Token[int]: ...
def parts(count: int, /) -> int: ...
def leave_threads(token: Token[int], /) -> None: ...
def __getattr__(name: str) -> np.ufunc: ...
