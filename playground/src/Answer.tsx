// Greys the withheld nulls of the response pane, and lists them below it with their reasons.

import { type MonacoEditor, useGraphiQL } from "@graphiql/react";
import { useEffect, useState } from "react";
import { findWithheld, type Found, type Line, type Place, type Reason } from "./withheld.ts";

const NOTHING: Found = { places: [], lines: [] };

export function Withheld() {
  const editor = useGraphiQL((state) => state.responseEditor);
  const [found, setFound] = useState(NOTHING);

  useEffect(() => {
    if (!editor) return;
    const marks = editor.createDecorationsCollection();
    const show = () => {
      const now = findWithheld(editor.getValue());
      marks.set(now.places.map((place) => decoration(editor, place)));
      setFound(now.lines.length || now.places.length ? now : NOTHING);
    };
    show();
    const listening = editor.onDidChangeModelContent(show);
    return () => listening.dispose();
  }, [editor]);

  const total = found.lines.reduce((sum, line) => sum + line.count, 0);
  return (
    <section className="withheld" aria-label="Withheld values">
      <p role="status">{total ? <Summary total={total} /> : ""}</p>
      {found.lines.length > 0 && (
        <ul>
          {found.lines.map((line) => (
            <li key={`${line.coordinate} ${line.code}`}>
              <Entry line={line} onShow={() => editor && line.first && reveal(editor, line.first)} />
            </li>
          ))}
        </ul>
      )}
    </section>
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

function Entry({ line, onShow }: { line: Line; onShow: () => void }) {
  return (
    <button type="button" onClick={onShow} title={line.message}>
      <b>{line.count}&nbsp;×</b> <code>{line.coordinate}</code><span className="code">{line.code}</span>
      {line.action && (
        <span className="why">
          {line.action} ({line.source}): {rolesOf(line)}
        </span>
      )}
    </button>
  );
}

function rolesOf({ requires }: Reason): string {
  return requires.length ? `needs ${requires.join(" or ")}` : "no role has it";
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

function decoration(editor: MonacoEditor, place: Place) {
  return {
    range: rangeOf(editor, place),
    options: {
      inlineClassName: "withheld-value",
      hoverMessage: { value: explained(place) },
      after: { content: ` ${place.code}`, inlineClassName: "withheld-code" },
    },
  };
}

function reveal(editor: MonacoEditor, place: Place): void {
  const { startLineNumber: lineNumber, startColumn: column } = rangeOf(editor, place);
  editor.setPosition({ lineNumber, column });
  editor.revealLineInCenter(lineNumber);
  editor.focus();
  editor.trigger("playground", "editor.action.showHover", { focus: "noAutoFocus" });
}

/** What hovering shows, as Markdown in which nothing of the answer is markup. */
function explained({ message, code, action, source, requires }: Place): string {
  const lines = [`**${plain(code)}** ${plain(message)}`];
  if (action) lines.push(`- action: ${plain(action)}`);
  if (source) lines.push(`- source: ${plain(source)}`);
  if (action) lines.push(`- roles that would do: ${plain(requires.join(", ") || "none")}`);
  return lines.join("\n\n").replaceAll("\n\n-", "\n-");
}

function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~&]/g, "\\$&");
}
