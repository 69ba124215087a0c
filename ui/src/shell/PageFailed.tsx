import { useWords } from '../words/words';
import { Trouble } from './Trouble';

// PageFailed stands in place of a page that has failed, mostly because its part of the app could not
// be had: the network is away, or the server has another version by now. What stands around it still works.
export function PageFailed({ error }: { error: unknown }) {
  const words = useWords();
  const isNotHere = /import|preload/i.test(String(error)); // as Chromium, Firefox and Safari put it, and Vite of a style sheet
  return <Trouble title={words.pageFailed} why={isNotHere ? words.why.unreachable : ''} onRetry={() => location.reload()} />;
}
