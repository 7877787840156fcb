"""Where the nodes of a flow chart stand: in layers, each below what leads to it. Pure.

After Sugiyama, Tagawa and Toda (1981): layers by the longest way, few crossings by barycentres, then each node near
the middle of its neighbours, which is an isotonic regression in each layer. For some hundred nodes.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

Point = tuple[float, float]
Size = tuple[float, float]
Way = tuple[str, str]

BESIDE, BELOW = 26.0, 26.0  # between neighbours, between layers: pixels
MORE, STEEP = 70.0, 0.08  # room that ways to the side get below a layer: at most, and for each pixel aside
SWEEPS = 24  # up and down; charts of recipes come to rest after about ten
BEND = "\0"  # begins the names of the places where a long way passes a layer


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The middle of each node, the points of each way from top to bottom, and the size of the whole."""

    places: Mapping[str, Point]
    routes: Mapping[Way, Sequence[Point]]
    size: Size


def laid_out(sizes: Mapping[str, Size], ways: Sequence[Way]) -> Layout:
    """Places for nodes of these sizes (pixels); the ways must not lead in a circle."""
    ranks = _ranks(sizes, ways)
    chains = {way: _chain(way, ranks) for way in ways}
    steps = list(dict.fromkeys(step for chain in chains.values() for step in pairwise(chain)))
    layers = _ordered(_layers(ranks, chains), steps)
    widths = defaultdict(float, {name: width for name, (width, _) in sizes.items()})
    across = _across(layers, steps, widths)
    tops = _tops(layers, sizes, _gaps(layers, steps, across))
    places = {name: (across[name], sum(tops[ranks[name]]) / 2) for name in sizes}
    routes = {way: _route(chain, sizes, places, across, tops, ranks[way[0]]) for way, chain in chains.items()}
    right = max(across[name] + sizes[name][0] / 2 for name in sizes)
    return Layout(places=places, routes=routes, size=(right, tops[-1][1]))


def _ranks(sizes: Mapping[str, Size], ways: Sequence[Way]) -> dict[str, int]:
    """The layer of each node: the length of the longest way to it."""
    into = defaultdict(list)
    for source, target in ways: into[target].append(source)
    ranks: dict[str, int] = {}

    def rank(name: str) -> int:
        if name not in ranks: ranks[name] = 1 + max((rank(source) for source in into[name]), default=-1)
        return ranks[name]

    for name in sizes: rank(name)
    return ranks


def _chain(way: Way, ranks: Mapping[str, int]) -> list[str]:
    """A way with a bend in each layer that it passes; ways to the same node share theirs, and join on the way."""
    source, target = way
    bends = [f"{BEND}{target}{BEND}{rank}" for rank in range(ranks[source] + 1, ranks[target])]
    return [source, *bends, target]


def _layers(ranks: Mapping[str, int], chains: Mapping[Way, Sequence[str]]) -> list[list[str]]:
    layers: list[list[str]] = [[] for _ in range(max(ranks.values()) + 1)]
    for name, rank in ranks.items(): layers[rank].append(name)
    for (source, _), chain in chains.items():
        for further, name in enumerate(chain[1:-1], 1): layers[ranks[source] + further].append(name)
    return [list(dict.fromkeys(layer)) for layer in layers]


# -- order -----------------------------------------------------------------------------------------------------------


def _ordered(layers: list[list[str]], steps: Sequence[Way]) -> list[list[str]]:
    """The layers in the best order that the sweeps came by."""
    above, below = _neighbours(steps)
    best, fewest = layers, _crossings(layers, below)
    for sweep in range(SWEEPS):
        layers = _swept(layers, below, down=False) if sweep % 2 else _swept(layers, above, down=True)
        crossings = _crossings(layers, below)
        if crossings < fewest: best, fewest = layers, crossings
    return best


def _neighbours(steps: Sequence[Way]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    above, below = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for source, target in steps:
        below[source].append(target)
        above[target].append(source)
    return above, below


def _swept(layers: Sequence[list[str]], beside: Mapping[str, list[str]], *, down: bool) -> list[list[str]]:
    """Each layer in the order of the middle of its nodes' neighbours in the layer before."""
    done: list[list[str]] = []
    for layer in layers if down else reversed(layers):
        at = {name: place for place, name in enumerate(done[-1])} if done else {}
        own = {name: float(place) for place, name in enumerate(layer)}
        middle = {name: _mean([at[one] for one in beside[name] if one in at], own[name]) for name in layer}
        done.append(sorted(layer, key=middle.__getitem__))
    return done if down else done[::-1]


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _crossings(layers: Sequence[Sequence[str]], below: Mapping[str, Sequence[str]]) -> int:
    total = 0
    for upper, lower in pairwise(layers):
        at = {name: place for place, name in enumerate(lower)}
        ends = [at[target] for name in upper for target in sorted(below[name], key=at.__getitem__)]
        total += sum(later < end for place, end in enumerate(ends) for later in ends[place + 1 :])
    return total


# -- places ----------------------------------------------------------------------------------------------------------


def _across(layers: Sequence[Sequence[str]], steps: Sequence[Way], widths: Mapping[str, float]) -> dict[str, float]:
    """The middle of each node and bend from the left, 0 being the left edge of the leftmost."""
    above, below = _neighbours(steps)
    offsets = {name: offset for layer in layers for name, offset in _offsets(layer, widths).items()}
    across = dict(offsets)
    for sweep in range(SWEEPS):
        beside = (above, below)[sweep % 2]
        for layer in layers[:: (1, -1)[sweep % 2]]:
            wished = [_mean([across[one] for one in beside[name]], across[name]) - offsets[name] for name in layer]
            heavy = [1.0 + 3.0 * (name.startswith(BEND) or len(beside[name]) == 1) for name in layer]
            across |= {
                name: place + offsets[name] for name, place in zip(layer, _rising(wished, heavy), strict=True)
            }
    left = min(across[name] - widths[name] / 2 for name in across)
    return {name: place - left for name, place in across.items()}


def _offsets(layer: Sequence[str], widths: Mapping[str, float]) -> dict[str, float]:
    """The places of a layer's nodes when they stand as near to each other as they may."""
    offsets, edge = dict[str, float](), 0.0
    for name in layer:
        offsets[name] = edge + widths[name] / 2
        edge += widths[name] + BESIDE
    return offsets


def _rising(wished: Sequence[float], heavy: Sequence[float]) -> list[float]:
    """The nearest values (weighted least squares) that never fall: pooling of adjacent violators."""
    pools: list[tuple[float, float, int]] = []
    for value, weight in zip(wished, heavy, strict=True):
        pool = (value, weight, 1)
        while pools and pools[-1][0] > pool[0]:
            before = pools.pop()
            total = before[1] + pool[1]
            pool = ((before[0] * before[1] + pool[0] * pool[1]) / total, total, before[2] + pool[2])
        pools.append(pool)
    return [value for value, _, count in pools for _ in range(count)]


def _gaps(layers: Sequence[Sequence[str]], steps: Sequence[Way], across: Mapping[str, float]) -> list[float]:
    """The room below each layer: more where a way goes far to the side, so that it can be followed."""
    _, below = _neighbours(steps)
    aside = [[abs(across[name] - across[target]) for name in layer for target in below[name]] for layer in layers]
    return [BELOW + min(MORE, STEEP * max(row, default=0.0)) for row in aside]


def _tops(
    layers: Sequence[Sequence[str]], sizes: Mapping[str, Size], gaps: Sequence[float]
) -> list[tuple[float, float]]:
    """Top and bottom of each layer."""
    tops, top = [], 0.0
    for layer, gap in zip(layers, gaps, strict=True):
        bottom = top + max((sizes[name][1] for name in layer if name in sizes), default=0.0)
        tops.append((top, bottom))
        top = bottom + gap
    return tops


def _route(
    chain: Sequence[str], sizes: Mapping[str, Size], places: Mapping[str, Point], across: Mapping[str, float],
    tops: Sequence[tuple[float, float]], rank: int,
) -> list[Point]:
    """From the bottom of the first node to the top of the last one, straight through the layers in between."""
    source, target = chain[0], chain[-1]
    points = [(places[source][0], places[source][1] + sizes[source][1] / 2)]
    if points[0][1] < tops[rank][1]: points.append((places[source][0], tops[rank][1]))
    for further, bend in enumerate(chain[1:-1], 1): points += [(across[bend], edge) for edge in tops[rank + further]]
    top = places[target][1] - sizes[target][1] / 2
    last = tops[rank + len(chain) - 1][0]
    if top > last: points.append((places[target][0], last))
    return [*points, (places[target][0], top)]
