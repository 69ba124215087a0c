const consonants = 'bdfgklmnprstvz';
const vowels = 'aeiou';

// pick takes one of some signs, each as likely as any other.
function pick(signs: string): string {
  const byte = new Uint8Array(1);
  do crypto.getRandomValues(byte);
  while ((byte[0] ?? 0) >= 256 - (256 % signs.length));
  return signs[(byte[0] ?? 0) % signs.length] ?? '';
}

const many = (count: number, make: () => string) => Array.from({ length: count }, make);

// newPassphrase makes four words of three syllables that can be read out on the phone,
// such as bamoti-ruleza-fodipa-nusavo: 73 bits.
export function newPassphrase(): string {
  const syllable = () => pick(consonants) + pick(vowels);
  return many(4, () => many(3, syllable).join('')).join('-');
}
