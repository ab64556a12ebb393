"""A set of people or companies as rows in another language: records by Faker in that locale, slips by gecko (both MIT).

python strangers.py <locale> <kind> <rows> <percent copies> <seed>: prints {"rows", "truth"} as JSON.
Neither library knows the engine; what is written here is only which fields are left out, retyped or written anew, and how often.
"""
import json
import re
import sys
import unicodedata

import numpy as np
import pandas as pd
from faker import Faker
from gecko import mutator

FIELDS = {
    'full': ['first', 'last', 'email', 'phone', 'street', 'postal', 'city', 'born'],
    'contacts': ['first', 'last', 'email', 'phone'],
    'town': ['full', 'city'],
    'names': ['full'],
    'born': ['full', 'born', 'city'],
    'comma': ['full', 'street', 'postal', 'city'],
    'number': ['first', 'last', 'street', 'house', 'postal', 'city'],
    'families': ['first', 'last', 'email', 'phone', 'street', 'city'],
    'firms': ['company', 'website', 'phone', 'street', 'postal', 'city'],
    'firm_town': ['company', 'city'],
    'firm_names': ['company'],
}
# What two rows that are not one differ in, at least.
APART = {'town': ['first', 'last', 'city'], 'names': ['first', 'last'], 'firm_town': ['brand', 'city'], 'firm_names': ['company'], 'families': ['first', 'last']}
DATES = {'en_GB': '%d/%m/%Y', 'fr_FR': '%d/%m/%Y', 'es_ES': '%d/%m/%y', 'sv_SE': '%Y-%m-%d', 'en_US': '%m/%d/%Y'}
NUMBER_FIRST = {'fr_FR', 'en_GB', 'en_US'}
HOSTS = ['gmail.com', 'yahoo.com', 'hotmail.com', 'outlook.com', 'web.de', 'orange.fr', 'wp.pl', 'uol.com.br', 'libero.it', 'mail.ru']
TYPED = {'first': 0.15, 'last': 0.15, 'company': 0.2, 'road': 0.15, 'city': 0.08}
MISTYPED = {'phone': 0.08, 'postal': 0.06, 'house': 0.03}
LEFT_OUT = {'email': 0.15, 'phone': 0.2, 'road': 0.1, 'city': 0.05, 'born': 0.12, 'website': 0.2, 'postal': 0.06}


def plain(text):
    text = text.translate(str.maketrans({'ß': 'ss', 'ł': 'l', 'ı': 'i', 'đ': 'd', 'ø': 'o'}))
    return re.sub(r'[^a-z0-9]', '', unicodedata.normalize('NFKD', text).encode('ascii', 'ignore').decode().lower())


class Hand:
    def __init__(self, locale, seed):
        self.locale, self.fake, self.rng = locale, Faker(locale), np.random.default_rng(seed)
        self.fake.seed_instance(seed)
        letters, digits, rng = 'aeinrst', '0123456789', self.rng
        self.slips = [mutator.with_insert(letters, rng=rng), mutator.with_delete(rng=rng),
                      mutator.with_substitute(letters, rng=rng), mutator.with_transpose(rng=rng)]
        self.digits = [mutator.with_substitute(digits, rng=rng), mutator.with_transpose(rng=rng)]

    def chance(self, share):
        return self.rng.random() < share

    def pick(self, some):
        return some[int(self.rng.integers(len(some)))]

    def slipped(self, text, how):
        if len(text) < 3:
            return text
        return mutator.mutate_data_frame(pd.DataFrame({'v': [text]}), [('v', self.pick(how))])['v'][0]

    def family(self):
        two = self.locale in ('es_ES', 'pt_BR') and self.chance(0.7)
        return f'{self.fake.last_name()} {self.fake.last_name()}' if two else self.fake.last_name()

    def place(self):
        return {'road': self.fake.street_name(), 'house': str(int(self.rng.integers(1, 180))), 'postal': self.fake.postcode(), 'city': self.fake.city()}

    def person(self, home=None, family=None):
        first, last = self.fake.first_name(), family or self.family()
        made = [f'{plain(first)}.{plain(last)}', f'{plain(first)[:1]}{plain(last)}', f'{plain(last)}{self.rng.integers(100)}', self.fake.user_name()]
        mailbox = self.pick(made) if plain(first) and plain(last) else self.fake.user_name()
        return {'first': first, 'last': last, 'email': f'{mailbox}@{self.pick(HOSTS)}', 'phone': self.fake.phone_number(),
                'born': self.fake.date_of_birth(minimum_age=18, maximum_age=90), **(home or self.place())}

    def household(self):
        home, family = self.place(), self.family()
        first = self.person(home, family)
        others = [self.person(home, family) for _ in range(int(self.rng.integers(0, 4)))]
        for one in others:
            one['phone'] = first['phone']
            if self.chance(0.6):
                one['email'] = first['email']
        return [first, *others]

    def firm(self):
        name = self.fake.company()
        host = plain(name)[:18] or 'firm'
        return {'company': name, 'brand': name.split()[0].lower(), 'website': f'www.{host}.{self.pick(["com", "de", "fr", "eu", "net"])}',
                'phone': self.fake.phone_number(), **self.place()}

    def again(self, record):
        """The same, as somebody else enters it."""
        r = dict(record)
        for how, chances in ((self.slips, TYPED), (self.digits, MISTYPED)):
            for key, share in chances.items():
                if r.get(key) and self.chance(share):
                    r[key] = self.slipped(r[key], how)
        for key, share in LEFT_OUT.items():
            if r.get(key) and self.chance(share):
                r[key] = ''
        if r.get('email') and self.chance(0.15):
            r['email'] = f'{self.fake.user_name()}@{self.pick(HOSTS)}'
        if r.get('phone') and self.chance(0.15):
            r['phone'] = self.fake.phone_number()
        elif r.get('phone') and self.chance(0.4):
            r['phone'] = re.sub(r'[()\s./-]', self.pick(['', ' ']), r['phone'])
        for key in TYPED:
            if r.get(key) and self.chance(0.08):
                r[key] = r[key].upper()
            elif r.get(key) and self.chance(0.06) and len(plain(r[key])) > 2:
                r[key] = unicodedata.normalize('NFKD', r[key]).encode('ascii', 'ignore').decode()
        if r.get('first') and self.chance(0.06):
            r['first'] = r['first'][0] + '.'
        if ' ' in r.get('last', '') and self.chance(0.2):
            r['last'] = r['last'].split()[0]
        return r


def cells(r, kind, locale):
    name = f"{r.get('last')}, {r.get('first')}" if kind == 'comma' else f"{r.get('first')} {r.get('last')}"
    parts = [r['house'], r['road']] if locale in NUMBER_FIRST else [r['road'], r['house']]
    street = r['road'] if kind == 'number' or not r['road'] else ' '.join(parts)
    born = r.get('born')
    return {**r, 'full': name, 'street': street, 'born': born.strftime(DATES.get(locale, '%d.%m.%Y')) if born else ''}


def make(locale, kind, rows, share, seed):
    hand = Hand(locale, seed)
    records, truth, seen = [], [], set()
    entities = rows - round(rows * share / 100)
    # A locale with few names runs dry; it then has fewer rows.
    for _ in range(20 * rows):
        if len(records) >= entities:
            break
        for one in hand.household() if kind == 'families' else [hand.firm() if kind.startswith('firm') else hand.person()]:
            key = tuple(plain(one[field]) or one[field] for field in APART.get(kind, []))
            if APART.get(kind) and key in seen:
                continue
            seen.add(key)
            records.append(one)
            truth.append(len(truth))
    for _ in range(round(rows * share / 100)):
        at = int(hand.rng.integers(entities))
        records.append(hand.again(records[at]))
        truth.append(truth[at])
    order = hand.rng.permutation(len(records))
    shown = [cells(records[at], kind, locale) for at in order]
    return {
        'rows': [[str(at + 1), *(one[field] for field in FIELDS[kind])] for at, one in enumerate(shown)],
        'truth': [str(truth[at]) for at in order],
    }


if __name__ == '__main__':
    locale, kind, rows, share, seed = sys.argv[1:]
    print(json.dumps(make(locale, kind, int(rows), int(share), int(seed))))
