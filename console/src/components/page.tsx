/** A page: its title, one sentence under it, what may be done, and the rest. */
import { type ReactNode, useEffect } from 'react';

type PageProps = { title: string; sub?: ReactNode; actions?: ReactNode; children: ReactNode };

export function Page({ title, sub, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Assay`;
  }, [title]);
  return (
    <>
      <div className="page-head">
        <div>
          <h1>{title}</h1>
          {sub !== undefined && <p className="sub">{sub}</p>}
        </div>
        {actions !== undefined && <div className="filters">{actions}</div>}
      </div>
      {children}
    </>
  );
}

type CardProps = { title?: string; id?: string; aside?: ReactNode; isFlush?: boolean; children: ReactNode };

export function Card({ title, id, aside, isFlush = false, children }: CardProps) {
  return (
    <section id={id} className={isFlush ? 'card flush' : 'card'} aria-label={title}>
      {title !== undefined && (
        <div className="head">
          <h2>{title}</h2>
          {aside}
        </div>
      )}
      {children}
    </section>
  );
}
