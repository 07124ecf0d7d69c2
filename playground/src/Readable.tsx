// What makes the editors readable on a narrow page too: they wrap, and do not keep the page from scrolling.

import { useGraphiQL } from "@graphiql/react";
import { useEffect } from "react";

export function Readable() {
  const query = useGraphiQL((state) => state.queryEditor);
  const variables = useGraphiQL((state) => state.variableEditor);
  const response = useGraphiQL((state) => state.responseEditor);

  useEffect(() => {
    for (const editor of [query, variables, response]) {
      editor?.updateOptions({
        wordWrap: "on",
        scrollbar: { alwaysConsumeMouseWheel: false },
        hover: { above: false }, // what stands above may be out of the page
      });
    }
  }, [query, variables, response]);

  return null;
}
