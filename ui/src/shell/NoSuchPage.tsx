import { Link } from '@tanstack/react-router';
import { useWords } from '../words/words';

export function NoSuchPage() {
  const words = useWords();
  return (
    <div className="p-6">
      <title>{`${words.noSuchPage} · Usher`}</title>
      <h1 className="mb-4">{words.noSuchPage}</h1>
      <Link to="/" className="button">
        {words.lead.toList}
      </Link>
    </div>
  );
}
