/** Search over everything, by "/": a person, company or deal by name, e-mail or id, or a page by its name. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useDeferredValue, useEffect, useId, useRef, useState } from 'react';
import { listOf, recordById } from '../api/queries.ts';
import { useMay } from '../session/gate.tsx';
import { plural, words } from './format.ts';
import { isTyping } from './keys.ts';

const leastLetters = 2;
const shownRows = 8;
const recordId = /^[a-zA-Z0-9]{15}([a-zA-Z0-9]{3})?$/;

export function Search() {
  const box = useRef<HTMLDialogElement>(null);
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== '/' || isTyping(event) || document.querySelector('dialog[open]')) return;
      event.preventDefault();
      setOpen(true);
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
  useEffect(() => {
    if (isOpen && box.current?.open === false) box.current.showModal();
  }, [isOpen]);
  if (!useMay('pii:read')) return null;
  const close = () => setOpen(false);
  return (
    <>
      <button type="button" className="button" onClick={() => setOpen(true)}>
        Search <kbd>/</kbd>
      </button>
      {isOpen && (
        <dialog ref={box} className="dialog search" aria-label="Search" onClose={close} onCancel={close}>
          <SearchForm onDone={close} />
        </dialog>
      )}
    </>
  );
}

function SearchForm({ onDone }: { onDone: () => void }) {
  const navigate = useNavigate();
  const listId = useId();
  const [typed, setTyped] = useState('');
  const search = useDeferredValue(typed.trim());
  const isLong = search.length >= leastLetters;
  const groups = useInfiniteQuery({ ...listOf('/v1/golden', { search }, shownRows), enabled: isLong });
  const record = useQuery({ ...recordById(search), enabled: recordId.test(search) });
  const rows = groups.data?.pages[0]?.data.slice(0, shownRows) ?? [];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const first = rows[0];
    onDone();
    if (first) void navigate({ to: '/duplicates/$goldenId', params: { goldenId: first.goldenId } });
    else void navigate({ to: '/duplicates', search: { search } });
  };
  return (
    <form onSubmit={submit}>
      <label className="field">
        A person, company or deal
        <input
          className="input"
          type="search"
          autoFocus
          placeholder="Name, e-mail, phone, website or id"
          aria-controls={listId}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </label>
      <ul id={listId} className="rows search-results" aria-live="polite">
        {rows.map((row) => (
          <li key={row.goldenId}>
            <Link to="/duplicates/$goldenId" params={{ goldenId: row.goldenId }} className="strong" onClick={onDone}>
              {row.label ?? row.goldenId}
            </Link>{' '}
            <span className="small dim">
              {words(row.entity)}, {plural(row.recordCount, 'record')}
            </span>
          </li>
        ))}
        {record.data?.identities.map(({ entity, goldenId }) => (
          <li key={goldenId}>
            <Link to="/duplicates/$goldenId" params={{ goldenId }} className="strong" onClick={onDone}>
              {record.data.object} <span className="mono">{record.data.salesforceId}</span>
            </Link>{' '}
            <span className="small dim">is part of this {entity}</span>
          </li>
        ))}
        {isLong && groups.isSuccess && rows.length === 0 && !record.data && (
          <li className="small">Nothing has “{search}” in its name, e-mail, phone or website.</li>
        )}
        {groups.isError && <li className="small down">{groups.error.message}</li>}
      </ul>
      <p className="small dim">
        <kbd>Enter</kbd> opens the first, <kbd>Esc</kbd> closes. It finds parts of names, e-mails, websites and phones,
        and ids whole.
      </p>
    </form>
  );
}
