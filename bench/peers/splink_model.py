"""The columns of a set into a Splink model as its documentation would have a user write it: comparisons, blocking, training."""

from itertools import combinations

import pandas as pd
import splink.comparison_library as cl
from splink import block_on

MAX_PAIRS_OF_A_RULE = 2_000_000  # a rule that yields more is left out, as a user would after counting
NAMES = ("first_name", "last_name", "full_name", "name")


def independent(fields: list[str], people_work_there: bool) -> list[str]:
    """Leaves out columns that say what another says already: Splink adds their weights up as if they were independent.
    People who work at one company share its address and website, so beside it those say nothing more about the person."""
    dropped = set()
    if "company" in fields and people_work_there:
        dropped |= {"website", "street", "city", "state", "postal_code", "country", "title"}
    if "postal_code" in fields:
        dropped |= {"city", "state"}
    if "city" in fields:
        dropped |= {"state"}
    return [field for field in fields if field not in dropped]


def comparisons(fields: list[str], extras: dict[str, str], people_work_there: bool) -> list:
    """`fields` are canonical; `extras` are columns of --compare with their kind."""
    made = [comparison(column, column) for column in independent(fields, people_work_there)]
    return made + [comparison(column, kind) for column, kind in extras.items()]


def comparison(column: str, kind: str):
    if kind in ("full_name", "first_name", "last_name"):
        return cl.NameComparison(column).configure(term_frequency_adjustments=True)
    if kind == "email":
        return cl.EmailComparison(column)
    if kind in ("birth_date", "date"):
        return cl.DateOfBirthComparison(column, input_is_string=True)
    if kind in ("postal_code", "id"):
        return cl.LevenshteinAtThresholds(column, [1, 2])
    if kind in ("name", "company"):
        return cl.JaroWinklerAtThresholds(column, [0.95, 0.88]).configure(term_frequency_adjustments=True)
    if kind in ("street", "text", "title", "website"):
        return cl.JaroWinklerAtThresholds(column, [0.92, 0.8])
    if kind == "city":
        return cl.JaroWinklerAtThresholds(column, [0.9]).configure(term_frequency_adjustments=True)
    return cl.ExactMatch(column).configure(term_frequency_adjustments=True)


STRONG = ("email", "phone", "website", "external_id", "birth_date", "street")
WEAK = ("company", "postal_code", "city")


def blocking(frame: pd.DataFrame, fields: list[str], extras: dict[str, str]) -> list[tuple[str, ...]]:
    """Strong columns alone, names together and with each other column; a name alone where there is little else."""
    names = [field for field in NAMES if field in fields]
    strong = [field for field in STRONG if field in fields] + [c for c, kind in extras.items() if kind == "id"]
    weak = [field for field in WEAK if field in fields] + [c for c, kind in extras.items() if kind in ("number", "date")]
    rules = [(column,) for column in strong]
    rules += [tuple(names)] if len(names) > 1 else []
    rules += [(name, column) for name in names for column in weak]
    rules += [(f"substr({name}, 1, 5)",) for name in names if name in ("name", "full_name")]
    if len(strong) < 2 or "birth_date" in fields:
        rules += [(name,) for name in names] + list(combinations(weak, 2))
    return [rule for rule in dict.fromkeys(rules) if pairs(frame, rule) <= MAX_PAIRS_OF_A_RULE]


def pairs(frame: pd.DataFrame, rule: tuple[str, ...]) -> float:
    if rule[0].startswith("substr"):
        column = rule[0][7:].split(",")[0]
        sizes = frame[column].dropna().str[:5].value_counts()
    else:
        sizes = frame.dropna(subset=list(rule)).groupby(list(rule)).size()
    return float((sizes * (sizes - 1) / 2).sum())


def certain(fields: list[str], extras: dict[str, str]) -> list[tuple[str, ...]]:
    """Rules trusted to be right, from which the prior is estimated."""
    names = tuple(field for field in NAMES if field in fields)
    rules = [(field,) for field in ("email", "external_id") if field in fields]
    rules += [(column,) for column, kind in extras.items() if kind == "id"]
    for other in ("birth_date", "phone", "postal_code", "street", "website", "city", "country"):
        if other in fields and names:
            rules.append((*names, other))
    numbers = tuple(column for column, kind in extras.items() if kind in ("number", "date"))
    if not rules and numbers:
        rules = [(name, *numbers) for name in names]
    return rules[:4] or [names]


def training(fields: list[str], extras: dict[str, str]) -> list[tuple[str, ...]]:
    """Two passes of EM that together leave no comparison out."""
    names = tuple(field for field in NAMES if field in fields)
    order = ("email", "birth_date", "phone", "website", "postal_code", "street", "city", "country")
    others = [(field,) for field in order if field in fields]
    numbers = tuple(column for column, kind in extras.items() if kind in ("number", "date", "id"))
    if not others and not numbers and len(names) > 1:
        return [(name,) for name in names]
    return [rule for rule in (names, (others + [numbers])[0]) if rule]


def rule(columns: tuple[str, ...]):
    return block_on(*columns)
