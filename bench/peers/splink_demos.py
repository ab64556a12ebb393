"""Splink's own models of its demos of two of the sets (its documentation, "Deduplicate 1000 records" and "Febrl3")."""

import splink.comparison_library as cl
from splink import block_on

FAKE_1000 = {
    "comparisons": [
        cl.NameComparison("first_name"),
        cl.NameComparison("last_name"),
        cl.LevenshteinAtThresholds("birth_date", 1),
        cl.ExactMatch("city").configure(term_frequency_adjustments=True),
        cl.EmailComparison("email"),
    ],
    "blocking": [
        block_on("first_name"),
        block_on("last_name"),
        block_on("birth_date"),
        block_on("email"),
    ],
    "certain": [
        block_on("first_name", "birth_date"),
        "l.first_name = r.first_name and levenshtein(r.last_name, l.last_name) <= 2 and l.email = r.email",
        block_on("email"),
    ],
    "recall": 0.7,
    "training": [block_on("first_name", "last_name"), block_on("birth_date")],
}

FEBRL3 = {
    "comparisons": [
        cl.NameComparison("first_name"),
        cl.NameComparison("last_name"),
        cl.DateOfBirthComparison("birth_date", input_is_string=True),
        cl.DamerauLevenshteinAtThresholds("x_soc_sec_id", [1, 2]),
        cl.ExactMatch("x_street_number").configure(term_frequency_adjustments=True),
        cl.DamerauLevenshteinAtThresholds("postal_code", [1, 2]).configure(term_frequency_adjustments=True),
    ],
    "blocking": [
        block_on("x_soc_sec_id"),
        block_on("first_name"),
        block_on("last_name"),
        block_on("birth_date"),
        block_on("postal_code"),
    ],
    "certain": [
        block_on("x_soc_sec_id"),
        block_on("first_name", "last_name", "birth_date"),
        "l.first_name = r.last_name and l.last_name = r.first_name and l.birth_date = r.birth_date",
    ],
    "recall": 0.9,
    "training": [block_on("birth_date"), block_on("postal_code")],
}

DEMOS = {"fake_1000": FAKE_1000, "febrl3": FEBRL3}
