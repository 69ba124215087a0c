import { useQuery } from '@tanstack/react-query';
import { ExternalLink } from 'lucide-react';
import { firmQuery } from '../firm/query';
import { useMay } from '../session/session';
import { CopyButton } from '../shell/CopyButton';
import { useTexts } from '../words/words';
import { welcomeTexts } from './words';

// FormLink is the public form: to open, and to give to people, on paper too. Its address is the one
// in the QR code, which may be another than whoever reads this came by.
export function FormLink() {
  const texts = useTexts(welcomeTexts);
  const { data: firm } = useQuery({ ...firmQuery, enabled: useMay('settings:read') });
  const address = firm?.form_url ?? `${location.origin}/`;
  return (
    <div className="flex flex-wrap items-center gap-2">
      <img src="/qr.svg" width={132} height={132} alt={texts.qr} className="rounded-control" />
      <code className="rounded-control bg-raised px-2 py-1">{address}</code>
      <CopyButton text={address} label={texts.copy} />
      <a className="button" href="/" target="_blank" rel="noreferrer">
        <ExternalLink size={18} aria-hidden="true" />
        {texts.openForm}
      </a>
    </div>
  );
}
