/** What is asked of the API is kept for a moment, asked again when one comes back to the page, and tried again while nobody answers. */
import { QueryCache, QueryClient } from '@tanstack/react-query';
import { isSignedOut, Unreachable } from './client.ts';

/** Fresh so long; a page that is opened again within it asks nothing. */
const staleMilliseconds = 15_000;

/** `onSignedOut` is called when an answer shows that the session is over. */
export function newQueryClient(onSignedOut: () => void): QueryClient {
  const cache = new QueryCache({
    onError(error) {
      if (isSignedOut(error)) onSignedOut();
    },
  });
  return new QueryClient({
    queryCache: cache,
    defaultOptions: {
      queries: {
        staleTime: staleMilliseconds,
        retry: (count, error) => error instanceof Unreachable && count < 3,
      },
    },
  });
}
