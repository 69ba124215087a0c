import { type ReactNode, useEffect, useId, useRef } from 'react';

// Dialog is the browser's own modal one: it keeps the focus, makes the rest inert
// and gives the focus back. Without onClose nothing closes it from outside.
export function Dialog({
  title,
  onClose,
  children,
  wide = false,
}: {
  title: string;
  onClose?: () => void;
  children: ReactNode;
  wide?: boolean;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const shown = dialog.current;
    const before = document.activeElement;
    if (!shown?.open) shown?.showModal();
    return () => {
      shown?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape does what a click beside it does
    <dialog
      ref={dialog}
      aria-labelledby={heading}
      className={`dialog ${wide ? 'max-w-2xl' : ''}`}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
      onClick={(event) => event.target === dialog.current && onClose?.()}
    >
      <h2 id={heading} className="mb-4 text-h1">
        {title}
      </h2>
      {children}
    </dialog>
  );
}
