import { X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Key } from '../keys/Key';
import { useWords } from '../words/words';
import { hideToast, type Toast, useToast } from './toast';

const shown = 10_000; // WCAG 2.2.1: long enough to read and to act

// Toasts is where they appear: beside a list, so that none of its rows is covered, and
// above a bar to save by. It stays in the page, so that screen readers hear what is put
// into it, and only that.
export function Toasts() {
  const toast = useToast();
  return (
    <div
      aria-live="polite"
      aria-atomic="false"
      role="status"
      className="pointer-events-none fixed inset-x-0 bottom-4 z-20 flex justify-center px-4 max-md:bottom-20 lg:start-auto lg:bottom-30 lg:max-w-[calc(100%-40.25rem)]"
    >
      {toast && <ToastBox key={toast.id} toast={toast} />}
    </div>
  );
}

function ToastBox({ toast }: { toast: Toast }) {
  const words = useWords();
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held || toast.stays) return;
    const timer = setTimeout(() => hideToast(toast.id), shown);
    return () => clearTimeout(timer);
  }, [held, toast]);
  const hold = {
    onMouseEnter: () => setHeld(true),
    onMouseLeave: () => setHeld(false),
    onFocus: () => setHeld(true),
    onBlur: () => setHeld(false),
  };
  return (
    <div
      {...hold}
      className={`pointer-events-auto flex max-w-full items-start gap-2 rounded-card border bg-surface px-4 py-2 shadow-xl ${toast.tone === 'error' ? 'border-error text-error' : 'border-control'}`}
    >
      <div className="flex min-h-9 min-w-0 flex-wrap items-center gap-2">
        <span className="min-w-0 wrap-anywhere">{toast.text}</span>
        {toast.question && <span>{toast.question}</span>}
        {toast.actions.map((action) => (
          <button
            type="button"
            key={action.label}
            className="button"
            onClick={() => {
              hideToast(toast.id);
              action.run();
            }}
          >
            {action.label}
            {action.key && <Key of={action.key} />}
          </button>
        ))}
      </div>
      <button type="button" className="icon-button shrink-0" aria-label={words.close} onClick={() => hideToast(toast.id)}>
        <X size={18} aria-hidden="true" />
      </button>
    </div>
  );
}
