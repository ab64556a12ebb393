/** What is asked of the API is kept for a moment, asked again when one comes back to the page, and tried again while nobody answers. */
import { QueryCache, QueryClient } from '@tanstack/react-query';
import { isSignedOut, Unreachable } from './client.ts';
import { me } from './queries.ts';

/** Fresh so long; a page that is opened again within it asks nothing. */
const staleMilliseconds = 15_000;

/** Where an answer shows that the session is over, it is asked anew who is signed in: the gate then shows its form. */
export function newQueryClient(): QueryClient {
  const cache = new QueryCache({
    onError(error, { queryKey }) {
      // That question itself is not asked again for its own answer.
      if (isSignedOut(error) && queryKey[0] !== me.queryKey[0])
        void queries.invalidateQueries({ queryKey: me.queryKey });
    },
  });
  const queries = new QueryClient({
    queryCache: cache,
    defaultOptions: {
      queries: {
        staleTime: staleMilliseconds,
        retry: (count, error) => error instanceof Unreachable && count < 3,
      },
    },
  });
  return queries;
}
