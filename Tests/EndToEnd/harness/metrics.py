"""Reading Prometheus text."""

import re

SAMPLE = re.compile(r'([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)(?: [0-9.]+)?(?: # .*)?')
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)",?')


class Metrics:
    """All samples of one scrape."""

    def __init__(self, text: str):
        self.text = text
        self.samples: list[tuple[str, dict, float]] = []
        self.kinds: dict[str, str] = {}
        for line in text.splitlines():
            if line.startswith("# TYPE "):
                _, _, name, kind = line.split(" ", 3)
                assert name not in self.kinds, f"{name} has two TYPE lines"
                self.kinds[name] = kind
            elif line and not line.startswith("#"):
                match = SAMPLE.fullmatch(line)
                assert match, f"not a sample: {line!r}"
                labels = dict(LABEL.findall(match[2] or ""))
                self.samples.append((match[1], labels, float(match[3])))

    def total(self, name: str, **labels) -> float:
        """Sum of the samples of that name that carry at least these labels."""
        return sum(value for _, _, value in self.matching(name, **labels))

    def matching(self, name: str, **labels):
        return [
            sample for sample in self.samples
            if sample[0] == name and all(sample[1].get(k) == v for k, v in labels.items())
        ]

    def has(self, name: str, **labels) -> bool:
        return bool(self.matching(name, **labels))
