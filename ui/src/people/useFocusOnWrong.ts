import { type RefObject, useEffect } from 'react';

// useFocusOnWrong puts the focus on the first field that is wrong, each time that the server says so.
export function useFocusOnWrong(form: RefObject<HTMLFormElement | null>, error: unknown) {
  useEffect(() => {
    if (error) form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
  }, [form, error]);
}
