/** Tells whoever watches how far a pass is: rows, pages, requests, rate and the time it will still take. */
import type { Context } from '../context.ts';
import type { Checkpoint } from './checkpoint.ts';

export type Pace = { tell(at: Checkpoint): void };

export function openPace(context: Context, object: string, begun: Checkpoint): Pace {
  const since = performance.now();
  return {
    tell(at) {
      const seconds = Math.max(0.001, (performance.now() - since) / 1000);
      const rowsPerSecond = Math.round((at.row_count - begun.row_count) / seconds);
      // Slices to come are not counted yet; then nobody knows the whole.
      const isWhole = at.export.rowCount !== null && at.export.query.sliceRows === null;
      const total = isWhole ? at.export.rowCount : at.is_done ? at.row_count : null;
      const calls = context.source.calls();
      context.report({
        stage: 'pull',
        subject: object,
        doneCount: at.row_count,
        totalCount: total,
        pageCount: at.page_count,
        callCount: calls.rest + calls.bulk,
        rowsPerSecond,
        secondsLeft: total === null || rowsPerSecond === 0 ? null : Math.round((total - at.row_count) / rowsPerSecond),
      });
    },
  };
}
