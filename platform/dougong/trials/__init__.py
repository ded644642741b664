"""Trials: the tests an app spec carries, run on a database of their own."""

from dougong.trials.run import Outcome, run_tests

__all__ = ["Outcome", "run_tests"]
