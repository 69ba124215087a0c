// What a firm puts into its own pages. What is made here is shown and copied as text,
// and pasted where it is HTML.

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

// addressOf is the form, in a language or in that of the reader's browser.
export function addressOf(formURL: string, language: string): string {
  const url = new URL(formURL);
  if (language) url.searchParams.set('lang', language);
  return url.href;
}

// frameOf shows the form in a frame that is as high as the form.
export function frameOf(formURL: string, language: string): string {
  return `<iframe data-usher src="${escaped(addressOf(formURL, language))}" title="Contact form"
        style="width: 100%; height: 900px; border: 0"></iframe>
<script src="${escaped(new URL('/embed.js', formURL).href)}" async></script>`;
}

// ownFormOf is a form of the firm's own that ends on a page of the firm's, if it has
// named one.
export function ownFormOf(formURL: string, language: string, returnTo: string | undefined): string {
  return `<form method="post" action="${escaped(addressOf(formURL, language))}" enctype="multipart/form-data">
${returnTo ? `  <input type="hidden" name="return_to" value="${escaped(returnTo)}">\n` : ''}  <p><label>Given names <input name="first_name" autocomplete="given-name"></label></p>
  <p><label>Family name <input name="last_name" autocomplete="family-name"></label></p>
  <p><label><input type="checkbox" name="single_name" value="true"> I have only one name</label></p>
  <p><label>E-mail address <input name="email" type="email" autocomplete="email"></label></p>
  <p><label>Resume or CV <input name="resume" type="file"></label></p>
  <button>Send</button>
</form>`;
}
