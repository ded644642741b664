"""Plans: what publishing would do to the data, said before it is done; and publishing with the choices made there."""

from dougong.plans.effect import GRADES, Choice, Effect, Grade, Plan, Sample
from dougong.plans.making import plan
from dougong.plans.publishing import publish, restore, undo
from dougong.plans.restoring import old_spec

__all__ = ["GRADES", "Choice", "Effect", "Grade", "Plan", "Sample", "old_spec", "plan", "publish", "restore", "undo"]
