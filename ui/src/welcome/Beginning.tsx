import { useWords } from '../words/words';
import { FormLink } from './FormLink';
import { TestLead } from './TestLead';

// Beginning stands where the first lead will be.
export function Beginning() {
  const words = useWords();
  return (
    <>
      <p>{words.list.first}</p>
      <FormLink />
      <TestLead />
    </>
  );
}
