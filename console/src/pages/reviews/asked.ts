/** What is asked of a reviewer at once. */
import type { Shape } from '../../api/client.ts';

/** Pairs that ask the same: whether these two golden records are one. The most useful pair first. */
export type Asked = { key: string; pairs: Shape<'ReviewItem'>[] };
