import { inLanguages } from '../words/words';

export const paletteTexts = inLanguages({
  en: {
    title: 'Commands',
    label: 'Find a command, or leads',
    find: (text: string) => `Search leads: ${text}`,
  },
  es: {
    title: 'Órdenes',
    label: 'Buscar una orden o contactos',
    find: (text) => `Buscar contactos: ${text}`,
  },
});
