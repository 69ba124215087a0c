import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useEffect, useState } from 'react';
import { bytes, type Lead } from '../api/client';
import { isRefusal } from '../api/refusal';
import { Key } from '../keys/Key';
import { ariaFor } from '../keys/keys';
import { useKeys } from '../keys/useKeys';
import { useMay } from '../session/session';
import { usePreferences } from '../shell/preferences';
import { useExplain } from '../words/explain';
import { size } from '../words/times';
import { useLanguage, useWords } from '../words/words';
import { canShow, type Shown, show } from './show';

const pathOf = (lead: Lead) => `/api/v1/leads/${lead.id}/resume`;

// ResumePane shows a resume as far as that is safe, and offers its download. Both are
// views that the timeline records.
export function ResumePane({ lead }: { lead: Lead }) {
  const words = useWords();
  const language = useLanguage();
  const { keys } = usePreferences();
  const mayOpen = useMay('files:read');
  const client = useQueryClient();
  const { filename, content_type: type, size: length } = lead.resume;
  const viewed = () => setTimeout(() => void client.invalidateQueries({ queryKey: ['events', lead.id] }), 1000);
  useKeys({ download: mayOpen && (() => document.getElementById('download-resume')?.click()) });
  return (
    <section aria-labelledby="resume-heading" className="flex min-w-0 flex-col gap-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 id="resume-heading">{words.resume.title}</h2>
        <span className="min-w-0 text-ink-2 wrap-anywhere">
          <bdi>{filename}</bdi> · {words.resume.type[type as keyof typeof words.resume.type] ?? type} · {size(length, language)}
        </span>
        {mayOpen && (
          <a
            id="download-resume"
            href={pathOf(lead)}
            download={filename}
            className="button ms-auto"
            aria-keyshortcuts={ariaFor('download', keys)}
            onClick={viewed}
          >
            <Download size={18} aria-hidden="true" />
            {words.action.download}
            <Key of="download" />
          </a>
        )}
      </div>
      {!mayOpen ? (
        <p className="rounded-card border border-line bg-surface p-6 text-ink-2">{words.resume.notAllowed}</p>
      ) : canShow(type) ? (
        <Preview lead={lead} onShown={viewed} />
      ) : (
        <div className="flex flex-col md:min-h-48 items-center justify-center gap-2 rounded-card border border-line bg-surface p-6 text-center text-ink-2">
          <p>{words.resume.noPreview}</p>
          {lead.resume_protected && <p>{words.resume.protected}</p>}
        </div>
      )}
    </section>
  );
}

function Preview({ lead, onShown }: { lead: Lead; onShown: () => void }) {
  const words = useWords();
  const explain = useExplain();
  const query = useQuery({
    queryKey: ['resume', lead.id],
    queryFn: async ({ signal }): Promise<Shown> => {
      const shown = await show(await bytes(pathOf(lead), signal), lead.resume.content_type);
      onShown();
      return shown;
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0, // a stranger's file stays no longer than it is looked at
    refetchOnWindowFocus: false,
    retry: false,
  });

  if (query.isError) {
    return (
      <div role="alert" className="rounded-card border border-line bg-error-bg p-4 text-error">
        <p className="mb-2">
          {isRefusal(query.error, 404) ? words.resume.missing : `${words.resume.failed} ${explain(query.error)}`}
        </p>
        <button type="button" className="button" onClick={() => void query.refetch()}>
          {words.retry}
        </button>
      </div>
    );
  }
  if (!query.data) {
    return (
      <p role="status" className="late p-6 text-ink-3">
        {words.loading}
      </p>
    );
  }
  switch (query.data.as) {
    case 'text':
      return (
        <>
          <pre
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
            tabIndex={0}
            dir="auto"
            role="region"
            aria-label={lead.resume.filename}
            className="max-h-[70vh] overflow-auto rounded-card border border-line bg-surface p-4 font-sans whitespace-pre-wrap wrap-anywhere"
          >
            {query.data.text}
          </pre>
          {query.data.cut && <p>{words.resume.cut}</p>}
        </>
      );
    case 'picture':
      return <Picture picture={query.data.picture} name={lead.resume.filename} />;
    case 'nothing':
      return <p className="rounded-card border border-line bg-surface p-6 text-center text-ink-2">{words.resume.tooBig}</p>;
  }
}

// Picture shows a file by an address that is good for as long as it is shown. It is
// taken back a little later, for the browser may still be reading.
function Picture({ picture, name }: { picture: Blob; name: string }) {
  const words = useWords();
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(picture);
    setAddress(made);
    return () => void setTimeout(() => URL.revokeObjectURL(made), 10_000);
  }, [picture]);
  return (
    address && (
      <img src={address} alt={words.resume.picture(name)} className="max-w-full self-center rounded-card border border-line" />
    )
  );
}
