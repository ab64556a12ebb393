"""A CSV of records as they come into the cleaned columns Splink compares; what is not worth comparing becomes null."""

import re

import pandas as pd

FREE = {"n/a", "na", "none", "null", "unknown", "tbd", "-", "xxx", "test"}


def read(path: str, columns: list[str]) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False, usecols=columns)


def text(values: pd.Series) -> pd.Series:
    cleaned = values.str.normalize("NFKC").str.lower().str.replace(r"\s+", " ", regex=True).str.strip()
    return cleaned.mask(cleaned.isin(FREE) | (cleaned == ""), None)


def name(values: pd.Series) -> pd.Series:
    kept = text(values).str.replace(r"[^\w\s]", " ", regex=True).str.replace(r"\s+", " ", regex=True).str.strip()
    return kept.mask(kept == "", None)


def phone(values: pd.Series) -> pd.Series:
    digits = values.str.replace(r"\D", "", regex=True).str[-10:]
    return digits.mask((digits.str.len() < 7) | digits.str.fullmatch(r"(\d)\1*"), None)


def email(values: pd.Series) -> pd.Series:
    cleaned = text(values)
    return cleaned.mask(~cleaned.str.contains(r"^[^@\s]+@[^@\s]+\.[^@\s]+$", na=False), None)


def website(values: pd.Series) -> pd.Series:
    host = text(values).str.replace(r"^https?://", "", regex=True).str.replace(r"^www\.", "", regex=True)
    return host.str.replace(r"[/?#].*$", "", regex=True)


def date(values: pd.Series) -> pd.Series:
    digits = values.str.replace(r"\D", "", regex=True)
    iso = digits.str[:4] + "-" + digits.str[4:6] + "-" + digits.str[6:8]
    return iso.mask(digits.str.len() != 8, None)


LEGAL = re.compile(
    r"\b(inc|incorporated|llc|ltd|limited|corp|corporation|co|company|gmbh|ag|kg|se|sa|sarl|sas|plc|llp|pty|pt|cv|tbk)\b"
)


def company(values: pd.Series) -> pd.Series:
    plain = name(values.str.replace(".", "", regex=False))
    bare = plain.str.replace(LEGAL, "", regex=True).str.replace(r"\s+", " ", regex=True).str.strip()
    return bare.where(bare.notna() & (bare != ""), plain)


BY_FIELD = {
    "first_name": name,
    "last_name": name,
    "full_name": name,
    "email": email,
    "phone": phone,
    "company": company,
    "name": company,
    "website": website,
    "birth_date": date,
    "street": name,
    "date": date,
}


def clean(field: str, values: pd.Series) -> pd.Series:
    return BY_FIELD.get(field, text)(values).astype(object)
