/** What stands in exported text for what PostgreSQL cannot hold: noncharacters that no real text has, so that the row can be named. */

/** For a NUL byte. */
export const nulMark = '\u{FDD0}';
/** For half a surrogate pair, or bytes that are not UTF-8. */
export const brokenMark = '\u{FDD1}';
