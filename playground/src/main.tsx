import "./nonce.ts"; // before anything that makes an element
import "./workers.ts";
import "graphiql/style.css";
import "./app.css";
import { Component, type ReactNode, StrictMode, Suspense } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App.tsx";

class Trouble extends Component<{ children: ReactNode }, { message: string }> {
  override state = { message: "" };

  static getDerivedStateFromError(error: Error) {
    return { message: error.message };
  }

  override render() {
    const { message } = this.state;
    return message ? <p role="alert">{message} Load the page again to try once more.</p> : this.props.children;
  }
}

createRoot(document.querySelector("#root")!).render(
  <StrictMode>
    <Trouble>
      <Suspense fallback={<p role="status">Looking up who is here …</p>}>
        <App />
      </Suspense>
    </Trouble>
  </StrictMode>,
);
