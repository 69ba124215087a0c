// Put this on a page of the firm's beside a frame that shows the form:
//   <iframe data-usher src="https://intake.firm.example/?lang=en" title="Contact form"></iframe>
//   <script src="https://intake.firm.example/embed.js" async></script>
// It makes the frame as high as what is in it. It reads nothing else.
(() => {
  'use strict';
  const ours = new URL(document.currentScript.src).origin;
  addEventListener('message', (event) => {
    const height = event.data && event.data.usherHeight;
    if (event.origin !== ours || !Number.isFinite(height)) return;
    for (const frame of document.querySelectorAll('iframe[data-usher]')) {
      if (frame.contentWindow === event.source) frame.style.height = `${Math.min(Math.max(height, 200), 10000)}px`;
    }
  });
})();
