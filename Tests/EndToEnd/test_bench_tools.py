"""The tools that measure: what they compute, read and draw, without measuring anything."""

import importlib.util
import sys
import xml.etree.ElementTree as tree
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def module(path: str):
    """A script of the tools, from where it lies; they find each other by their folder."""
    sys.path.insert(0, str(ROOT / "deploy" / "bench"))
    try:
        spec = importlib.util.spec_from_file_location(f"tool_{Path(path).stem}", ROOT / path)
        found = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = found
        spec.loader.exec_module(found)
        return found
    finally:
        sys.path.pop(0)


figures = module("deploy/bench/figures.py")
growth = module("deploy/bench/growth.py")
compare = module("deploy/bench/compare.py")
costs = module("Tests/Bench/costs.py")


@pytest.mark.parametrize("values, expected", [
    ([], None), ([None], None), ([3.0], 3.0), ([9, 1, 2], 2), ([1, 2, 3, 10], 2.5), ([None, 4, None, 2], 3),
])
def test_the_median_is_the_middle_of_what_was_measured(values, expected):
    assert figures.median(values) == expected


def test_ratios_are_of_the_same_round():
    assert figures.ratios([2.0, None, 9.0, 4.0], [1.0, 5.0, None, 8.0]) == [2.0, 0.5]
    assert figures.ratios([2.0], [0.0]) == []


@pytest.mark.parametrize("value, expected", [
    (None, "-"), (0, "0"), (0.0, "0"), (0.01234, "0.0123"), (1.5, "1.50"), (23.94, "23.9"), (153.2, "153"),
    (22353.4, "22,353"), (7, "7"), (1000, "1,000"), (-3.14159, "-3.14"),
])
def test_numbers_have_digits_that_mean_something(value, expected):
    assert figures.digits(value) == expected


def test_a_table_is_markdown_and_no_cell_ends_it():
    assert figures.table(["a", "b"], [["1", "x|y"]]) == "| a | b |\n| --- | --- |\n| 1 | x\\|y |"


def test_a_block_between_marks_is_replaced_and_nothing_else():
    text = "before\n<!-- t: begin -->\nold\n<!-- t: end -->\nafter\n"

    new = figures.between(text, "t", "\nnew\n")

    assert new == "before\n<!-- t: begin -->\nnew\n<!-- t: end -->\nafter\n"
    assert figures.between(new, "t", "new") == new
    for bad in ("", "<!-- t: end --><!-- t: begin -->", text + text):
        with pytest.raises(SystemExit):
            figures.between(bad, "t", "x")


@pytest.mark.parametrize("span, step", [(1, 0.2), (1.7, 0.5), (30, 10), (1500, 500), (0, 2e-10)])
def test_steps_of_an_axis_are_round(span, step):
    assert figures.nice_step(span) == pytest.approx(step)


@pytest.mark.parametrize("value, expected", [
    (0, "0 B"), (200, "200 B"), (1024, "1 KiB"), (65536, "64 KiB"), (1 << 20, "1 MiB"), (1 << 30, "1 GiB"),
])
def test_sizes_are_named_by_powers_of_two(value, expected):
    assert figures.size(value) == expected


def texts(drawing: str) -> list[str]:
    """What is written in a drawing, read by a parser that is not ours."""
    return [one.text for one in tree.fromstring(drawing).iter("{http://www.w3.org/2000/svg}text")]


def test_bars_are_drawn_and_words_are_escaped():
    bars = figures.Bars('a < b & "c"', "HAProxy", ["Outrider", "nginx"], [("<x>", [0.5, None]), ("y", [2.0, 0.01])], ["&"])

    drawing = bars.draw()

    found = texts(drawing)
    assert {'a < b & "c"', "<x>", "y", "0.50", "2.00", "0.01", "&", "HAProxy = 1"} <= set(found)
    assert "prefers-color-scheme: dark" in drawing


@pytest.mark.parametrize("points", [[], [(1, 1.0)], [(0, 0.0), (1, 3.0), (1000, 5.0)], [(0, 2.0)]])
@pytest.mark.parametrize("is_logarithmic", [True, False])
def test_plots_of_any_points_are_drawn_inside_their_frame(points, is_logarithmic):
    plot = figures.Plot("t", "x", "y", [("one", points)], is_logarithmic)

    drawing = tree.fromstring(figures.sheet([plot], ["note"], "n"))

    for dot in drawing.iter("{http://www.w3.org/2000/svg}circle"):
        assert plot.LEFT - 1 <= float(dot.get("cx")) <= plot.WIDTH - plot.RIGHT + 1
        assert plot.TOP - 1 <= float(dot.get("cy")) <= plot.HEIGHT - plot.BOTTOM + 1


@pytest.mark.parametrize("size", [200, 1024, 4096, 16384, 32768])
def test_padding_makes_heads_of_the_size(size):
    fields = growth.padding(size)

    total = 50 + sum(len(name) + len(value) + 4 for name, value in fields)
    assert abs(total - size) <= 40
    assert len({name for name, _ in fields}) == len(fields) < 120
    assert all(len(value) <= 512 for _, value in fields)


def test_the_last_line_of_the_baseline_is_the_whole_request():
    assert compare.counted().startswith(f"Counted, not timed (`Tests/bench.sh`; {costs.WHOLE}): ")


PROFILE = """events: Ir
fn=main
10 100
cfn=malloc
calls=3 0
11 30
cfn=free
calls=2 0
12 20
fn=malloc
13 5
cfn=malloc'2
calls=1 0
cfn=posix_memalign
calls=4 0

totals: 155
"""


def test_a_profile_tells_instructions_and_allocations():
    assert costs.read_profile(PROFILE) == (155, 8)
    assert costs.read_profile("") == (0, 0)


def test_the_number_of_system_calls_is_read():
    text = "% time     seconds  usecs/call     calls    errors syscall\n------ --- --- --- ---\n" \
        " 50.00    0.010           5      2000           recvfrom\n" \
        "------ ----------- ----------- --------- --------- ----------------\n"

    assert costs.read_call_count(text + "100.00    0.025    3      8123        17 total\n") == 8123
    assert costs.read_call_count(text + "100.00    0.025    3      8123           total\n") == 8123
    assert costs.read_call_count(text + "100.00    0.025           8123           total\n") == 8123
    assert costs.read_call_count("strace: ptrace: Operation not permitted") is None


def test_a_baseline_is_read_as_it_was_written():
    baseline = {"one": {"instructions": 10.0, "allocations": 0.5}, "two": {"instructions": 9.0, "system calls": 4.0}}

    assert costs.load_baseline(costs.dump_baseline(baseline)) == baseline
    assert costs.load_baseline(costs.BASELINE.read_text())


@pytest.mark.parametrize("measured, count", [(100, 0), (110, 0), (111, 1), (50, 0)])
def test_a_tenth_more_than_the_baseline_is_too_much(measured, count):
    found = costs.complaints({"x": {"instructions": float(measured)}}, {"x": {"instructions": 100.0}})

    assert len(found) == count


def test_limits_hold_whatever_the_baseline_says():
    slots = {"slots: touch": {"instructions": 11.0}}

    assert costs.complaints(slots, slots) == ["slots: touch: 11 instructions, the limit is 10"]


def test_what_is_not_in_both_is_told():
    assert costs.complaints({"new": {}}, {"old": {}}) == \
        ["new: not in the baseline", "old: in the baseline, but not measured"]
