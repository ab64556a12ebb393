/** ENTRY of the console: signs in by a link where the address has one, then shows the page of the address. */
import '@fontsource-variable/inter/wght.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/parts.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { newQueryClient } from './api/query-client.ts';
import { ToastArea } from './components/toasts.tsx';
import { router } from './router.tsx';
import { Gate } from './session/gate.tsx';
import { signIn, takeLink } from './session/sign-in.tsx';

const queries = newQueryClient();
const link = takeLink();
const reason =
  link === null
    ? null
    : await signIn({ link }).then(
        () => null,
        () => 'This link was used, or is too old. Sign in with a key, or make a new link.',
      );

createRoot(document.querySelector('#root')!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <ToastArea>
        <Gate reason={reason}>
          <RouterProvider router={router} />
        </Gate>
      </ToastArea>
    </QueryClientProvider>
  </StrictMode>,
);
