import type { components } from './schema.gen';

type Problem = components['schemas']['Problem'];

// Refusal is an answer of the server that says no: a problem of RFC 9457.
export class Refusal extends Error {
  override name = 'Refusal';

  constructor(
    readonly status: number,
    readonly problem: Partial<Problem>,
    readonly retryAfter = 0, // seconds
  ) {
    super(problem.detail ?? `status ${status}`);
  }

  // field is what is wrong with one field of what was sent.
  field(name: string): { code: string; message: string } | undefined {
    return this.problem.errors?.find((violation) => violation.field === name);
  }
}

// Unreachable says that there was no answer at all, so that nobody knows whether
// the server has heard the question.
export class Unreachable extends Error {
  override name = 'Unreachable';
}

export const isRefusal = (error: unknown, status: number): error is Refusal =>
  error instanceof Refusal && error.status === status;

// refusalOf reads the problem of an answer that is no success. One that stands
// between, such as a proxy, may have answered with something else.
export async function refusalOf(response: Response): Promise<Refusal> {
  const problem = (await response.json().catch(() => ({}))) as Partial<Problem>;
  return new Refusal(response.status, problem, Number(response.headers.get('Retry-After') ?? 0));
}
