import { Refusal } from '../api/refusal';
import { useTexts } from '../words/words';
import { passwordTexts } from './words';

// useWrong says what is wrong with the password of a field that the server refused.
export function useWrong(error: unknown): (field: string) => string | undefined {
  const { wrong } = useTexts(passwordTexts);
  return (field) => {
    const violation = error instanceof Refusal ? error.field(field) : undefined;
    return violation && (wrong[violation.code as keyof typeof wrong] ?? violation.message);
  };
}
