"""The functions a formula needs on PostgreSQL, as statements to run at migration; all immutable and parallel safe.

Each mirrors one piece of the Python back end. NULL from the numeric ones stands for an error, never for a blank.
"""

from dougong.formulas.decimals import DIGITS, PLACES
from dougong.formulas.fold import pairs
from dougong.formulas.functions.dates import FARTHEST_DAYS, FARTHEST_MONTHS
from dougong.formulas.limits import MAX_TEXT


def _function(signature: str, returns: str, body: str) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {signature} RETURNS {returns} "
        f"LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $dougong$ {body} $dougong$"
    )


def _fold() -> str:
    sources, targets = pairs()
    return _function(
        "dougong_fold(given text)",
        "text",
        'SELECT CASE WHEN octet_length(given) = length(given) THEN lower(given COLLATE "C") '
        f"ELSE translate(lower(given COLLATE \"C\"), '{sources}', '{targets}') END",
    )


_POWER = f"""CREATE OR REPLACE FUNCTION dougong_power(base numeric, times integer) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $dougong$
DECLARE result numeric := 1;
BEGIN
  IF base = 0 AND times <= 0 THEN RETURN NULL; END IF;
  FOR step IN 1..abs(times) LOOP
    result := round(result * base, 40);
    IF abs(result) >= 1e{DIGITS} THEN RETURN NULL; END IF;
  END LOOP;
  IF times >= 0 THEN RETURN round(result, {PLACES}); END IF;
  RETURN dougong_divide(1, result);
END $dougong$"""

STATEMENTS: tuple[str, ...] = (
    _fold(),
    _function("dougong_bound(given numeric)", "numeric",
              f"SELECT CASE WHEN abs(round(given, {PLACES})) < 1e{DIGITS} THEN round(given, {PLACES}) END"),
    _function("dougong_divide(a numeric, b numeric)", "numeric",
              "SELECT CASE WHEN b <> 0 THEN dougong_bound("
              f"div(a * 1e{PLACES + 1}, b) * 0.{'0' * PLACES}1) END"),
    _POWER,
    _function("dougong_round(given numeric, places numeric)", "numeric",
              f"SELECT dougong_bound(round(given, greatest(-{DIGITS}, least({PLACES}, trunc(places)))::integer))"),
    _function("dougong_text(given text)", "text",
              f"SELECT CASE WHEN octet_length(given) <= {MAX_TEXT} THEN given END"),
    _function("dougong_number_text(given numeric)", "text", "SELECT trim_scale(given)::text"),
    _function("dougong_left(given text, wanted numeric)", "text",
              f"SELECT CASE WHEN trunc(wanted) >= 0 THEN left(given, least(trunc(wanted), {MAX_TEXT})::integer) END"),
    _function("dougong_right(given text, wanted numeric)", "text",
              f"SELECT CASE WHEN trunc(wanted) >= 0 THEN right(given, least(trunc(wanted), {MAX_TEXT})::integer) END"),
    _function("dougong_plus_days(given date, days numeric)", "date",
              f"SELECT CASE WHEN abs(days) <= {FARTHEST_DAYS} AND floor(days) BETWEEN date '0001-01-01' - given "
              "AND date '9999-12-31' - given THEN given + floor(days)::integer END"),
    _function("dougong_edate(given date, months numeric)", "date",
              f"SELECT CASE WHEN abs(months) <= {FARTHEST_MONTHS} AND (given + make_interval(months => "
              "CASE WHEN abs(months) <= " f"{FARTHEST_MONTHS}" " THEN trunc(months)::integer ELSE 0 END))::date "
              "BETWEEN date '0001-01-01' AND date '9999-12-31' "
              "THEN (given + make_interval(months => trunc(months)::integer))::date END"),
)  # fmt: skip
"""Run in this order; each replaces what an earlier version left."""
