// Told is one event of the server's stream, as it was sent.
export type Told = { id: string; event: string; data: string };

// reader takes a stream piece by piece and gives each event when it is whole
// (WHATWG HTML 9.2.6, as far as our server makes use of it: one line a field). An
// event may have an id alone: it says how far the stream has come.
export function reader(tell: (told: Told) => void): (piece: string) => void {
  let rest = '';
  return (piece) => {
    const blocks = (rest + piece).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const told: Told = { id: '', event: '', data: '' };
      for (const line of block.split('\n')) {
        const [, name, value = ''] = /^(id|event|data): (.*)$/.exec(line) ?? [];
        if (name) told[name as keyof Told] = value;
      }
      if (told.id || told.event) tell(told);
    }
  };
}
