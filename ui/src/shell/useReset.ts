import { useEffect, useRef } from 'react';

// useReset puts a form's fields back to what the page's address says, whenever that has
// become another one. The form stays, and so does the focus in it.
export function useReset(said: string) {
  const form = useRef<HTMLFormElement>(null);
  const shown = useRef(said);
  useEffect(() => {
    if (shown.current !== said) form.current?.reset();
    shown.current = said;
  }, [said]);
  return form;
}
