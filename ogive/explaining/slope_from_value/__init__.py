"""The slope of a function in terms of its own value, f' = R(f), or the proof that there is no such R."""
