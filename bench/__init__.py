"""The benchmark: each page, save and file beside its floor, in the same run (docs/performance.md)."""
