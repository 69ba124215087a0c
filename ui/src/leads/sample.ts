import type { Lead } from '../api/client';

// sampleLead is a lead for tests.
export function sampleLead(more: Partial<Lead> = {}): Lead {
  return {
    id: '0199f3a0-0000-7000-8000-000000000001',
    reference: '7K4-Q2M',
    first_name: 'María',
    last_name: 'Carreño',
    single_name: false,
    email: 'maria@example.com',
    language: 'es',
    state: 'PENDING',
    created_at: '2026-11-23T09:00:00.123456Z',
    resume: { filename: 'maria-cv.pdf', content_type: 'application/pdf', size: 48_213, sha256: 'ab'.repeat(32) },
    resume_protected: false,
    reached_out_at: null,
    reached_out_by: null,
    channel: null,
    assignee: null,
    notice: null,
    version: 1,
    ...more,
  };
}
