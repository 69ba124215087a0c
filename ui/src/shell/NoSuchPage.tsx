import { useWords } from '../words/words';
import { Trouble } from './Trouble';

export function NoSuchPage() {
  return <Trouble title={useWords().noSuchPage} />;
}
