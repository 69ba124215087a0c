import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, given } from '../api/client';
import type { components } from '../api/schema.gen';

export type Report = components['schemas']['ReportView'];
export type Day = Report['days'][number];
export type Period = { from?: string; to?: string };

// reportQuery is the report of a period; what is left out is the server's to choose.
export const reportQuery = ({ from, to }: Period) =>
  queryOptions({
    queryKey: ['report', from ?? '', to ?? ''],
    queryFn: ({ signal }) =>
      given(api.GET('/api/v1/reports', { params: { query: { ...(from && { from }), ...(to && { to }) } }, signal })),
    placeholderData: keepPreviousData,
    staleTime: 60_000, // a year takes the server a while
  });

// csvOf is where a table of the same period is to be had as a file.
export const csvOf = (report: string, { from, to }: Report) => `/api/v1/reports/csv?${new URLSearchParams({ report, from, to })}`;
