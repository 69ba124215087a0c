// arriving is for the heading of a page. It takes the focus when nothing has it, as when a
// key has led here: then keys scroll the page, and screen readers say which one it is.
export const arriving = {
  tabIndex: -1,
  ref(heading: HTMLElement | null) {
    if (document.activeElement === document.body) heading?.focus({ preventScroll: true });
  },
};
