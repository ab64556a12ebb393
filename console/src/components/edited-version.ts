/** The version that an edit is made of: the one that stood when it began, until somebody turns out to be ahead. */
import { useState } from 'react';
import { isOutdated } from '../api/client.ts';

/** `etag`: of what is shown; `again` reads it anew. */
export function useEditBase(etag: string | undefined, again: () => Promise<{ etag: string }>) {
  const [held, setHeld] = useState<string | null>(null);
  return {
    ifMatch: held ?? etag ?? '',
    begin: () => setHeld((before) => before ?? etag ?? null),
    end: () => setHeld(null),
    /** For a mutation: what they set is read, and what is sent next is made of that. */
    onError: async (error: Error) => {
      if (isOutdated(error)) setHeld((await again()).etag);
    },
  };
}
