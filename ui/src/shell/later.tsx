import { type ComponentType, lazy, Suspense } from 'react';
import { useWords } from '../words/words';

const loads: (() => Promise<unknown>)[] = [];

// later is a part that the first page doesn't need: it is loaded when it is asked for,
// or shortly after the start.
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  loads.push(load);
  const Loaded = lazy(async () => ({ default: await load().catch((): ComponentType<Props> => NotLoaded) }));
  return (props) => (
    <Suspense fallback={null}>
      <Loaded {...props} />
    </Suspense>
  );
}

// loadRest loads what is left once the page has had the time to show itself, so that
// it is there without a connection too.
export function loadRest() {
  setTimeout(() => {
    for (const load of loads) load().catch(() => undefined); // then it is tried when it is asked for
  }, 3000);
}

function NotLoaded() {
  const words = useWords();
  return (
    <div role="alert" className="fixed inset-x-0 bottom-4 z-20 m-auto w-fit rounded-card border border-error bg-bg p-4">
      <p className="mb-2">{words.why.unreachable}</p>
      <button type="button" className="button" onClick={() => location.reload()}>
        {words.retry}
      </button>
    </div>
  );
}
