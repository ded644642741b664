"""Reports: metrics by groups, computed in SQL with the reader's rights inside."""

from dougong.reports.chart import Bar, Chart, chart
from dougong.reports.metric import metric_value, rounded
from dougong.reports.run import run
from dougong.reports.table import Heading, Measure, Table

__all__ = ["Bar", "Chart", "Heading", "Measure", "Table", "chart", "metric_value", "rounded", "run"]
