import { useQuery } from '@tanstack/react-query';
import { Navigate, useParams } from '@tanstack/react-router';
import { listSearch } from '../leads/views';
import { Trouble } from '../shell/Trouble';
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
  return error ? (
    <Trouble title={texts.failed} why={explain(error)} onRetry={() => void refetch()} />
  ) : (
    <Trouble title={texts.gone} why={texts.whyGone} />
  );
}
