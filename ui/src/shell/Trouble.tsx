import { Link } from '@tanstack/react-router';
import { useWords } from '../words/words';

// Trouble stands in place of a page that can't be shown: what, why, and where to go from here.
export function Trouble({ title, why, onRetry }: { title: string; why?: string; onRetry?: (() => void) | undefined }) {
  const words = useWords();
  return (
    <div className="p-6">
      <title>{`${title} · Usher`}</title>
      <h1 className="mb-2">{title}</h1>
      {why && <p className="mb-4">{why}</p>}
      <div className="flex flex-wrap gap-2">
        {onRetry && (
          <button type="button" className="button" onClick={onRetry}>
            {words.retry}
          </button>
        )}
        <Link to="/" className="button">
          {words.lead.toList}
        </Link>
      </div>
    </div>
  );
}
