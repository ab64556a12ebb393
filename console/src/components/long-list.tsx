/** A list of any length as a table that renders only the rows in sight and asks for more before its end is reached. */
import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useMemo, useRef } from 'react';
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
  const last = items.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = answer;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && last >= rows.length - lookahead) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, last, rows.length]);

  if (answer.isPending) return <Waiting what={what} lines={8} />;
  if (answer.isError && rows.length === 0)
    return <Failure error={answer.error} onRetry={() => void answer.refetch()} />;
  if (rows.length === 0) return empty;
  const grid = { gridTemplateColumns: columns.map(({ width }) => width).join(' ') };
  return (
    <>
      <div
        className="long-list scroll-x"
        role="table"
        tabIndex={0}
        aria-label={what}
        aria-rowcount={hasNextPage ? -1 : rows.length}
      >
        <div role="row" className="long-row long-head" style={grid}>
          {columns.map(({ head, isNumber }) => (
            <div key={head} role="columnheader" className={isNumber === true ? 'n' : undefined}>
              {head}
            </div>
          ))}
        </div>
        <div ref={box} role="rowgroup" className="long-body" style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const row = rows[item.index]!;
            return (
              <div
                key={item.key}
                ref={virtual.measureElement}
                data-index={item.index}
                role="row"
                aria-rowindex={item.index + 2}
                className="long-row"
                style={{ ...grid, transform: `translateY(${item.start - virtual.options.scrollMargin}px)` }}
              >
                {columns.map(({ head, isNumber, cell }) => (
                  <div key={head} role="cell" className={isNumber === true ? 'n' : undefined}>
                    {cell(row)}
                  </div>
                ))}
              </div>
            );
          })}
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
