import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useState } from 'react';
import { api, given, ifMatch } from '../api/client';
import { isRefusal, Refusal } from '../api/refusal';
import { type Firm, firmQuery } from '../firm/query';
import { mayWriteFirm, meQuery, useMe } from '../session/session';
import { changeOf, differing, type Edits, edited, savedValue, tidied, type Value } from './values';

export type Violation = { field: string; code: string; message: string };

// listOf is the field of the profile that a violation is in: embed_sites of embed_sites[1].
const listOf = (field: string) => field.replace(/\[\d+\]$/, '');

// Draft is what somebody is changing, and the version of the profile that they saw.
type Draft = { base: Firm; edits: Edits };

// Others says who has changed the profile meanwhile, and what.
type Others = { who: string | null; fields: string[] };

export type Profile = ReturnType<typeof useProfile>;

// useProfile holds the edits of one topic until they are saved or discarded. What
// somebody else saves meanwhile doesn't move under them: it comes out when they save.
export function useProfile(latest: Firm, onSaved: () => void) {
  const client = useQueryClient();
  const mayWrite = mayWriteFirm(useMe());
  const [draft, setDraft] = useState<Draft | null>(null);
  const [others, setOthers] = useState<Others | null>(null);
  const firm = draft?.base ?? latest;
  const edits = draft?.edits ?? {};
  const [tries, setTries] = useState(0);
  // takeOver puts the edits onto what somebody else has saved.
  const takeOver = async (sent: Draft) => {
    const now = await client.fetchQuery({ ...firmQuery, staleTime: 0 });
    setOthers({ who: now.updated_by, fields: differing(sent.base, now) });
    const left = Object.entries(sent.edits).reduce<Edits>((some, [field, value]) => edited(some, now, field, value), {});
    setDraft(Object.keys(left).length > 0 ? { base: now, edits: left } : null);
  };
  const save = useMutation({
    networkMode: 'always', // it is not to happen later, when nobody looks
    mutationFn: (sent: Draft) => send(client, sent, setDraft),
    onSuccess() {
      setDraft(null);
      setOthers(null);
      onSaved();
    },
    async onError(error, sent) {
      if (isRefusal(error, 412)) await takeOver(sent).catch(() => {}); // then it is refused again, and read again
      setTries((before) => before + 1);
    },
  });
  // What was changed since it was refused is not called wrong any more.
  const asSent = ({ field }: Violation) => save.variables?.edits[listOf(field)] === edits[listOf(field)];
  const violations: Violation[] = save.error instanceof Refusal ? (save.error.problem.errors ?? []) : [];
  const refused = violations.filter(asSent);
  return {
    firm,
    mayWrite,
    readOnly: !mayWrite || save.isPending,
    dirty: Object.keys(edits).length > 0,
    pending: save.isPending,
    others,
    refused,
    tries, // that were refused, so that each can be told
    // error is what stopped saving, but for what is wrong with a field.
    error: save.error && violations.length === 0 && !others ? save.error : null,
    // theirs tells whether somebody else has saved a field that is being changed here.
    theirs: (field: string) => field in edits && (others?.fields.includes(field) ?? false),
    value: (field: string): Value => (field in edits ? (edits[field] as Value) : savedValue(firm, field)),
    set(field: string, value: Value) {
      const next = edited(edits, firm, field, value);
      setDraft(Object.keys(next).length > 0 ? { base: firm, edits: next } : null);
    },
    save() {
      if (!draft || save.isPending) return;
      const sent = { base: firm, edits: tidied(edits) };
      setOthers(null);
      setDraft(sent);
      save.mutate(sent);
    },
    discard() {
      setDraft(null);
      setOthers(null);
      save.reset();
    },
  };
}

// send saves the profile first and the logo after it. When only the logo is refused,
// all else is saved, and the logo stays to be chosen again.
async function send(client: QueryClient, { base, edits }: Draft, rest: (draft: Draft) => void) {
  const { logo, ...profile } = edits;
  if (Object.keys(profile).length > 0) {
    const firm = await given(api.PATCH('/api/v1/firm', { params: { header: ifMatch(base) }, body: changeOf(profile) }));
    client.setQueryData(firmQuery.queryKey, firm);
    void client.invalidateQueries({ queryKey: meQuery.queryKey }); // it has the firm's time zone
    rest({ base: firm, edits: logo === undefined ? {} : { logo } });
  }
  if (logo instanceof File) {
    const body = logo as never; // the document says string for a file, because JSON has no files
    client.setQueryData(firmQuery.queryKey, await given(api.PUT('/api/v1/firm/logo', { body, bodySerializer: () => logo })));
  } else if (logo === null) {
    await given(api.DELETE('/api/v1/firm/logo'));
    await client.fetchQuery({ ...firmQuery, staleTime: 0 });
  }
}

export const ProfileContext = createContext<Profile | null>(null);

// useField is one field of the profile that the page is about.
export function useField(field: string) {
  const profile = useContext(ProfileContext);
  if (!profile) throw new Error('no profile is edited here');
  return {
    profile,
    value: profile.value(field),
    set: (value: Value) => profile.set(field, value),
    wrong: profile.refused.find((violation) => violation.field === field),
  };
}
