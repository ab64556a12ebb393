/** How good the groups of a matching are, as far as it can be told without labels. */

/** Of pairs, 0..1. In nine files of ten the truth lies between `low` and `high`: held against labelled files in docs/bench. */
export type EstimatedShare = { estimate: number; low: number; high: number };

export type Assessment =
  | {
      /** Of the pairs in groups, how many are of one entity. */
      precision: EstimatedShare;
      /** Of the pairs of one entity, how many are in groups. */
      recall: EstimatedShare;
      /** The field that says least of the pairs in groups. */
      weakestField: string;
      cannotTell: null;
    }
  | { precision: null; recall: null; weakestField: null; /** Why, to follow "because". */ cannotTell: string };
