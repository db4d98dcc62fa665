"""A sample by strata that anybody can draw again from the same list and seed.

Nothing uses it yet: programmes of audits will draw their cases by it.
"""

from collections.abc import Iterable, Mapping

from qa_audit.common.statistics import largest_remainder, seeded_rank


def strata_sizes(strata: Mapping[str, int], n: int, minimum: int = 0) -> dict[str, int]:
    """Share n out over the strata by their sizes, by largest remainder.

    `minimum` comes first to each stratum (a smaller one gives all it has), the rest by size; what a stratum
    cannot fill goes to the others. With fewer records than n all are taken. Raises ValueError when n is below
    0 or does not reach for the minimum.
    """
    sizes = {name: min(minimum, size) for name, size in strata.items()}
    left = min(n, sum(strata.values())) - sum(sizes.values())
    if n < 0 or left < 0:
        raise ValueError("The sample is too small for that minimum.")
    while left:
        open_strata = [name for name, size in strata.items() if sizes[name] < size]
        shares = largest_remainder([strata[name] for name in open_strata], left)
        for name, share in zip(open_strata, shares, strict=True):
            given = min(share, strata[name] - sizes[name])
            sizes[name] += given
            left -= given
    return sizes


def drawn(references: Iterable[str], n: int, seed: str, stratum: str) -> list[str]:
    """The first n references of a stratum by their seeded rank; the order they came in does not matter."""
    return sorted(references, key=lambda reference: seeded_rank(seed, stratum, reference))[:n]


def stratified_sample(
    strata: Mapping[str, Iterable[str]], n: int, seed: str, minimum: int = 0
) -> dict[str, list[str]]:
    """Draw n references over all strata; of each stratum those drawn, in the order of their rank."""
    unique = {name: set(references) for name, references in strata.items()}
    # By name, so that ties in the sizes do not hang on the order of the strata.
    sizes = strata_sizes({name: len(unique[name]) for name in sorted(unique)}, n, minimum)
    return {name: drawn(references, sizes[name], seed, name) for name, references in unique.items()}
