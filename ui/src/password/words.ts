import { inLanguages } from '../words/words';

// What is wrong with a password that somebody chose, by the server's codes.
export const passwordTexts = inLanguages({
  en: {
    wrong: {
      required: 'Enter a password.',
      wrong_password: 'This is not your current password.',
      too_short: 'Use at least 12 characters.',
      too_long: 'Use at most 1,024 bytes.',
      too_common: 'Many people use this password. Use several words that don’t belong together.',
      too_personal: 'This is little more than a name or an address. Use several words that don’t belong together.',
    },
  },
  es: {
    wrong: {
      required: 'Escriba una contraseña.',
      wrong_password: 'Esta no es su contraseña actual.',
      too_short: 'Use al menos 12 caracteres.',
      too_long: 'Use como máximo 1.024 bytes.',
      too_common: 'Muchas personas usan esta contraseña. Use varias palabras que no vayan juntas.',
      too_personal: 'Es poco más que un nombre o una dirección. Use varias palabras que no vayan juntas.',
    },
  },
});
