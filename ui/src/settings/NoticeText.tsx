// NoticeText is a notice as the form shows it: a paragraph for each line.
export function NoticeText({ text, language }: { text: string; language: string }) {
  return (
    <div
      lang={language}
      dir="auto"
      className="flex flex-col gap-2 rounded-card border border-line bg-surface p-4 text-[18px] leading-[27px] wrap-anywhere"
    >
      {text
        .trim()
        .split('\n')
        .filter((line) => line !== '')
        .map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is known by nothing but its place
          <p key={index}>{line}</p>
        ))}
    </div>
  );
}
