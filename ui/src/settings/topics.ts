// Each topic of the settings is a page of its own.
export const topics = ['firm', 'notices', 'mail', 'form'] as const;
export type Topic = (typeof topics)[number];

export const isTopic = (text: string): text is Topic => topics.some((topic) => topic === text);
