// The pages of an account are for whoever isn't signed in, so that they stand before
// the gate and beside the router.
const pages = ['forgot', 'invitation', 'reset'] as const;

export type AccountPage = (typeof pages)[number];

// accountPage is the one that a path names.
export const accountPage = (path: string): AccountPage | undefined =>
  pages.find((page) => path.replace(/\/$/, '') === `/app/${page}`);
