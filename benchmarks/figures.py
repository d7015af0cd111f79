"""Figures: percentiles, the table that is printed, the JSON that is kept in results/."""

import json
import math
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.machine import machine

RESULTS = Path(__file__).resolve().parent / "results"
Row = dict[str, Any]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of `values` don't exceed; NaN of none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else math.nan


def spread(milliseconds: Sequence[float], *, digits: int = 1) -> Row:
    return {
        "p50 ms": round(percentile(milliseconds, 0.5), digits),
        "p99 ms": round(percentile(milliseconds, 0.99), digits),
        "max ms": round(max(milliseconds, default=math.nan), digits),
    }


def keep(name: str, rows: Sequence[Row], *, database: str, **setting: Any) -> None:
    """Print the rows, and write them with machine, commit and `setting` to results/."""
    print(f"\n{name}, on {database}\n{table(rows)}", flush=True)
    suffix = "" if database.startswith("SQLite") else ".postgresql"
    record = {
        "benchmark": name,
        "taken_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "database": database,
        "machine": machine(),
        "setting": setting,
        "rows": list(rows),
    }
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(record, indent=2, ensure_ascii=False)
    (RESULTS / f"{name}{suffix}.json").write_text(text + "\n")


def table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table; a column for each key that any of them has."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    cells = [columns, *([str(row.get(column, "")) for column in columns] for row in rows)]
    widths = [max(len(line[at]) for line in cells) for at in range(len(columns))]
    lines = [
        " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in cells
    ]
    lines.insert(1, " | ".join("-" * width for width in widths))
    return "\n".join(f"| {line} |" for line in lines)
