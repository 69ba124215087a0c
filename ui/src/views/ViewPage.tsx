import { useQuery } from '@tanstack/react-query';
import { Link, Navigate, useParams } from '@tanstack/react-router';
import { listSearch } from '../leads/views';
import { useExplain } from '../words/explain';
import { useTexts, useWords } from '../words/words';
import { savedViewsQuery } from './query';
import { viewTexts } from './words';

// ViewPage is the address of a saved view: it leads to the list that the view is today.
export function ViewPage() {
  const words = useWords();
  const texts = useTexts(viewTexts);
  const explain = useExplain();
  const { id } = useParams({ from: '/views/$id' });
  const { data, isPending, isFetching, error, refetch } = useQuery({ ...savedViewsQuery, refetchOnMount: 'always' });
  const view = data?.find((candidate) => candidate.id === id.toLowerCase());
  if (view) return <Navigate to="/" search={listSearch(view.q, view.sort)} replace />;
  if (isPending || (isFetching && !error)) {
    return (
      <p role="status" className="late p-6 text-ink-3">
        {words.loading}
      </p>
    );
  }
  const title = error ? texts.failed : texts.gone;
  return (
    <div className="p-6">
      <title>{`${title} · Usher`}</title>
      <h1 className="mb-2">{title}</h1>
      <p className="mb-4">{error ? explain(error) : texts.whyGone}</p>
      <div className="flex flex-wrap gap-2">
        {error && (
          <button type="button" className="button" onClick={() => void refetch()}>
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
