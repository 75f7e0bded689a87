/** A sentence with its code and its stress; text stays text, whatever the user's program calls its variables. */
import type { Sentence } from "../words.js";

export function SentenceView({ sentence }: { readonly sentence: Sentence }) {
  return (
    <>
      {sentence.map(({ kind, text }, index) => {
        if (kind === "code") return <code key={index}>{text}</code>;
        return kind === "strong" ? <strong key={index}>{text}</strong> : text;
      })}
    </>
  );
}
