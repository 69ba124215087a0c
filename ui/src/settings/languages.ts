// languageName is what a language is called within a sentence in the one that somebody
// reads, such as Simplified Chinese; its code where the browser doesn't know it.
export function languageName(tag: string, reader: string): string {
  try {
    return new Intl.DisplayNames([reader], { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

// languageLabel is the same by itself, with a capital also where sentences have none.
export function languageLabel(tag: string, reader: string): string {
  const name = languageName(tag, reader);
  return name === tag ? tag : name.charAt(0).toLocaleUpperCase(reader) + name.slice(1);
}
