// Marks the withheld nulls and the errors of the response pane, and lists both below it.

import { type MonacoEditor, useGraphiQL } from "@graphiql/react";
import { useEffect, useState } from "react";
import { type Fault, type Line, NOTHING, type Place, readAnswer, type Reason } from "./answer.ts";
import { loadReference, type Reference } from "./reference.ts";

type Words = Reference["sources"];

export function Answer() {
  const editor = useGraphiQL((state) => state.responseEditor);
  const [found, setFound] = useState(NOTHING);
  const words = useWords();

  useEffect(() => {
    if (!editor) return;
    const marks = editor.createDecorationsCollection();
    const show = () => {
      const now = readAnswer(editor.getValue());
      marks.set(now.places.map((place) => decoration(editor, place, words)));
      setFound(now);
    };
    show();
    const listening = editor.onDidChangeModelContent(show);
    return () => {
      listening.dispose();
      marks.clear();
    };
  }, [editor, words]);

  const show = (place: Place | undefined) => () => {
    if (editor && place) reveal(editor, place);
  };
  const total = found.withheld.reduce((sum, line) => sum + line.count, 0);
  return (
    <>
      <section className="faults" aria-label="Errors">
        <p role="status">{found.faults.length > 0 && <FaultSummary total={found.faults.length} />}</p>
        {found.faults.length > 0 && (
          <ul>
            {found.faults.map((fault, index) => (
              <li key={index}>
                <FaultEntry fault={fault} onShow={show(fault.place)} />
              </li>
            ))}
          </ul>
        )}
      </section>
      <section className="withheld" aria-label="Withheld values">
        <p role="status">{total > 0 && <Summary total={total} />}</p>
        {found.withheld.length > 0 && (
          <ul>
            {found.withheld.map((line, index) => (
              <li key={index}>
                <Entry line={line} words={words} onShow={show(line.first)} />
              </li>
            ))}
          </ul>
        )}
      </section>
    </>
  );
}

/** The rules' words; without them their ids stand alone. */
function useWords(): Words {
  const [words, setWords] = useState<Words>({});
  useEffect(() => {
    loadReference().then(
      ({ sources }) => setWords(sources),
      () => {},
    );
  }, []);
  return words;
}

function FaultSummary({ total }: { total: number }) {
  return <b>{total === 1 ? "The server answers with an error." : `The server answers with ${total} errors.`}</b>;
}

function FaultEntry({ fault, onShow }: { fault: Fault; onShow: () => void }) {
  const text = (
    <>
      {fault.message}
      {fault.code && <span className="code">{fault.code}</span>}
    </>
  );
  if (!fault.place) return <p className="fault">{text}</p>;
  return (
    <button type="button" className="fault" onClick={onShow}>
      {text}
    </button>
  );
}

function Summary({ total }: { total: number }) {
  return (
    <>
      <span className="withheld-sample">null</span> {total === 1 ? "One value is" : `${total} values are`}{" "}
      withheld from this persona. Point at one, or choose a line below, to read why.
    </>
  );
}

function Entry({ line, words, onShow }: { line: Line; words: Words; onShow: () => void }) {
  return (
    <button type="button" onClick={onShow} title={line.message}>
      {line.count > 0 && <b>{line.count}&nbsp;×</b>} <code>{line.coordinate}</code>
      <span className="code">{line.code}</span>
      {line.action && (
        <span className="why">
          {line.action} ({line.source}): {rolesOf(line)}
        </span>
      )}
      {rulesOf(line, words).map((rule) => (
        <span key={rule} className="why rule">
          {rule}
        </span>
      ))}
    </button>
  );
}

function rolesOf({ requires }: Reason): string {
  return requires.length ? `needs ${requires.join(" or ")}` : "no role has it";
}

/** Each rule by its id, with its words. */
function rulesOf({ source }: Reason, words: Words): string[] {
  const ids = source.split(", ").filter(Boolean);
  return ids.map((id) => (words[id] ? `${id}: “${words[id]}”` : id));
}

function rangeOf(editor: MonacoEditor, { offset, length }: Place) {
  const model = editor.getModel();
  const [start, end] = [offset, offset + length].map((at) => model?.getPositionAt(at));
  return {
    startLineNumber: start?.lineNumber ?? 1,
    startColumn: start?.column ?? 1,
    endLineNumber: end?.lineNumber ?? 1,
    endColumn: end?.column ?? 1,
  };
}

function decoration(editor: MonacoEditor, place: Place, words: Words) {
  const kind = place.withheld ? "withheld" : "fault";
  return {
    range: rangeOf(editor, place),
    options: {
      inlineClassName: `${kind}-value`,
      hoverMessage: { value: explained(place, words) },
      after: { content: ` ${place.code}`, inlineClassName: `${kind}-code` },
    },
  };
}

function reveal(editor: MonacoEditor, place: Place): void {
  const { startLineNumber: lineNumber, startColumn: column } = rangeOf(editor, place);
  editor.setPosition({ lineNumber, column });
  editor.revealLineInCenter(lineNumber);
  editor.getContainerDomNode().scrollIntoView({ block: "nearest" });
  editor.focus();
  editor.trigger("playground", "editor.action.showHover", { focus: "noAutoFocus" });
}

/** What hovering shows, as Markdown in which nothing of the answer is markup. */
function explained(place: Place, words: Words): string {
  const { message, code, action, requires } = place;
  const lines = [`**${plain(code)}** ${plain(message)}`];
  if (action) lines.push(`- action: ${plain(action)}`);
  lines.push(...rulesOf(place, words).map((rule) => `- source ${plain(rule)}`));
  if (action) lines.push(`- roles that would do: ${plain(requires.join(", ") || "none")}`);
  return lines.join("\n\n").replaceAll("\n\n-", "\n-");
}

function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~&]/g, "\\$&");
}
