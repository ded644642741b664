"""Plans: what publishing would do to the data, said before it is done; and publishing with the choices made there."""

from dougong.plans.effect import GRADES, Choice, Effect, Grade, Plan, Sample
from dougong.plans.making import plan

__all__ = ["GRADES", "Choice", "Effect", "Grade", "Plan", "Sample", "plan"]
