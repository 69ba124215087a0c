// languageName is what a language is called in the one that somebody reads, such as
// Simplified Chinese; its code where the browser doesn't know it.
export function languageName(tag: string, reader: string): string {
  try {
    const name = new Intl.DisplayNames([reader], { type: 'language' }).of(tag) ?? tag;
    return name.charAt(0).toLocaleUpperCase(reader) + name.slice(1);
  } catch {
    return tag;
  }
}
