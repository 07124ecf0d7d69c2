// What to do, told above the answer until the first query ran; and that a link brought a query.

import { useGraphiQL } from "@graphiql/react";
import { useEffect, useState } from "react";

const DONE = "fieldgate:begun";

export function FirstLight({ linked }: { linked: boolean }) {
  const running = useGraphiQL((state) => state.isFetching);
  const answer = useGraphiQL((state) => state.responseEditor);
  const [begun, setBegun] = useState(() => localStorage.getItem(DONE) !== null);
  const [answered, setAnswered] = useState(false);

  useEffect(() => {
    if (!running) return;
    localStorage.setItem(DONE, "");
    setBegun(true);
    setAnswered(true);
  }, [running]);

  useEffect(() => {
    // What could not be sent is told there as well.
    const listening = answer?.onDidChangeModelContent(() => answer.getValue() && setAnswered(true));
    return () => listening?.dispose();
  }, [answer]);

  if (answered || (begun && !linked)) return null;
  return (
    <section className="first-light" aria-label="How to begin">
      {linked && <p>This query came with the link. Read it before you run it.</p>}
      {!begun && (
        <ol>
          <li>Choose who asks, in the bar on top.</li>
          <li>Run the query with ▶, or with Ctrl+Enter.</li>
          <li>Choose somebody else and run it again. What is withheld is grey, and says by which rule.</li>
        </ol>
      )}
    </section>
  );
}
