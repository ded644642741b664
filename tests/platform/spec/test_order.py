"""The order of values, against its own definition on any graph."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dougong.spec.compiling.order import ordered

PATHS = [f"p{index}" for index in range(8)]
GRAPHS = st.dictionaries(st.sampled_from(PATHS), st.sets(st.sampled_from(PATHS), max_size=3))


@given(GRAPHS)
def test_every_path_comes_once_after_what_it_waits_for_or_a_circle_is_told(waits: dict[str, set[str]]) -> None:
    order, circles = ordered(PATHS, waits)
    assert sorted(order) == PATHS
    for circle in circles:
        assert circle[0] == circle[-1]
        assert all(after in waits[before] for before, after in pairwise(circle))
    late = [path for path, before in waits.items() if any(order.index(each) >= order.index(path) for each in before)]
    assert bool(late) == bool(circles)


def test_without_waiting_it_is_the_drawn_order() -> None:
    assert ordered(PATHS, {}) == (tuple(PATHS), [])
    assert ordered(["a", "b", "c", "d"], {"a": {"c"}})[0] == ("b", "c", "a", "d")
