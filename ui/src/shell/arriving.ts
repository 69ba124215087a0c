// arriving is for the heading of a page. It takes the focus when nothing has it, as when a
// key has led here: then keys scroll the page, and screen readers say which one it is. A
// page that the browser has just loaded is left to the browser, whose Tab begins at its top.
export const arriving = {
  tabIndex: -1,
  ref(heading: HTMLElement | null) {
    const isLed = navigator.userActivation.hasBeenActive && document.activeElement === document.body;
    if (isLed) heading?.focus({ preventScroll: true });
  },
};
