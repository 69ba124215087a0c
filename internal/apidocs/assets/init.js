// No page can fill in a cookie: the browser keeps it and sends it by itself. So the
// dialog of Authorize asks for none.
const withoutCookie = () => ({
  statePlugins: {
    auth: {
      wrapSelectors: {
        definitionsToAuthorize: (original) => (...args) => original(...args)?.filter((scheme) => !scheme.has('cookie')),
      },
    },
  },
});

// Starts swagger-ui. A file of its own, because the page allows no inline script.
window.addEventListener('load', () => {
  SwaggerUIBundle({
    url: '/openapi.json',
    dom_id: '#docs',
    presets: [SwaggerUIBundle.presets.apis],
    plugins: [withoutCookie],
    layout: 'BaseLayout', // without the bar on top that asks for another document
    validatorUrl: null, // the badge would send the document's address to another host
    queryConfigEnabled: false, // no link may point the page at another document
    persistAuthorization: false, // a token ends with the page
    deepLinking: true,
    filter: true,
    tryItOutEnabled: true,
    displayRequestDuration: true,
    requestSnippetsEnabled: true,
    syntaxHighlight: { theme: 'obsidian' }, // the default's numbers are too pale to read
    docExpansion: 'list',
    defaultModelsExpandDepth: 0,
  });
});
