import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode, useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import { accountPage } from './account/pages';
import { Refusal } from './api/refusal';
import { router } from './router';
import { meQuery, useGate, useTabs } from './session/session';
import { later } from './shell/later';
import { applyTheme, preferences } from './shell/preferences';
import { useExplain } from './words/explain';
import { loadWords, useLanguage, useWords } from './words/words';
import './styles.css';

const SignInPage = later(async () => (await import('./session/SignIn')).SignInPage);
const SignInDialog = later(async () => (await import('./session/SignIn')).SignInDialog);

const Account = later(async () => (await import('./account/Account')).Account);

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // What the server has refused it refuses again; no answer may be a passing cloud.
      retry: (failures, error) => failures < 2 && !(error instanceof Refusal && error.status < 500),
      retryDelay: (failures) => 500 * 2 ** failures,
    },
  },
});

// App is the sign-in page, or the page that the URL says.
function App() {
  const words = useWords();
  const explain = useExplain();
  const gate = useGate();
  const me = useQuery(meQuery);
  useTabs(me.data);
  if (me.isError) {
    return (
      <main className="mx-auto max-w-lg p-6">
        <title>{`${words.cannotStart} · Usher`}</title>
        <h1 className="mb-2">{words.cannotStart}</h1>
        <p className="mb-4">{explain(me.error)}</p>
        <button type="button" className="button" onClick={() => void me.refetch()}>
          {words.retry}
        </button>
      </main>
    );
  }
  if (me.data === null) return <SignInPage />;
  if (!me.data) {
    return (
      <p role="status" className="late p-6">
        {words.loading}
      </p>
    );
  }
  return (
    <>
      <RouterProvider router={router} />
      {gate === 'lapsed' && <SignInDialog email={me.data.email} />}
    </>
  );
}

// What the address asks for: a page of an account, which nobody has to be signed in for, or the app.
function Page() {
  const language = useLanguage();
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const page = accountPage(location.pathname);
  return page ? <Account page={page} /> : <App />;
}

function start(at: HTMLElement) {
  createRoot(at).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <Page />
      </QueryClientProvider>
    </StrictMode>,
  );
}

applyTheme();
const root = document.getElementById('root');
// Without the words of one's language the app still works, in English.
if (root) void loadWords(preferences().language).finally(() => start(root));
