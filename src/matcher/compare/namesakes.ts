/** Two of one name of whom everything else that both have differs: in a file of few as likely two namesakes as one who changed it all. */
import { all, any, type Condition, not, same, type Test } from './condition.ts';
import { isOtherDate } from './kinds/date.ts';
import { isBlank, isSame, placeOf } from './place.ts';
import type { Texts } from './texts.ts';

/** So many other things speak for two. An address counts twice where street and town differ. */
const least = 2;

const isNear = (texts: Texts, slips: number, l: number, r: number): boolean =>
  isSame(texts, l, r) || texts.withinEdits(l, r, slips);

/** Of other years, and no slip of one date. */
export const bornApart: Condition = all(isOtherDate('birth_date'), not(any(same('email'), same('phone'))));

export const allElseDiffers: Condition = (columns) => {
  const [email, local, phone] = [columns.of('email'), columns.of('local'), columns.of('phone')];
  const [company, domain, born] = [columns.of('company'), columns.of('domain'), columns.of('birth_date')];
  const place = placeOf(columns);
  const { street, city, postal } = place;
  company.willAskFor(0.9);
  const isSamePlace: Test = (l, r) =>
    isSame(street, l, r) ||
    isSame(postal, l, r) ||
    isSame(city, l, r) ||
    street.jaro(l, r) >= 0.88 ||
    city.jaro(l, r) >= 0.9 ||
    postal.withinEdits(l, r, 1);
  return (l, r) => {
    if (!isBlank(born, l, r) && isNear(born, 2, l, r)) return false;
    if (isSame(company, l, r) || isSame(domain, l, r) || company.jaro(l, r) >= 0.9) return false;
    if (isSame(local, l, r) || isNear(email, 2, l, r) || isNear(phone, 1, l, r) || isSamePlace(l, r)) return false;
    const apart = [email, phone, company, street].filter((texts) => !isBlank(texts, l, r)).length;
    return apart + (isBlank(city, l, r) && isBlank(postal, l, r) ? 0 : 1) >= least;
  };
};
