/** Pairs linked beside those the model expects into a sentence for whoever would otherwise read "no duplicates". */

/** In pairs of records. */
export type PairCounts = {
  linked: number;
  /** By the model's own odds, before a threshold is taken off: fewer or more may be linked. */
  expected: number;
  /** For review: neither linked nor left apart. */
  asked: number;
  /** Not linked, though all that both have is the same. */
  alike: number;
};

/** Of the expected pairs at least so many are linked where nothing is said: the weights of blurred pairs err by about that. */
const usualShare = 0.8;

/** As many pairs that are alike and not linked, and more than are, are worth a word. */
const manyAlike = 3;

/** @param lacking what would help, in the user's words; null where there is nothing to say */
export function shortfall({ linked, expected, asked, alike }: PairCounts, lacking: readonly string[]): string | null {
  const isShort = linked < usualShare * expected && expected - linked >= 1;
  const areMany = linked > 0 && alike >= manyAlike && alike > linked;
  if (!isShort && !areMany && (linked > 0 || asked + alike === 0)) return null;
  const pairs = (count: number) => `${count} ${count === 1 ? 'pair' : 'pairs'}`;
  const found = isShort
    ? `${pairs(linked)} linked where the model expects about ${Math.round(expected)}`
    : areMany
      ? `${pairs(linked)} linked, and ${pairs(alike)} more alike in all that is filled`
      : `No pair is linked, though ${pairs(Math.max(asked, alike))} ${Math.max(asked, alike) === 1 ? 'is' : 'are'} alike`;
  const help =
    lacking.length > 0
      ? `A column of this kind would help: ${lacking.join(', ')}.`
      : 'The columns that would tell are there, but blank or at odds.';
  return `${found}: what is filled tells too little. For review: ${asked}. ${help}`;
}
