import { useEffect, useRef } from 'react';

// useReset puts a form's fields back to what the page's address says, whenever that is
// another one. The form stays, and so does the focus in it.
export function useReset(said: string) {
  const form = useRef<HTMLFormElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is for whatever is said now
  useEffect(() => form.current?.reset(), [said]);
  return form;
}
