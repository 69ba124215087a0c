// Which key does what. Letters are matched by what they type, and by their place on
// the keyboard where the layout types no Latin letters.
export type Action =
  | 'next'
  | 'previous'
  | 'extendDown'
  | 'extendUp'
  | 'open'
  | 'reach'
  | 'undo'
  | 'write'
  | 'assign'
  | 'mine'
  | 'note'
  | 'select'
  | 'search'
  | 'help'
  | 'download'
  | 'back'
  | 'goInbox'
  | 'goMine'
  | 'goAll'
  | 'goReached'
  | 'goOutbox'
  | 'goSettings'
  | 'goReports'
  | 'showNew'
  | 'palette'
  | 'goSystem'
  | 'goYou'
  | 'goPeople'
  | 'goAudit'
  | 'savedView'
  | 'nextLead'
  | 'previousLead';

export type KeyMode = 'on' | 'alt' | 'off';

// Pressed is what we look at of a keyboard event.
export type Pressed = Pick<KeyboardEvent, 'key' | 'code' | 'shiftKey' | 'altKey' | 'ctrlKey' | 'metaKey' | 'isComposing'>;

// characters are the keys that type something: the switch of WCAG 2.1.4 is about them.
export const characters: Record<string, Action> = {
  j: 'next',
  k: 'previous',
  'Shift+j': 'extendDown',
  'Shift+k': 'extendUp',
  o: 'open',
  e: 'reach',
  z: 'undo',
  r: 'write',
  a: 'assign',
  i: 'mine',
  n: 'note',
  x: 'select',
  d: 'download',
  '.': 'showNew',
  '/': 'search',
  '?': 'help',
  ']': 'nextLead',
  '[': 'previousLead',
  'g i': 'goInbox',
  'g m': 'goMine',
  'g a': 'goAll',
  'g d': 'goReached',
  'g o': 'goOutbox',
  'g s': 'goSettings',
  'g r': 'goReports',
  'g h': 'goSystem',
  'g y': 'goYou',
  'g p': 'goPeople',
  'g l': 'goAudit',
  '1…9': 'savedView',
};

const others: Record<string, Action> = {
  ArrowDown: 'next',
  ArrowUp: 'previous',
  'Shift+ArrowDown': 'extendDown',
  'Shift+ArrowUp': 'extendUp',
  Enter: 'open',
  Escape: 'back',
};

const places: Record<string, string> = { Period: '.', Slash: '/', BracketLeft: '[', BracketRight: ']' };

// typed is the character of a key: a letter in lower case, or a sign.
function typed(pressed: Pressed): string | undefined {
  if (/^[a-z]$/i.test(pressed.key)) return pressed.key.toLowerCase();
  const isASCII = /^[\x20-\x7e]$/.test(pressed.key);
  if (isASCII && !pressed.altKey) return pressed.key;
  // Another script, or what Alt makes of a letter on a Mac: the place counts.
  const place = /^Key([A-Z])$/.exec(pressed.code)?.[1]?.toLowerCase() ?? places[pressed.code];
  return place === '/' && pressed.shiftKey ? '?' : place;
}

// isPalette: it types nothing, so that it works in fields too, and can't be switched off.
export const isPalette = (pressed: Pressed) =>
  (pressed.ctrlKey || pressed.metaKey) &&
  !pressed.altKey &&
  !pressed.shiftKey &&
  !pressed.isComposing &&
  (pressed.key.toLowerCase() === 'k' || (pressed.code === 'KeyK' && !/^[a-z]$/i.test(pressed.key)));

const isMac = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? '');
// digit is which of 1 to 9 a key types, or has its place where a layout types other
// signs there; 0 for every other key.
export function digit({ key, code, shiftKey }: Pick<Pressed, 'key' | 'code' | 'shiftKey'>): number {
  return Number(/^[1-9]$/.exec(key)?.[0] ?? (shiftKey ? 0 : (/^Digit([1-9])$/.exec(code)?.[1] ?? 0)));
}

// actionOf is what a key asks for after the key before it, if anything; prefix says
// that it only begins something, as g does.
export function actionOf(pressed: Pressed, before: string, mode: KeyMode): { action?: Action; prefix?: string } {
  if (isPalette(pressed)) return { action: 'palette' };
  if (pressed.isComposing || pressed.ctrlKey || pressed.metaKey) return {};
  const shift = pressed.shiftKey ? 'Shift+' : '';
  const other = others[shift + pressed.key];
  if (other && !pressed.altKey) return { action: other };
  if (mode === 'off' || pressed.altKey !== (mode === 'alt')) return {};
  const character = typed(pressed);
  if (before && character) {
    const action = characters[`${before} ${character}`];
    if (action) return { action };
  }
  if (character === 'g' && !pressed.shiftKey) return { prefix: 'g' };
  const action = character && characters[/[a-z]/.test(character) ? shift + character : character];
  if (action) return { action };
  return digit(pressed) ? { action: 'savedView' } : {};
}

// keyFor is the key to show for an action, as it is pressed.
export function keyFor(action: Action, mode: KeyMode): string {
  if (action === 'palette') return isMac ? '⌘K' : 'Ctrl+K';
  const key = Object.keys(characters).find((candidate) => characters[candidate] === action);
  if (!key || mode === 'off') return '';
  return mode === 'alt' ? `Alt+${key.replace(' ', ' Alt+')}` : key;
}

// ariaFor is the same for aria-keyshortcuts, which knows no sequences.
export function ariaFor(action: Action, mode: KeyMode): string | undefined {
  if (action === 'palette') return isMac ? 'Meta+K' : 'Control+K';
  const key = keyFor(action, mode);
  return key && !key.includes(' ') ? key : undefined;
}

// keyOfView is the key to show for a saved view, the first ones of which have one.
export function keyOfView(number: number, mode: KeyMode): string {
  if (mode === 'off' || number > 9) return '';
  return mode === 'alt' ? `Alt+${number}` : `${number}`;
}
