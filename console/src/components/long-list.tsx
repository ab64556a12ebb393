/** A list of any length as a table that renders only the rows in sight and asks for more before its end is reached. */
import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { memo, type ReactNode, useEffect, useMemo, useRef } from 'react';
import { count } from './format.ts';
import { Failure, Waiting } from './state.tsx';

export type Column<Row> = {
  head: string;
  /** A share of the width, as CSS grid takes it. */
  width: string;
  isNumber?: boolean;
  cell: (row: Row) => ReactNode;
};

type Answer<Row> = UseInfiniteQueryResult<{ pages: { data: Row[] }[] }>;

type LongListProps<Row> = {
  what: string;
  answer: Answer<Row>;
  columns: Column<Row>[];
  idOf: (row: Row) => string;
  empty: ReactNode;
  rowHeight?: number;
};

/** Rows asked for this long before the last one is in sight. */
const lookahead = 20;

export function LongList<Row>({ what, answer, columns, idOf, empty, rowHeight = 44 }: LongListProps<Row>) {
  const { data: known } = answer;
  // Of a hundred thousand rows a new list in every frame would be felt.
  const rows = useMemo(() => known?.pages.flatMap(({ data }) => data) ?? [], [known]);
  const box = useRef<HTMLDivElement>(null);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollMargin: box.current?.offsetTop ?? 0,
    getItemKey: (at) => idOf(rows[at]!),
  });
  const items = virtual.getVirtualItems();
  // Where the first row begins, by the same measuring as the others: what stands above the list may have moved since.
  const origin = virtual.measurementsCache[0]?.start ?? 0;
  const last = items.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = answer;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && last >= rows.length - lookahead) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, last, rows.length]);

  if (answer.isPending) return <Waiting what={what} lines={8} />;
  if (answer.isError && rows.length === 0)
    return <Failure error={answer.error} onRetry={() => void answer.refetch()} />;
  if (rows.length === 0) return empty;
  return (
    <>
      <div
        className="long-list scroll-x"
        role="table"
        tabIndex={0}
        aria-label={what}
        aria-rowcount={hasNextPage ? -1 : rows.length}
      >
        <div role="row" className="long-row long-head" style={gridOf(columns)}>
          {columns.map(({ head, isNumber }) => (
            <div key={head} role="columnheader" className={isNumber === true ? 'n' : undefined}>
              {head}
            </div>
          ))}
        </div>
        <div
          ref={box}
          role="rowgroup"
          className="long-body"
          style={{ height: virtual.getTotalSize(), minWidth: leastWidth(columns) }}
        >
          {items.map(({ key, index, start }) => (
            <Row
              key={key}
              row={rows[index]!}
              index={index}
              from={start - origin}
              columns={columns as Column<unknown>[]}
              measure={virtual.measureElement}
            />
          ))}
        </div>
      </div>
      <p className="small dim list-foot" role="status">
        {isFetchingNextPage
          ? 'More is loading …'
          : hasNextPage
            ? 'Scroll for more.'
            : `That is all: ${count(rows.length)} ${rows.length === 1 ? what.toLowerCase().replace(/s$/, '') : what.toLowerCase()}.`}
        {answer.isError && ' The rest did not come. '}
        {answer.isError && (
          <button type="button" className="button link" onClick={() => void fetchNextPage()}>
            Try again
          </button>
        )}
      </p>
    </>
  );
}

/** Pixels between columns, and beside the first and the last. */
const [gap, edge] = [12, 16];
/** Pixels that a column needs which takes a share of what is left. */
const share = 140;

/** Below this a list scrolls instead of breaking its words into letters. */
function leastWidth(columns: { width: string }[]): number {
  const wide = columns.map(({ width }) => Number(/^(\d+)px$/.exec(width)?.[1] ?? share));
  return wide.reduce((sum, one) => sum + one + gap, 2 * edge - gap);
}

const gridOf = (columns: { width: string }[]) => ({
  gridTemplateColumns: columns.map(({ width }) => width).join(' '),
  minWidth: leastWidth(columns),
});

type RowProps = {
  row: unknown;
  index: number;
  /** Pixels below the head. */
  from: number;
  columns: Column<unknown>[];
  measure: (element: Element | null) => void;
};

/** A frame of scrolling brings a few rows into sight: those that were there are not made anew. */
const Row = memo(function Row({ row, index, from, columns, measure }: RowProps) {
  return (
    <div
      ref={measure}
      data-index={index}
      role="row"
      aria-rowindex={index + 2}
      className="long-row"
      style={{ ...gridOf(columns), transform: `translateY(${from}px)` }}
    >
      {columns.map(({ head, isNumber, cell }) => (
        <div key={head} role="cell" className={isNumber === true ? 'n' : undefined}>
          {cell(row)}
        </div>
      ))}
    </div>
  );
});
