import { type ReactNode, useEffect } from 'react';
import { useTexts } from '../words/words';
import { Choose } from './Choose';
import { Forgot } from './Forgot';
import type { AccountPage } from './pages';
import { accountTexts } from './words';

// Account is a page that stands for itself: nobody has to be signed in.
export function Account({ page }: { page: AccountPage }) {
  // Another link in the same tab is another page, though browsers don't load it anew.
  useEffect(() => {
    const again = () => location.reload();
    addEventListener('hashchange', again);
    return () => removeEventListener('hashchange', again);
  }, []);
  return page === 'forgot' ? <Forgot /> : <Choose purpose={page} token={location.hash.slice(1)} />;
}

// Sheet is what such a page looks like.
export function Sheet({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="mx-auto flex min-h-dvh max-w-sm flex-col justify-center p-6">
      <title>{`${title} · Usher`}</title>
      <h1 className="mb-4">{title}</h1>
      {children}
    </main>
  );
}

// ToSignIn leads to the rest of the app, which asks whoever comes to sign in.
export function ToSignIn({ primary }: { primary?: boolean }) {
  const texts = useTexts(accountTexts);
  return (
    <a href="/app/" className={`button self-start no-underline ${primary ? 'button-primary' : ''}`}>
      {texts.toSignIn}
    </a>
  );
}
