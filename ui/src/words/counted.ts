// counted gives what makes a number and what it counts into words: 1 lead, 1,200 leads.
export const counted = (language: string) => (count: number, one: string, many: string) =>
  `${count.toLocaleString(language)} ${count === 1 ? one : many}`;
